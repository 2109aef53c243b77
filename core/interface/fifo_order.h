// core/interface/fifo_order.h -- first come, first served: an order for BasicScheduler.
//
// Threads   [one-at-a-time].
// Memory    24 bytes per task (ring.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/base/ring.h"
#include "core/interface/basic_scheduler.h"

namespace manta {

struct FifoOrder {
  class Queue {
   public:
    void Reserve(uint64_t more_count) { tasks_.Reserve(more_count); }
    void Push(const QueuedTask& task) { tasks_.PushBack(task); }

    ReadyTask Pop() {
      const ReadyTask task = tasks_[0].ready;
      tasks_.PopFront();
      return task;
    }

    bool TakeBack(uint64_t task) {
      if (tasks_[tasks_.size() - 1].ready.task != task) return false;
      tasks_.PopBack();
      return true;
    }

    uint64_t size() const { return tasks_.size(); }
    const ReadyTask& at(uint64_t index) const { return tasks_[index].ready; }
    uint64_t sequence() const { return tasks_[0].sequence; }

   private:
    Ring<QueuedTask> tasks_;
  };

  size_t Choose(std::span<Queue* const> queues, bool) {
    size_t oldest = 0;
    for (size_t i = 1; i < queues.size(); ++i) {
      if (queues[i]->sequence() < queues[oldest]->sequence()) oldest = i;
    }
    return oldest;
  }
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
