// tests/conformance/scheduler_fixture.h -- gives each test a scheduler, and checks its books after.
//
// Shapes    Tests call Push, Pop, ... of the fixture, which forwards them and keeps what must be queued and acquired.
//           After the test Stats must say so; then everything is drained and returned, and all resources are free
//           again. Tests with threads use scheduler() and keep their own books.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <span>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/interface/scheduler.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/conformance/support/suite_host.h"

namespace manta {

inline bool operator==(const ReadyTask& a, const ReadyTask& b) {
  return a.task == b.task && a.priority == b.priority && a.demand == b.demand;
}

// For GoogleTest's messages.
inline void PrintTo(const ReadyTask& task, std::ostream* out) {
  *out << "task " << task.task << " (priority " << task.priority << ", demand " << task.demand << ")";
}

}  // namespace manta

namespace manta::conformance {

MATCHER_P(HasCode, code, "has code " + absl::StatusCodeToString(code)) { return arg.code() == code; }
MATCHER(IsOk, "is ok") { return arg.ok(); }

constexpr uint32_t kOutside = Scheduler::kOutside;

// A scheduler and the world it lives in. Those of one seed live in equal worlds.
class OwnScheduler {
 public:
  OwnScheduler();

  Scheduler& operator*() const { return *scheduler_; }
  Scheduler* operator->() const { return scheduler_.get(); }

 private:
  std::unique_ptr<SuiteHost> host_;
  std::unique_ptr<Scheduler> scheduler_;  // Dies before its host.
};

class SchedulerConformance : public testing::Test {
 protected:
  static constexpr uint32_t kWorkers = 4;

  void TearDown() override;

  // Each test begins with it, or with a Start of its own.
  void Start(uint32_t worker_count_max = kWorkers, std::vector<uint64_t> capacities_milli = {});

  Scheduler& scheduler() { return *scheduler_; }

  uint32_t Define(std::initializer_list<ResourceAmount> amounts);
  void Push(uint32_t from_worker, std::vector<ReadyTask> tasks);

  // Pushes tasks `first` to `last` one by one.
  void PushRange(uint32_t from_worker, uint64_t first, uint64_t last, uint32_t demand = 0);

  std::optional<ReadyTask> Pop(uint32_t worker);

  // Pops until that is false, at most as often as there are tasks and once more.
  std::vector<uint64_t> PopAll(uint32_t worker);

  bool TakeBack(uint32_t worker, uint64_t task);
  bool Acquire(uint32_t demand);
  uint64_t Return(uint32_t demand);

  // For the books: `count` tasks were pushed and popped beside the fixture.
  void PushedAndPopped(uint64_t count) { pushed_count_ += count; }

  // Drains into room for `count_max`.
  std::vector<uint64_t> Drain(uint64_t count_max);

 private:
  void CheckThatAllIsFree();

  OwnScheduler scheduler_;
  std::vector<uint64_t> capacities_milli_;
  std::map<uint64_t, ReadyTask> queued_;
  std::map<uint32_t, uint64_t> acquired_;  // By demand.
  uint64_t pushed_count_ = 0;
};

// The tasks' numbers in order, to compare many: GoogleTest's own way takes time by their square.
std::vector<uint64_t> Sorted(std::vector<uint64_t> tasks);

// first, first + 1, ... last.
std::vector<uint64_t> Range(uint64_t first, uint64_t last);

}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
