// tests/support/scheduler_benchmark.h -- times a scheduler's hot calls: alone, in batches, from outside, and shared.
//
//   int main(int argc, char** argv) { return manta::RunSchedulerBenchmarks(argc, argv, [] { return ...; }); }
//
// Shapes    One item is one task pushed and popped. Through the interface, as the runtime calls it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "benchmark/benchmark.h"
#include "core/interface/scheduler.h"

namespace manta {

using MakeSchedulerForBenchmark = std::function<std::unique_ptr<Scheduler>()>;

inline std::unique_ptr<Scheduler> StartedForBenchmark(const MakeSchedulerForBenchmark& make) {
  std::unique_ptr<Scheduler> scheduler = make();
  static constexpr uint64_t kCapacities[] = {1'000'000'000};
  scheduler->Start({.worker_count_max = 64, .capacities_milli = kCapacities}).IgnoreError();
  return scheduler;
}

inline void PushTasks(Scheduler& scheduler, uint32_t worker, std::vector<ReadyTask>& tasks) {
  benchmark::DoNotOptimize(&scheduler);
  scheduler.Push(worker, tasks).IgnoreError();
}

// `batch` tasks pushed by one call and popped by worker 0, with `queued` others below them.
inline void PushPop(benchmark::State& state, const MakeSchedulerForBenchmark& make, uint32_t from_worker,
                    bool demanding) {
  const std::unique_ptr<Scheduler> scheduler = StartedForBenchmark(make);
  const ResourceAmount amount = {.resource = 0, .amount_milli = 1};
  const uint32_t demand = demanding ? scheduler->DefineDemand(std::span(&amount, 1)).value_or(0) : 0;
  std::vector<ReadyTask> queued(state.range(1));
  for (uint64_t i = 0; i < queued.size(); ++i) queued[i] = {.task = i, .priority = static_cast<int32_t>(i % 16)};
  PushTasks(*scheduler, from_worker, queued);
  std::vector<ReadyTask> tasks(state.range(0));
  for (uint64_t i = 0; i < tasks.size(); ++i) {
    tasks[i] = {.task = 1'000'000 + i, .priority = static_cast<int32_t>(i % 16), .demand = demand};
  }
  ReadyTask task;
  for (auto _ : state) {
    PushTasks(*scheduler, from_worker, tasks);
    for (uint64_t i = 0; i < tasks.size(); ++i) {
      benchmark::DoNotOptimize(scheduler->Pop(0, &task));
      if (demanding) scheduler->Return(task.demand);
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(tasks.size()));
  std::vector<ReadyTask> rest(queued.size() + tasks.size());
  scheduler->Drain(rest);
}

inline void PopNothing(benchmark::State& state, const MakeSchedulerForBenchmark& make) {
  const std::unique_ptr<Scheduler> scheduler = StartedForBenchmark(make);
  // So many workers have pushed once, so many queues are looked at.
  ReadyTask task;
  for (uint32_t worker = 0; worker < state.range(0); ++worker) {
    scheduler->Push(worker, std::span(&task, 1)).IgnoreError();
    benchmark::DoNotOptimize(scheduler->Pop(worker, &task));
  }
  for (auto _ : state) benchmark::DoNotOptimize(scheduler->Pop(0, &task));
}

// Each thread pushes and pops its own, all on one scheduler.
inline void PushPopTogether(benchmark::State& state, Scheduler& scheduler) {
  ReadyTask task = {.task = static_cast<uint64_t>(state.thread_index())};
  const uint32_t worker = static_cast<uint32_t>(state.thread_index());
  for (auto _ : state) {
    scheduler.Push(worker, std::span(&task, 1)).IgnoreError();
    benchmark::DoNotOptimize(scheduler.Pop(worker, &task));
  }
  state.SetItemsProcessed(state.iterations());
}

// Registers all and runs them; for main.
inline int RunSchedulerBenchmarks(int argc, char** argv, const MakeSchedulerForBenchmark& make) {
  const auto add = [&](const char* name, uint32_t from_worker, bool demanding) {
    return benchmark::RegisterBenchmark(name,
                                        [=](benchmark::State& state) { PushPop(state, make, from_worker, demanding); })
        ->ArgNames({"batch", "queued"});
  };
  add("PushPopOwn", 0, false)->Args({1, 0})->Args({1, 1000})->Args({1, 100'000})->Args({64, 0});
  add("PushPopFromOutside", Scheduler::kOutside, false)->Args({1, 0})->Args({64, 0})->Args({10'000, 0});
  add("PushPopReturnDemand", 0, true)->Args({1, 0})->Args({64, 0});
  benchmark::RegisterBenchmark("PopNothing", [=](benchmark::State& state) { PopNothing(state, make); })
      ->ArgName("queues")
      ->Arg(1)
      ->Arg(8)
      ->Arg(64);
  const std::shared_ptr<Scheduler> shared = StartedForBenchmark(make);
  benchmark::RegisterBenchmark("PushPopTogether", [=](benchmark::State& state) {
    PushPopTogether(state, *shared);
  })->ThreadRange(1, 2);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  std::vector<ReadyTask> rest(1000);
  shared->Drain(rest);
  return 0;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
