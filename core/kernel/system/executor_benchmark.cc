// What waiting and telling the time cost. Run with -c opt.

#include <benchmark/benchmark.h>

#include <array>
#include <atomic>
#include <cstdint>

#include "core/kernel/system/system_clock.h"
#include "core/kernel/system/system_random.h"
#include "core/kernel/system/thread_executor.h"

namespace manta {
namespace {

void UnparkRunningThread(benchmark::State& state) {
  SystemClock clock;
  ThreadExecutor executor(clock);
  const ThreadId self = executor.Self();
  for (auto _ : state) executor.Unpark(self);
}
BENCHMARK(UnparkRunningThread);

void UnparkThenPark(benchmark::State& state) {
  SystemClock clock;
  ThreadExecutor executor(clock);
  const ThreadId self = executor.Self();
  for (auto _ : state) {
    executor.Unpark(self);
    benchmark::DoNotOptimize(executor.Park(kNever));
  }
}
BENCHMARK(UnparkThenPark);

void ParkWithPassedDeadline(benchmark::State& state) {
  SystemClock clock;
  ThreadExecutor executor(clock);
  for (auto _ : state) benchmark::DoNotOptimize(executor.Park(0));
}
BENCHMARK(ParkWithPassedDeadline);

void Self(benchmark::State& state) {
  SystemClock clock;
  ThreadExecutor executor(clock);
  for (auto _ : state) benchmark::DoNotOptimize(executor.Self());
}
BENCHMARK(Self);

struct PingPong {
  Executor& executor;
  ThreadId main;
  std::atomic<int> turn = 0;  // 0: main's, 1: the other's, 2: the end.

  void RunOther() {
    while (true) {
      while (turn.load() == 0) executor.Park(kNever);
      if (turn.load() == 2) return;
      turn.store(0);
      executor.Unpark(main);
    }
  }
};

// Two threads wake each other in turns; one iteration is two hand-overs.
void ParkUnparkRoundTrip(benchmark::State& state) {
  SystemClock clock;
  ThreadExecutor executor(clock);
  PingPong game{executor, executor.Self()};
  const Job job = {.run = [](void* context) { static_cast<PingPong*>(context)->RunOther(); }, .context = &game};
  const ThreadId other = *executor.Start("benchmark", job);
  for (auto _ : state) {
    game.turn.store(1);
    executor.Unpark(other);
    while (game.turn.load() != 0) executor.Park(kNever);
  }
  game.turn.store(2);
  executor.Unpark(other);
  (void)executor.Join(other);
}
BENCHMARK(ParkUnparkRoundTrip)->UseRealTime();

void StartAndJoin(benchmark::State& state) {
  SystemClock clock;
  ThreadExecutor executor(clock);
  for (auto _ : state) (void)executor.Join(*executor.Start("benchmark", {.run = [](void*) {}, .context = nullptr}));
}
BENCHMARK(StartAndJoin)->UseRealTime();

void NowNs(benchmark::State& state) {
  SystemClock clock;
  for (auto _ : state) benchmark::DoNotOptimize(clock.NowNs());
}
BENCHMARK(NowNs);

void CoarseNs(benchmark::State& state) {
  SystemClock clock;
  for (auto _ : state) benchmark::DoNotOptimize(clock.CoarseNs());
}
BENCHMARK(CoarseNs);

void WallNs(benchmark::State& state) {
  SystemClock clock;
  for (auto _ : state) benchmark::DoNotOptimize(clock.WallNs());
}
BENCHMARK(WallNs);

void RandomNext(benchmark::State& state) {
  SystemRandom random;
  for (auto _ : state) benchmark::DoNotOptimize(random.Next());
}
BENCHMARK(RandomNext)->Threads(1)->Threads(2);

void RandomFill64(benchmark::State& state) {
  SystemRandom random;
  std::array<std::byte, 64> bytes;
  for (auto _ : state) {
    random.Fill(bytes);
    benchmark::DoNotOptimize(bytes);
  }
}
BENCHMARK(RandomFill64);

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
