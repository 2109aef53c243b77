#include "core/kernel/system/thread_executor.h"

#include <glog/logging.h>
#include <sched.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

#include "core/base/text.h"
#include "core/base/thread_stack.h"

namespace manta {
namespace {

constexpr size_t kSystemNameBytesMax = 15;

// The slot of this thread that was used last, for the fast way: plain data, hence usable until the thread is gone.
struct CurrentSlot {
  uint64_t serial;  // The executor's; 0: none.
  ThreadSlot* slot;
};
constinit thread_local CurrentSlot current = {};

// All slots of this thread, one for each executor that knows it.
struct OwnSlots {
  struct Entry {
    uint64_t serial;
    std::weak_ptr<ThreadTable> table;
    ThreadSlot* slot;
    bool adopted;
  };
  std::vector<Entry> entries;

  ~OwnSlots();
};

constinit thread_local bool own_slots_gone = false;
thread_local OwnSlots own_slots;

OwnSlots::~OwnSlots() {
  own_slots_gone = true;
  for (const Entry& entry : entries) {
    // A slot of a started thread is released by Join. The table is gone with its executor.
    if (const std::shared_ptr<ThreadTable> table = entry.adopted ? entry.table.lock() : nullptr) {
      if (current.slot == entry.slot) current = {};
      table->Release(*entry.slot);
    }
  }
}

void Remember(uint64_t serial, const std::shared_ptr<ThreadTable>& table, ThreadSlot& slot, bool adopted) {
  current = {serial, &slot};
  // Later destructors of this thread, and of the process, may still park. Their slots live as long as the executor.
  if (own_slots_gone) return;
  std::erase_if(own_slots.entries, [](const OwnSlots::Entry& entry) { return entry.table.expired(); });
  own_slots.entries.push_back({serial, table, &slot, adopted});
}

uint64_t NextSerial() {
  static constinit std::atomic<uint64_t> made = 0;
  return made.fetch_add(1, std::memory_order_relaxed) + 1;
}

uint32_t UsableCores() {
  // The system has no size that is always enough: the mask grows until it fits.
  for (int cpus = 1024; cpus <= 1 << 20; cpus *= 2) {
    cpu_set_t* const set = CPU_ALLOC(cpus);
    CHECK(set != nullptr) << "no memory for a mask of " << cpus << " processors";
    const size_t bytes = CPU_ALLOC_SIZE(cpus);
    CPU_ZERO_S(bytes, set);
    const int result = sched_getaffinity(0, bytes, set);
    const int count = result == 0 ? CPU_COUNT_S(bytes, set) : 0;
    CPU_FREE(set);
    if (count > 0) return static_cast<uint32_t>(count);
  }
  return 1;
}

}  // namespace

struct ThreadExecutor::Launch {
  ThreadExecutor& executor;
  ThreadSlot& slot;
  Job job;
  std::string name;
};

ThreadExecutor::ThreadExecutor(Clock& clock)
    : clock_(clock), parallelism_(UsableCores()), serial_(NextSerial()), table_(std::make_shared<ThreadTable>()) {}

ThreadExecutor::~ThreadExecutor() {
  MutexLock lock(mutex_);
  CHECK(started_.empty()) << started_.size() << " started threads are not joined: join each before the executor ends";
}

void* ThreadExecutor::RunThread(void* launch) noexcept {
  const std::unique_ptr<Launch> own(static_cast<Launch*>(launch));
  pthread_setname_np(pthread_self(), own->name.c_str());
  Remember(own->executor.serial_, own->executor.table_, own->slot, /*adopted=*/false);
  own->job.run(own->job.context);
  return nullptr;
}

absl::StatusOr<ThreadId> ThreadExecutor::Start(std::string_view name, Job job) {
  CHECK(job.run != nullptr) << "thread " << Quoted(name) << " has nothing to run";
  ThreadSlot* const slot = table_->Take();
  if (slot == nullptr) {
    return MakeStatus(absl::StatusCode::kResourceExhausted, "thread ", Quoted(name),
                      " cannot start: a million threads of this executor live");
  }
  const ThreadId id = table_->IdOf(*slot);
  auto launch = std::make_unique<Launch>(Launch{*this, *slot, job, std::string(name.substr(0, kSystemNameBytesMax))});
  // Held while the thread is made: it may tell its id to one who joins it, before the id is known here.
  MutexLock lock(mutex_);
  pthread_t thread;
  if (const int error = pthread_create(&thread, nullptr, &RunThread, launch.get()); error != 0) {
    table_->Release(*slot);
    const char* reason = strerrordesc_np(error);
    return MakeStatus(absl::StatusCode::kResourceExhausted, "thread ", Quoted(name),
                      " cannot start: ", reason != nullptr ? reason : "unknown error", " (errno ", error,
                      "); see the limits of threads and memory (ulimit -u, ulimit -v, the cgroup's pids.max)");
  }
  launch.release();
  started_.emplace(id.value, thread);
  return id;
}

absl::Status ThreadExecutor::Join(ThreadId thread) {
  CHECK(thread.value == 0 || table_->Made(thread)) << "thread " << thread.value << " is of another executor";
  CHECK(thread != Self()) << "thread " << thread.value << " joins itself, and would wait for ever";
  pthread_t system_thread;
  {
    MutexLock lock(mutex_);
    const auto found = started_.find(thread.value);
    if (found == started_.end()) {
      return MakeStatus(absl::StatusCode::kNotFound, "thread ", thread.value,
                        " was not started by this executor, or was joined already");
    }
    system_thread = found->second;
    started_.erase(found);
  }
  const int error = pthread_join(system_thread, nullptr);
  CHECK_EQ(error, 0) << "thread " << thread.value << " cannot be joined";
  table_->Release(*table_->Find(thread));
  return absl::OkStatus();
}

ThreadSlot& ThreadExecutor::OwnSlot() {
  if (current.serial == serial_) [[likely]] {
    return *current.slot;
  }
  if (!own_slots_gone) {
    for (const OwnSlots::Entry& entry : own_slots.entries) {
      if (entry.serial == serial_) {
        current = {serial_, entry.slot};
        return *entry.slot;
      }
    }
  }
  ThreadSlot* const slot = table_->Take();
  CHECK(slot != nullptr) << "a million threads of this executor live";
  Remember(serial_, table_, *slot, /*adopted=*/true);
  return *slot;
}

ThreadId ThreadExecutor::Self() { return table_->IdOf(OwnSlot()); }

WakeReason ThreadExecutor::Park(int64_t deadline_ns) {
  // On threads this only delays others; where threads are fibers it stops all of them.
  DCHECK_EQ(HeldMutexCount(), 0u) << "a thread parks while it holds a Mutex: unlock first";
  return OwnSlot().permit.Wait(clock_, deadline_ns);
}

void ThreadExecutor::Unpark(ThreadId thread) {
  if (ThreadSlot* const slot = table_->Find(thread)) slot->permit.Give();
}

void ThreadExecutor::Yield() { sched_yield(); }

uint64_t ThreadExecutor::StackBytesLeft() { return ThreadStackBytesLeft(); }

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
