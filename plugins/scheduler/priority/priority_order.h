// plugins/scheduler/priority/priority_order.h -- the highest priority first, and of equal ones the first to come.
//
// A binary heap for each demand: one lock and O(log queued) are cheaper here than shards, which would have to be
// searched for the highest at each pop.
//
// Threads   [one-at-a-time].
// Memory    24 bytes per task; keeps what the most tasks ever queued at a time took.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <tuple>
#include <vector>

#include "core/interface/basic_scheduler.h"

namespace manta {

struct PriorityOrder {
  // Whether `a` is to run after `b`.
  static bool Later(const QueuedTask& a, const QueuedTask& b) {
    return std::tuple(a.ready.priority, b.sequence) < std::tuple(b.ready.priority, a.sequence);
  }

  class Queue {
   public:
    void Reserve(uint64_t more_count) {
      const uint64_t wanted = heap_.size() + more_count;
      if (wanted > heap_.capacity()) heap_.reserve(std::max(wanted, 2 * heap_.capacity()));
    }

    void Push(const QueuedTask& task) {
      heap_.push_back(task);
      std::push_heap(heap_.begin(), heap_.end(), Later);
    }

    ReadyTask Pop() {
      std::pop_heap(heap_.begin(), heap_.end(), Later);
      const ReadyTask task = heap_.back().ready;
      heap_.pop_back();
      return task;
    }

    // The heap's last entry can go without a step; it is the newest while priorities are equal.
    bool TakeBack(uint64_t task) {
      if (heap_.back().ready.task != task) return false;
      heap_.pop_back();
      return true;
    }

    uint64_t size() const { return heap_.size(); }
    const ReadyTask& at(uint64_t index) const { return heap_[index].ready; }
    const QueuedTask& first() const { return heap_.front(); }

   private:
    std::vector<QueuedTask> heap_;
  };

  size_t Choose(std::span<Queue* const> queues, bool) {
    size_t first = 0;
    for (size_t i = 1; i < queues.size(); ++i) {
      if (Later(queues[first]->first(), queues[i]->first())) first = i;
    }
    return first;
  }
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
