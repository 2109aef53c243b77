#include "core/runtime/thread_state.h"

#include <atomic>
#include <utility>

#include "core/base/atomics.h"
#include "core/runtime/thread_record.h"

namespace manta {

namespace runtime_internal {
[[gnu::tls_model("initial-exec")]] constinit thread_local ThreadState thread_state;
}  // namespace runtime_internal

namespace {

Atomic<uint32_t> next_shard{0};

// Takes the thread's state away while another fiber may run on this system thread.
class SetAside {
 public:
  SetAside() : state_(CurrentThread()), kept_(state_) {
    state_ = {};
    state_.shard = kept_.shard;
    state_.record = kept_.record;
  }
  ~SetAside() { state_ = kept_; }

 private:
  ThreadState& state_;
  const ThreadState kept_;
};

// Leaves the record to another thread when this one ends. What the thread's later destructors do gets one for good.
struct OwnRecord {
  ThreadRecord* record = nullptr;
  ~OwnRecord() {
    if (record == nullptr) return;
    runtime_internal::thread_state.record = nullptr;
    ThreadRecord::Leave(*record);
  }
};
thread_local constinit OwnRecord own_record;

}  // namespace

void runtime_internal::Meet(ThreadState& thread) {
  if (thread.shard == ThreadState::kNoShard) {
    thread.shard = next_shard.fetch_add(1, std::memory_order_relaxed) % ThreadState::kNoShard;
  }
  thread.record = own_record.record = &ThreadRecord::Take();
}

WakeReason ParkThread(Executor& executor, int64_t deadline_ns) {
  SetAside aside;
  return executor.Park(deadline_ns);
}

void YieldThread(Executor& executor) {
  SetAside aside;
  executor.Yield();
}

absl::Status JoinThread(Executor& executor, ThreadId thread) {
  SetAside aside;
  return executor.Join(thread);
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
