// A scheduler that heaps up a pile: whoever came last is first, and the first may wait for ever.
#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "core/interface/basic_scheduler.h"
#include "core/interface/host.h"
#include "core/plugin/export.h"

namespace {

struct NewestFirst {
  class Queue {
   public:
    void Reserve(uint64_t more_count) { tasks_.reserve(tasks_.size() + more_count); }
    void Push(const manta::QueuedTask& task) { tasks_.push_back(task.ready); }
    manta::ReadyTask Pop() {
      const manta::ReadyTask task = tasks_.back();
      tasks_.pop_back();
      return task;
    }
    bool TakeBack(uint64_t) { return false; }
    uint64_t size() const { return tasks_.size(); }
    const manta::ReadyTask& at(uint64_t index) const { return tasks_[index]; }

   private:
    std::vector<manta::ReadyTask> tasks_;
  };

  size_t Choose(std::span<Queue* const>, bool) { return 0; }
};

absl::StatusOr<std::unique_ptr<manta::Scheduler>> MakePile(const manta::Host&, std::span<const std::byte>) {
  return std::make_unique<manta::BasicScheduler<NewestFirst>>();
}

}  // namespace

MANTA_PLUGIN(manta::Scheduler, MakePile, .name = "test.scheduler.pile", .summary = "Whoever came last is first")

// SPDX-License-Identifier: Apache-2.0
