// core/runtime/runtime_shell.h -- is what objects know of their runtime, also after its Shutdown.
//
// A value may outlive the runtime it was made in: a program may hold references and pointers for as long as it likes.
// So objects point to this small shell and never to the runtime itself.
//
// Threads   [any-thread].
// Memory    Shells are never freed, so that an object may always ask its own. A runtime that starts takes one that no
//           living object points to any more: starting and stopping for ever makes no more shells than there were
//           runtimes with living objects at one time.
// Cost      Born, Died, a visit's begin and its end: one atomic addition each, on a cache line that few threads share.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "absl/base/thread_annotations.h"
#include "core/base/atomics.h"
#include "core/base/mutex.h"
#include "core/interface/executor.h"
#include "core/runtime/id_blocks.h"

namespace manta {

class RuntimeCore;

class RuntimeShell {
 public:
  static constexpr uint32_t kShardCount = 16;

  // A shell for a runtime that starts. `worker_id` is the first half of the ids of its objects.
  static RuntimeShell& Take(RuntimeCore* core, uint64_t worker_id);

  RuntimeShell(const RuntimeShell&) = delete;
  RuntimeShell& operator=(const RuntimeShell&) = delete;

  // The runtime; null after Shutdown. It lives as long as the caller is one of its workers, or a CoreVisit.
  RuntimeCore* core() const { return core_.load(std::memory_order_acquire); }
  uint64_t worker_id() const { return worker_id_; }

  // The runtime has stopped and makes no more objects. The last call of the runtime that took the shell.
  void Leave() { core_.store(nullptr, std::memory_order_release); }

  void Born(uint32_t shard) { shards_[shard % kShardCount].count.fetch_add(1, std::memory_order_relaxed); }
  void Died(uint32_t shard) { shards_[shard % kShardCount].count.fetch_sub(1, std::memory_order_release); }

  // Objects that are alive. Exact when none is born or dies meanwhile; once the runtime has left, 0 means none.
  int64_t live_count() const {
    int64_t sum = 0;
    for (const Shard& shard : shards_) sum += shard.count.load(std::memory_order_acquire);
    return sum;
  }

  // Tasks that came too late for the runtime to count them.
  void Refused() { refused_.fetch_add(1, std::memory_order_relaxed); }
  uint64_t refused_count() const { return refused_.load(std::memory_order_relaxed); }

  // Numbers its objects. Not anew for the next runtime: threads keep what is left of their blocks.
  IdBlocks<>& ids() { return ids_; }

 private:
  friend class CoreVisit;
  struct alignas(64) Shard {
    Atomic<int64_t> count{0};
    Atomic<int64_t> visits{0};
  };

  RuntimeShell() = default;
  ~RuntimeShell() = default;

  Atomic<RuntimeCore*> core_{nullptr};
  uint64_t worker_id_ = 0;
  IdBlocks<> ids_;
  Atomic<uint64_t> refused_{0};
  std::array<Shard, kShardCount> shards_;

  // Of core_visit.h.
  Atomic<bool> visits_end_{false};
  Mutex mutex_{"runtime_shell"};
  Executor* ending_executor_ ABSL_GUARDED_BY(mutex_) = nullptr;  // As long as a thread waits for the visits' end.
  ThreadId ending_thread_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
