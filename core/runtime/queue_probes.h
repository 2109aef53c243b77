// core/runtime/queue_probes.h -- measures how long tasks wait in the queue, on a few of them.
//
// A task that is chosen when it is queued leaves the moment here; when it begins, the time between is recorded. Those
// that are never begun (cancelled, say) leave their place to others after a minute.
//
// Threads   [any-thread].
// Memory    Fixed. When all places are taken no more tasks are chosen, so that long waits count as short ones do.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "core/interface/clock.h"
#include "core/interface/metrics.h"

namespace manta {

class TaskState;

class QueueProbes {
 public:
  // Null metrics: nothing is measured.
  QueueProbes(Clock& clock, Metrics* metrics);

  bool on() const { return histogram_ != nullptr; }

  // REQUIRES: on(). The task is about to be queued; its thread's `queued` rate has chosen it.
  void Queued(TaskState& task, int64_t now_ns);

  // It was chosen, and begins.
  void Begins(TaskState& task);

 private:
  static constexpr int64_t kGoneNs = 60'000'000'000;
  static constexpr uint64_t kFree = 0;  // No object's sequence.
  static constexpr uint64_t kBeingWritten = UINT64_MAX;

  struct Place {
    std::atomic<uint64_t> sequence{kFree};
    std::atomic<int64_t> queued_ns{0};
  };
  Place& PlaceOf(uint64_t sequence) { return places_[sequence * 0x9e3779b97f4a7c15u >> 56]; }

  Clock& clock_;
  Histogram* const histogram_;
  std::array<Place, 256> places_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
