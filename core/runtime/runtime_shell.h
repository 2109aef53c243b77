// core/runtime/runtime_shell.h -- is what objects know of their runtime, also after its Shutdown.
//
// A value may outlive the runtime it was made in: a program may hold references and pointers for as long as it likes.
// So objects point to this small shell and never to the runtime itself.
//
// Threads   [any-thread].
// Memory    Shells are never freed, so that an object may always ask its own. A runtime that starts takes one that no
//           living object points to any more: starting and stopping for ever makes no more shells than there were
//           runtimes with living objects at one time.
// Cost      Born, Died (count and bytes together), a visit's begin and its end: one atomic addition each, on a cache
//           line that few threads share.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>

#include "absl/base/thread_annotations.h"
#include "core/base/atomics.h"
#include "core/base/mutex.h"
#include "core/interface/executor.h"
#include "core/runtime/id_blocks.h"
#include "core/runtime/tally.h"

namespace manta {

class ReferenceWatch;
class RuntimeCore;
class ValueRouter;

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

  // Where the runtime's values lie (value_router.h); null: native, all of them. Set before the first object is made.
  // It lives as long as the runtime.
  ValueRouter* router() const { return router_.load(std::memory_order_relaxed); }
  bool strict() const { return strict_.load(std::memory_order_relaxed); }  // No value is native.
  void set_router(ValueRouter* router, bool strict) {
    router_.store(router, std::memory_order_relaxed);
    strict_.store(strict, std::memory_order_relaxed);
  }

  // Tells the ref counter of its objects that escape; null: a reference in a stored value is one like others. Set
  // before the first object is made, and stays until the last has died: it lives as long as one of them is counted.
  ReferenceWatch* watch() const { return watch_.load(std::memory_order_relaxed); }
  // `observe_one_in`: of how many new objects the watch observes one; 0: of none.
  void set_watch(ReferenceWatch* watch, uint64_t observe_one_in) {
    watch_.store(watch, std::memory_order_relaxed);
    chosen_max_.store(observe_one_in == 0 ? 0 : UINT64_MAX / observe_one_in, std::memory_order_relaxed);
    notice_mask_.store(observe_one_in == 0 ? IdBlocks<>::kBlockSize - 1 : 0, std::memory_order_relaxed);
  }

  // Objects whose number, under this mask, is 0 or 1 look further when they are made: few of them, or all.
  uint64_t notice_mask() const { return notice_mask_.load(std::memory_order_relaxed); }

  // Whether the object with this number is observed. The multiples of the golden ratio are spread evenly, and so is any
  // part of them that a program's loops may pick.
  bool Chooses(uint64_t sequence) const {
    return sequence * uint64_t{0x9E3779B97F4A7C15} <= chosen_max_.load(std::memory_order_relaxed);
  }

  // The runtime has stopped and makes no more objects. The last call of the runtime that took the shell.
  void Leave() {
    router_.store(nullptr, std::memory_order_relaxed);
    core_.store(nullptr, std::memory_order_release);
  }

  // An object that takes `size_bytes` of memory. Each on its own thread's shard: were death counted where birth was,
  // two threads that send each other objects would wait for each other's line at every one.
  void Born(uint32_t shard, uint32_t size_bytes) {
    shards_[shard % kShardCount].tally.fetch_add(TallyOf(size_bytes), std::memory_order_relaxed);
  }
  void Died(uint32_t shard, uint32_t size_bytes) {
    shards_[shard % kShardCount].tally.fetch_sub(TallyOf(size_bytes), std::memory_order_release);
  }

  // Objects that are alive. Exact when none is born or dies meanwhile. Once the runtime has left none is born, and
  // every death that is not seen makes it more: 0 means none.
  int64_t live_count() const { return Total().count; }

  // What they take, in steps of kStepBytes an object.
  uint64_t live_bytes() const { return static_cast<uint64_t>(std::max<int64_t>(Total().steps, 0)) * kStepBytes; }

  // Tasks that came too late for the runtime to count them.
  void Refused() { refused_.fetch_add(1, std::memory_order_relaxed); }
  uint64_t refused_count() const { return refused_.load(std::memory_order_relaxed); }

  // Numbers its objects; from 1 for each runtime that takes the shell.
  IdBlocks<>& ids() { return ids_; }

 private:
  friend class CoreVisit;

  static constexpr uint32_t kStepBytes = 64;
  static uint64_t TallyOf(uint32_t size_bytes) { return Tally::WordOf(size_bytes, kStepBytes); }
  Tally Total() const {
    uint64_t sum = 0;
    for (const Shard& shard : shards_) sum += shard.tally.load(std::memory_order_acquire);
    return Tally::Of(sum);
  }

  struct alignas(64) Shard {
    Atomic<uint64_t> tally{0};
    Atomic<int64_t> visits{0};
  };

  RuntimeShell() = default;
  ~RuntimeShell() = default;

  Atomic<RuntimeCore*> core_{nullptr};
  Atomic<ValueRouter*> router_{nullptr};
  Atomic<bool> strict_{false};
  Atomic<ReferenceWatch*> watch_{nullptr};
  Atomic<uint64_t> chosen_max_{0};
  uint64_t worker_id_ = 0;
  Atomic<uint64_t> notice_mask_{IdBlocks<>::kBlockSize - 1};
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
