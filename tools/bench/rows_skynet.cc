// Skynet: a root starts ten children, each of them ten, down to a million leaves that return their number; the sums
// come back up.
#include <array>

#include "api/manta.h"
#include "tools/bench/measure.h"
#include "tools/bench/process.h"
#include "tools/bench/row.h"

namespace manta::bench {
namespace {

constexpr uint64_t kLeafCount = 1'000'000;
constexpr uint64_t kChildCount = 10;

uint64_t TaskNode(uint64_t first, uint64_t leaf_count) {
  if (leaf_count == 1) return first;
  std::array<ObjectRef<uint64_t>, kChildCount> children;
  const uint64_t each = leaf_count / kChildCount;
  for (uint64_t i = 0; i < kChildCount; ++i) children[i] = Task<TaskNode>().Remote(first + i * each, each);
  uint64_t sum = 0;
  for (const ObjectRef<uint64_t>& child : children) sum += *Get(child);
  return sum;
}

class ActorNode {
 public:
  uint64_t Sum(uint64_t first, uint64_t leaf_count) {
    if (leaf_count == 1) return first;
    std::array<ObjectRef<uint64_t>, kChildCount> sums;
    const uint64_t each = leaf_count / kChildCount;
    for (uint64_t i = 0; i < kChildCount; ++i) {
      // The child ends, with its last handle, when it has answered.
      sums[i] = Actor<ActorNode>().Remote().Task<&ActorNode::Sum>().Remote(first + i * each, each);
    }
    uint64_t sum = 0;
    for (const ObjectRef<uint64_t>& child : sums) sum += *Get(child);
    return sum;
  }
};

// Powers of ten only: every node but a leaf has ten children.
uint64_t LeafCount(const Scale& scale, uint64_t count) {
  uint64_t leaves = 1;
  while (leaves * kChildCount <= scale.Of(count)) leaves *= kChildCount;
  return leaves;
}

void RunAsTasks(uint64_t leaves) {
  Check("the sum of the leaves", *Get(Task<TaskNode>().Remote(uint64_t{0}, leaves)), leaves * (leaves - 1) / 2);
}

void RunAsActors(uint64_t leaves) {
  const ActorHandle<ActorNode> root = Actor<ActorNode>().Remote();
  Check("the sum of the leaves", *Get(root.Task<&ActorNode::Sum>().Remote(uint64_t{0}, leaves)),
        leaves * (leaves - 1) / 2);
}

double NsPerLeaf(const Scale& scale, void (*run)(uint64_t leaves)) {
  const uint64_t leaves = LeafCount(scale, kLeafCount);
  return TimeNs([&] { run(leaves); }) / static_cast<double>(leaves);
}

double PeakBytes(const Scale& scale, uint64_t count, void (*run)(uint64_t leaves)) {
  ResetPeakResidentBytes();
  run(LeafCount(scale, count));
  return static_cast<double>(PeakResidentBytes());
}

}  // namespace

void AddSkynetRows(std::vector<Row>& rows) {
  const auto add = [&](const std::string& name, Bound bound, void (*run)(uint64_t leaves)) {
    rows.push_back({.name = name + ", for each leaf",
                    .measure = [run](const Scale& scale) { return NsPerLeaf(scale, run); },
                    .bound = std::move(bound),
                    .required = AtMost(1)});
    rows.push_back({.name = name + ", peak memory",
                    .unit = Unit::kBytes,
                    .measure = [run](const Scale& scale) { return PeakBytes(scale, kLeafCount, run); },
                    .bound = Bound{"with a tenth of the leaves",
                                   [run](const Scale& scale) { return PeakBytes(scale, kLeafCount / 10, run); }},
                    .required = AtMost(1.5)});
  };
  add("skynet as tasks", {"250 ns", 250.0}, &RunAsTasks);
  add("skynet as actors", {"1 us", 1'000.0}, &RunAsActors);
}

}  // namespace manta::bench

// SPDX-License-Identifier: Apache-2.0
