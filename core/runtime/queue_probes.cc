#include "core/runtime/queue_probes.h"

#include "core/runtime/task_state.h"

namespace manta {

QueueProbes::QueueProbes(Clock& clock, Metrics* metrics)
    : clock_(clock),
      histogram_(metrics == nullptr
                     ? nullptr
                     : &metrics->GetHistogram({.name = "scheduling.latency",
                                               .help = "How long tasks waited in the queue until they began. Of tasks "
                                                       "that come fast, a few are measured.",
                                               .unit = "ns"})) {}

void QueueProbes::Queued(TaskState& task, int64_t now_ns) {
  Place& place = PlaceOf(task.id().sequence());
  uint64_t holder = place.sequence.load(std::memory_order_acquire);
  if (holder == kBeingWritten) return;
  if (holder != kFree && now_ns - place.queued_ns.load(std::memory_order_relaxed) < kGoneNs) return;
  if (!place.sequence.compare_exchange_strong(holder, kBeingWritten, std::memory_order_acq_rel)) return;
  place.queued_ns.store(now_ns, std::memory_order_relaxed);
  place.sequence.store(task.id().sequence(), std::memory_order_release);
  task.timed.store(true, std::memory_order_relaxed);
}

void QueueProbes::Begins(TaskState& task) {
  task.timed.store(false, std::memory_order_relaxed);
  uint64_t sequence = task.id().sequence();
  Place& place = PlaceOf(sequence);
  const int64_t queued_ns = place.queued_ns.load(std::memory_order_acquire);
  if (!place.sequence.compare_exchange_strong(sequence, kFree, std::memory_order_acq_rel)) return;
  const int64_t waited_ns = clock_.NowNs() - queued_ns;
  histogram_->Record(waited_ns > 0 ? static_cast<uint64_t>(waited_ns) : 0);
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
