// core/runtime/admission.h -- counts the tasks that are on their way, and holds back those who submit too many.
//
// Memory for pending tasks is bounded by a count and by bytes. A program's own threads wait for room; a task never
// does, since the room it waits for may be its own: it runs what it submits, then exceeds the limit up to a hard one.
//
// Threads   [any-thread].
// Cost      Submitted and Ended: one addition on a cache line that few threads share. The sum over all threads is
//           looked at once in 64 submits, so that a limit may be exceeded by that much for each thread.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "core/base/atomics.h"
#include "core/base/mutex.h"
#include "core/interface/executor.h"
#include "core/runtime/tally.h"

namespace manta {

// At most 2^26 tasks and 128 GiB of them are told apart: higher limits, with the factor, are these.
struct AdmissionLimits {
  uint64_t count_max = uint64_t{2} << 20;
  uint64_t bytes_max = uint64_t{1} << 30;
  uint32_t hard_factor = 2;  // Tasks may exceed the limits by this factor.
};

class Admission {
 public:
  Admission(Executor& executor, const AdmissionLimits& limits);

  enum class Room { kFree, kFull, kNone };  // Below the limits, above them, above the hard ones.

  // Counts a task in and says how much room there was before it.
  Room Submitted(uint32_t shard, uint64_t size_bytes);

  // The same, out again.
  void Ended(uint32_t shard, uint64_t size_bytes);

  // Waits until there is room, or Stop. For threads that are not the runtime's.
  void WaitForRoom();

  // Ends all waits for room, for good.
  void Stop();

  struct Totals {
    int64_t pending_count = 0;
    int64_t pending_bytes = 0;
  };
  // Exact when nothing is submitted or ends meanwhile.
  Totals totals() const;

  const AdmissionLimits& limits() const { return limits_; }

 private:
  static constexpr uint32_t kShardCount = 16;
  static constexpr uint32_t kLookEvery = 64;

  static constexpr uint64_t kStepBytes = 8;
  static constexpr uint64_t kCountMax = uint64_t{1} << (64 - Tally::kStepBits - 2);
  static constexpr uint64_t kBytesMax = (uint64_t{1} << (Tally::kStepBits - 2)) * kStepBytes;

  struct alignas(64) Shard {
    Atomic<uint64_t> pending{0};  // A Tally.
    Atomic<uint32_t> submits{0};
    Atomic<uint8_t> room{0};  // The last answer, until the next look.
  };

  Room Look() const;
  void WakeIfRoom();

  Executor& executor_;
  const AdmissionLimits limits_;
  const uint32_t look_every_;
  std::array<Shard, kShardCount> shards_;
  Atomic<uint32_t> waiting_count_{0};
  Atomic<bool> stopped_{false};
  Mutex mutex_{"admission"};
  std::vector<ThreadId> waiting_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
