// plugins/scheduler/deterministic/random_order.h -- any task that fits, each with the same chance, as a seed decides.
//
// Every kOldestEvery-th pop takes the oldest task: chance alone promises no task that it will ever run.
//
// Threads   [one-at-a-time].
// Memory    32 bytes per task, and 16 for each pushed since the oldest one that is queued.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "core/base/ring.h"
#include "core/base/split_mix.h"
#include "core/interface/basic_scheduler.h"

namespace manta {

class RandomOrder {
 public:
  static constexpr uint32_t kOldestEvery = 64;

  explicit RandomOrder(uint64_t seed) : random_(seed) {}

  // The tasks in any order, so that each can be taken in one step, and beside them their order of Push.
  class Queue {
   public:
    void Reserve(uint64_t more_count) {
      tasks_.Reserve(more_count);
      ages_.Reserve(more_count);
    }

    void Push(const QueuedTask& task) {
      ages_.PushBack({.sequence = task.sequence, .place = tasks_.size()});
      tasks_.PushBack({.task = task, .age = first_age_ + ages_.size() - 1});
    }

    void Choose(uint64_t place) { chosen_ = place; }
    void ChooseOldest() { chosen_ = ages_[0].place; }

    // Takes the chosen task.
    ReadyTask Pop() {
      const uint64_t place = std::min(chosen_, tasks_.size() - 1);  // Drain asks without a choice.
      const ReadyTask task = tasks_[place].task.ready;
      Remove(place);
      return task;
    }

    bool TakeBack(uint64_t task) {
      if (tasks_[tasks_.size() - 1].task.ready.task != task) return false;
      Remove(tasks_.size() - 1);
      return true;
    }

    uint64_t size() const { return tasks_.size(); }
    const ReadyTask& at(uint64_t index) const { return tasks_[index].task.ready; }
    uint64_t oldest_sequence() const { return ages_[0].sequence; }

   private:
    static constexpr uint64_t kGone = UINT64_MAX;

    struct Placed {
      QueuedTask task;
      uint64_t age = 0;  // ages_[age - first_age_] is its own.
    };
    struct Age {
      uint64_t sequence = 0;
      uint64_t place = kGone;  // In tasks_.
    };

    void Remove(uint64_t place) {
      ages_[tasks_[place].age - first_age_].place = kGone;
      if (place + 1 < tasks_.size()) {
        tasks_[place] = tasks_[tasks_.size() - 1];
        ages_[tasks_[place].age - first_age_].place = place;
      }
      tasks_.PopBack();
      for (; !ages_.empty() && ages_[0].place == kGone; ++first_age_) ages_.PopFront();
    }

    Ring<Placed> tasks_;
    Ring<Age> ages_;  // Oldest first; those in between may be gone.
    uint64_t first_age_ = 0;
    uint64_t chosen_ = 0;
  };

  size_t Choose(std::span<Queue* const> queues, bool again) {
    if (!again) ++choice_count_;
    if (choice_count_ % kOldestEvery == 0) return ChooseOldest(queues);
    uint64_t count = 0;
    for (const Queue* queue : queues) count += queue->size();
    uint64_t place = random_.Below(count);
    size_t i = 0;
    for (; place >= queues[i]->size(); ++i) place -= queues[i]->size();
    queues[i]->Choose(place);
    return i;
  }

 private:
  static size_t ChooseOldest(std::span<Queue* const> queues) {
    size_t oldest = 0;
    for (size_t i = 1; i < queues.size(); ++i) {
      if (queues[i]->oldest_sequence() < queues[oldest]->oldest_sequence()) oldest = i;
    }
    queues[oldest]->ChooseOldest();
    return oldest;
  }

  SplitMix random_;
  uint64_t choice_count_ = 0;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
