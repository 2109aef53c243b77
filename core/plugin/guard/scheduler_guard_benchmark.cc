// What a guard costs: the hot methods called directly through their interface, and through the guard.
//
//   ./bazelw run --config=opt //core/plugin/guard:scheduler_guard_benchmark -- --benchmark_repetitions=5
//
// The scheduler behind does next to nothing, so that the difference between the two lines is the guard.
#include <memory>

#include "benchmark/benchmark.h"
#include "core/plugin/guard/scheduler_guard.h"
#include "tests/support/quiet_host.h"

namespace manta {
namespace {

class FastScheduler final : public Scheduler {
 public:
  absl::Status Start(const SchedulerSetup&) override { return absl::OkStatus(); }
  absl::StatusOr<uint32_t> DefineDemand(std::span<const ResourceAmount>) override { return 1; }
  absl::Status Push(uint32_t, std::span<const ReadyTask> tasks) override {
    last_ = tasks[0];
    return absl::OkStatus();
  }
  bool Pop(uint32_t, ReadyTask* task) override {
    *task = last_;
    return true;
  }
  bool TakeBack(uint32_t, uint64_t task) override { return task == last_.task; }
  bool Acquire(uint32_t) override { return true; }
  uint64_t Return(uint32_t) override { return 0; }
  uint64_t Drain(std::span<ReadyTask>) override { return 0; }
  uint64_t List(std::span<ReadyTask>) override { return 0; }
  SchedulerStats Stats() override { return {}; }

 private:
  ReadyTask last_;
};

// Never asked for anything: the scheduler keeps its contract.
const QuietHost host;

std::unique_ptr<Scheduler> Make(bool guarded) {
  auto scheduler = std::make_unique<FastScheduler>();
  if (!guarded) return scheduler;
  return std::make_unique<SchedulerGuard>(std::move(scheduler), PluginRecord{.name = "test.fast"}, host);
}

// Calls `method` of a scheduler whose type the compiler cannot see.
template <typename Method>
void Run(benchmark::State& state, const Method& method) {
  const std::unique_ptr<Scheduler> owner = Make(state.range(0) != 0);
  Scheduler* scheduler = owner.get();
  ReadyTask task = {.task = 1};
  for (auto _ : state) {
    benchmark::DoNotOptimize(scheduler);
    auto result = method(*scheduler, &task);
    benchmark::DoNotOptimize(result);
  }
}

void Push(benchmark::State& state) {
  Run(state, [](Scheduler& scheduler, ReadyTask* task) { return scheduler.Push(0, std::span(task, 1)); });
}
void Pop(benchmark::State& state) {
  Run(state, [](Scheduler& scheduler, ReadyTask* task) { return scheduler.Pop(0, task); });
}
void TakeBack(benchmark::State& state) {
  Run(state, [](Scheduler& scheduler, ReadyTask*) { return scheduler.TakeBack(0, 1); });
}

BENCHMARK(Push)->ArgName("guarded")->Arg(0)->Arg(1);
BENCHMARK(Pop)->ArgName("guarded")->Arg(0)->Arg(1);
BENCHMARK(TakeBack)->ArgName("guarded")->Arg(0)->Arg(1);

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
