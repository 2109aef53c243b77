// Which calls an actor has not begun, or not ended. Nothing counts them while they come and go: who wants to know
// looks.
#include "core/runtime/actor_state.h"
#include "core/runtime/runtime_core.h"

namespace manta {

// What the turn holder has taken out of the mailbox, lanes excepted.
uint64_t ActorState::CountAhead() const {
  uint64_t count = 0;
  for (const TaskState* call = batch_; call != nullptr && count < kCountMax; call = call->next) ++count;
  return count;
}

uint64_t ActorState::CountBehind() const {
  if (settings_.concurrency_max > 1) return 0;  // Its turn is not the call's.
  const uint64_t taken = CountAhead();
  return taken + mailbox_.Count(kCountMax - taken);
}

// As one who has the turn for a moment, and does nothing with it.
ActorState::Queue ActorState::LookAtQueue() {
  Turn scheduled = Turn::kScheduled;
  const bool was_scheduled = turn_.compare_exchange_strong(scheduled, Turn::kHeld, std::memory_order_acq_rel);
  if (!was_scheduled) {
    if (!mailbox_.TryTurn()) return {};
    turn_.store(Turn::kHeld, std::memory_order_release);
  }
  Queue queue{.queued_count = CountAhead(), .known = true};
  queue.queued_count += mailbox_.Count(kCountMax - queue.queued_count);
  if (lanes_ != nullptr) {
    for (const auto& [caller, lane] : *lanes_) {
      queue.held_back_count += lane.first != nullptr ? 1 : 0;
      for (const TaskState* call = lane.rest; call != nullptr && queue.held_back_count < kCountMax; call = call->next) {
        ++queue.held_back_count;
      }
      if (queue.held_back_count >= kCountMax) break;
    }
  }
  queue.queued_count += queue.held_back_count;
  // Whoever had been asked to take the turn may have found it taken meanwhile: somebody is asked again.
  if (was_scheduled || !GiveTurnUp()) Schedule();
  return queue;
}

std::vector<ObjectId> ActorState::SuspendedCalls() {
  std::vector<ObjectId> calls;
  MutexLock lock(suspended_mutex_);
  suspended_.Each([&](const Suspension& call) { calls.push_back(call.task.id()); });
  return calls;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
