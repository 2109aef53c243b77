// Skynet, the public benchmark: a tree of tasks, or actors, that sums a million leaves.
#include <string>

#include "tools/bench/alone.h"
#include "tools/bench/measure.h"
#include "tools/bench/row.h"
#include "tools/bench/work.h"

namespace manta::bench {
namespace {

constexpr uint64_t kLeafCount = 1'000'000;

double NsPerLeaf(const Scale& scale, void (*run)(uint64_t leaf_count)) {
  const uint64_t leaves = LeafCount(scale, kLeafCount);
  return TimeNs([&] { run(leaves); }) / static_cast<double>(leaves);
}

}  // namespace

void AddSkynetRows(std::vector<Row>& rows) {
  const auto add = [&](const std::string& name, Bound bound, void (*run)(uint64_t leaf_count), const char* peak) {
    rows.push_back({.name = name + ", for each leaf",
                    .measure = [run](const Scale& scale) { return NsPerLeaf(scale, run); },
                    .bound = std::move(bound),
                    .required = AtMost(1)});
    const auto peak_at = [peak](uint64_t count) {
      return [=](const Scale& scale) { return MeasureAlone(peak, LeafCount(scale, count)); };
    };
    rows.push_back({.name = name + ", peak memory",
                    .unit = Unit::kBytes,
                    .measure = peak_at(kLeafCount),
                    .bound = Bound{"with a tenth of the leaves", peak_at(kLeafCount / 10)},
                    .required = AtMost(1.5),
                    .needs_runtime = false});
  };
  add("skynet as tasks", {"250 ns", 250.0}, &RunSkynetTasks, "skynet_tasks_peak");
  add("skynet as actors", {"1 us", 1'000.0}, &RunSkynetActors, "skynet_actors_peak");
}

}  // namespace manta::bench

// SPDX-License-Identifier: Apache-2.0
