// Tasks: one at a time, many at once, chains and fans.
#include <algorithm>
#include <array>
#include <vector>

#include "api/manta.h"
#include "tools/bench/alone.h"
#include "tools/bench/limits.h"
#include "tools/bench/measure.h"
#include "tools/bench/process.h"
#include "tools/bench/row.h"
#include "tools/bench/work.h"

namespace manta::bench {
namespace {

// No wait takes that long. A wait with a deadline runs nothing itself: another thread has to.
constexpr GetOptions kByAnotherThread = {.timeout_ns = 60'000'000'000};

// Calls back to back: the workers have no time to fall asleep.
double SyncNs(const Scale& scale, const GetOptions& options) {
  uint64_t n = 0;
  uint64_t count = 0;
  const auto call = [&] {
    n = *Get(Task<Increment>().Remote(n), options);
    ++count;
  };
  for (uint64_t i = 0; i < scale.Of(1'000); ++i) call();
  const double ns = NsPerCall(scale.Of(100'000), call);
  Check("the number that each task added one to", n, count);
  return ns;
}

double SyncWhenAsleepNs(const Scale& scale, const GetOptions& options) {
  uint64_t n = *Get(Task<Increment>().Remote(uint64_t{0}), kByAnotherThread);  // There is a worker now.
  const uint64_t count = scale.Of(200);
  const double ns = NsPerCallWhenAsleep(count, [&] { n = *Get(Task<Increment>().Remote(n), options); });
  Check("the number that each task added one to", n, count + 1);
  return ns;
}

constexpr std::array<uint64_t, 4> kCurve = {1'000, 10'000, 100'000, 1'000'000};

double AsyncSlope(const Scale& scale) {
  std::vector<Point> points;
  for (const uint64_t size : kCurve) {
    const uint64_t count = std::max<uint64_t>(scale.Of(size), 10);
    AsyncNs(count);
    std::vector<double> ns;
    for (uint64_t repeats = std::clamp<uint64_t>(100'000 / size, 1, 21); ns.size() < repeats;) {
      ns.push_back(AsyncNs(count));
    }
    points.push_back({.size = static_cast<double>(size), .value = Median(std::move(ns))});
  }
  return LogLogSlope(points);
}

// How much slower the first round of a new process is than its second, at the size where that is worst. One process in
// a few meets something else meanwhile: of each size the middle one counts.
double AsyncFirstRound(const Scale& scale) {
  double worst = 0;
  for (const uint64_t size : kCurve) {
    std::vector<double> ratios;
    while (ratios.size() < 5) ratios.push_back(MeasureAlone("first_round", scale.Of(size)));
    worst = std::max(worst, Median(std::move(ratios)));
  }
  return worst;
}

constexpr uint64_t kChainCount = 100'000;

double LinksPerSecond(const Scale& scale) {
  const uint64_t count = scale.Of(kChainCount);
  RunChain(count);
  return PerSecond(count, TimeNs([&] { RunChain(count); }));
}

uint64_t SumOf(const std::vector<ObjectRef<uint64_t>>& refs) {
  uint64_t sum = 0;
  for (const ObjectRef<uint64_t>& ref : refs) sum += *Get(ref);
  return sum;
}

void RunFan(uint64_t count) {
  std::vector<ObjectRef<uint64_t>> refs;
  refs.reserve(count);
  for (uint64_t i = 0; i < count; ++i) refs.push_back(Task<Increment>().Remote(i));
  Check("the sum of the fan", *Get(Task<SumOf>().Remote(std::move(refs))), count * (count + 1) / 2);
}

double FanPerSecond(const Scale& scale) {
  const uint64_t count = scale.Of(10'000);
  return PerSecond(count, NsPerCall(9, [&] { RunFan(count); }));
}

double OneWakeAndALittleNs(const Scale& scale) { return WakeNs(scale) + 1'000; }

}  // namespace

void AddTaskRows(std::vector<Row>& rows) {
  rows.push_back({.name = "task sync, the waiter helps, workers awake",
                  .gate = true,
                  .measure = [](const Scale& scale) { return SyncNs(scale, {}); },
                  .bound = Bound{"oneTBB, the waiter helps", Peer{"tbb", "task_sync", 100'000}},
                  .required = AtMost(5)});
  rows.push_back({.name = "task sync, the waiter helps, workers asleep",
                  .gate = true,
                  .measure = [](const Scale& scale) { return SyncWhenAsleepNs(scale, {}); },
                  .bound = Bound{"one wake + 1 us", &OneWakeAndALittleNs},
                  .required = AtMost(1)});
  rows.push_back({.name = "task sync on another thread, both awake",
                  .measure = [](const Scale& scale) { return SyncNs(scale, kByAnotherThread); },
                  .bound = Bound{"hand-over and back, spinning", &SpinHandOverNs},
                  .required = AtMost(10)});
  rows.push_back({.name = "task sync on another thread, asleep",
                  .measure = [](const Scale& scale) { return SyncWhenAsleepNs(scale, kByAnotherThread); },
                  .bound = Bound{"hand-over and back, futex, idle core", &FutexHandOverNs},
                  .required = AtMost(1.2)});
  rows.push_back({.name = "tasks async, 100,000 results got, and Asio",
                  .unit = Unit::kPerSecond,
                  .gate = true,
                  .measure = &AsyncPerSecond,
                  .bound = Bound{"Asio with futures", Peer{"asio", "tasks_with_futures", kAsyncCount}},
                  .required = AtLeast(2)});
  rows.push_back({.name = "tasks async, 100,000 results got, and oneTBB",
                  .unit = Unit::kPerSecond,
                  .gate = true,
                  .measure = &AsyncPerSecond,
                  .bound = Bound{"oneTBB, no results", Peer{"tbb", "tasks_without_results", kAsyncCount}},
                  .required = AtLeast(0.35)});
  rows.push_back({.name = "tasks async, growth from 1,000 to 1,000,000",
                  .unit = Unit::kNumber,
                  .gate = true,
                  .measure = &AsyncSlope,
                  .bound = Bound{"slope 1: proportional", 1.0},
                  .required = AtMost(1.05),
                  .is_slope = true});
  rows.push_back({.name = "tasks async, first round of a new process",
                  .unit = Unit::kNumber,
                  .gate = true,
                  .measure = &AsyncFirstRound,
                  .bound = Bound{"its second round", 1.0},
                  .required = AtMost(2),
                  .needs_runtime = false});
  rows.push_back({.name = "chain of 100,000 tasks, links",
                  .unit = Unit::kPerSecond,
                  .measure = &LinksPerSecond,
                  .bound = Bound{"2 M in a second", 2e6},
                  .required = AtLeast(1)});
  rows.push_back(
      {.name = "chain of 100,000 tasks, ten times, peak memory",
       .unit = Unit::kBytes,
       .measure = [](const Scale& scale) { return MeasureAlone("ten_chains_peak", scale.Of(kChainCount)); },
       .bound = Bound{"once", [](const Scale& scale) { return MeasureAlone("chain_peak", scale.Of(kChainCount)); }},
       .required = AtMost(1.1),
       .needs_runtime = false});
  rows.push_back({.name = "fan-in of 10,000 tasks, references",
                  .unit = Unit::kPerSecond,
                  .measure = &FanPerSecond,
                  .bound = Bound{"2 M in a second", 2e6},
                  .required = AtLeast(1)});
}

}  // namespace manta::bench

// SPDX-License-Identifier: Apache-2.0
