#include "core/runtime/thread_record.h"

#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "absl/base/thread_annotations.h"
#include "core/base/mutex.h"

namespace manta {
namespace {

struct Registry {
  Mutex mutex{"thread_records"};
  std::vector<ThreadRecord*> all ABSL_GUARDED_BY(mutex);
  std::vector<ThreadRecord*> left ABSL_GUARDED_BY(mutex);  // By threads that have ended.

  Mutex look_mutex{"thread_records.look"};  // Held while somebody looks.
};

Registry& TheRegistry() {
  static Registry& registry = *new Registry;  // Threads may end after static destructors have run.
  return registry;
}

bool FenceAllThreads() {
  static const bool registered = syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0;
  return registered && syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) == 0;
}

}  // namespace

std::atomic<bool> ThreadRecord::looking{false};

ThreadRecord& ThreadRecord::Take() {
  Registry& registry = TheRegistry();
  MutexLock lock(registry.mutex);
  ThreadRecord* record = nullptr;
  if (!registry.left.empty()) {
    record = registry.left.back();
    registry.left.pop_back();
  } else {
    record = new ThreadRecord;
    record->number = static_cast<uint32_t>(registry.all.size());
    registry.all.push_back(record);
  }
  record->worker.store(kNoWorker, std::memory_order_relaxed);
  return *record;
}

void ThreadRecord::Leave(ThreadRecord& record) {
  Registry& registry = TheRegistry();
  MutexLock lock(registry.mutex);
  registry.left.push_back(&record);
}

void ThreadRecord::AddPassedOver(uint32_t count, int64_t now_ns) {
  // A thread of the program does other things between tasks: it is not known when these ran.
  const bool works = worker.load(std::memory_order_relaxed) != kNoWorker;
  events.Add({.begin_ns = works ? boundary_ns : now_ns,
              .duration_ns = works ? now_ns - boundary_ns : 0,
              .subject = count,
              .kind = TimelineEvent::Kind::kPassedOver});
  boundary_ns = now_ns;
}

void ThreadRecord::AddPut(uint64_t bytes, Clock* clock) {
  if (clock == nullptr) return puts.Off(kAskAgain);
  const int64_t now_ns = clock->NowNs();
  puts.Take(now_ns);
  events.Add({.begin_ns = now_ns, .duration_ns = 0, .subject = bytes, .kind = TimelineEvent::Kind::kPut});
}

std::vector<ThreadRecord*> ThreadRecord::All() {
  Registry& registry = TheRegistry();
  MutexLock lock(registry.mutex);
  return registry.all;
}

void ThreadRecord::WaitForLook() { MutexLock lock(TheRegistry().look_mutex); }

ThreadLook::ThreadLook() ABSL_NO_THREAD_SAFETY_ANALYSIS {
  TheRegistry().look_mutex.Lock();
  ThreadRecord::looking.store(true, std::memory_order_seq_cst);
  holds_ = FenceAllThreads();
}

ThreadLook::~ThreadLook() ABSL_NO_THREAD_SAFETY_ANALYSIS {
  ThreadRecord::looking.store(false, std::memory_order_seq_cst);
  TheRegistry().look_mutex.Unlock();
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
