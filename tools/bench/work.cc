#include "tools/bench/work.h"

#include <array>
#include <string>
#include <vector>

#include "api/manta.h"
#include "tools/bench/measure.h"

namespace manta::bench {
namespace {

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

double SendAllNs(const ActorHandle<Counter>& counter, uint64_t count) {
  const uint64_t before = *Get(counter.Task<&Counter::Count>().Remote());
  uint64_t after = 0;
  const double ns = TimeNs([&] {
    for (uint64_t i = 0; i < count; ++i) counter.Task<&Counter::Add>().Send(uint64_t{1});
    after = *Get(counter.Task<&Counter::Count>().Remote());
  });
  Check("the actor's count", after - before, count);
  return ns;
}

}  // namespace

Runtime InitWithCounter(const std::string& counter, const std::string& config) {
  return Init({.set = {"ref_counter { name: \"manta.ref_counter." + counter + "\" " + config + "}"}});
}

uint64_t Increment(uint64_t n) { return n + 1; }

double AsyncNs(uint64_t count) {
  uint64_t sum = 0;
  const double ns = TimeNs([&] {
    std::vector<ObjectRef<uint64_t>> refs;
    refs.reserve(count);
    for (uint64_t i = 0; i < count; ++i) refs.push_back(Task<Increment>().Remote(i));
    for (const ObjectRef<uint64_t>& ref : refs) sum += *Get(ref);
  });
  Check("the sum of all results", sum, count * (count + 1) / 2);
  return ns;
}

double AsyncPerSecond(const Scale& scale) {
  const uint64_t count = scale.Of(kAsyncCount);
  AsyncNs(count);  // The second round is the one that counts.
  return PerSecond(count, AsyncNs(count));
}

double SendsPerSecond(const Scale& scale) {
  const ActorHandle<Counter> counter = Actor<Counter>().Remote();
  const uint64_t count = scale.Of(kSendCount);
  SendAllNs(counter, count / 10);
  return PerSecond(count, SendAllNs(counter, count));
}

double SendsNs(uint64_t count) { return SendAllNs(Actor<Counter>().Remote(), count); }

void RunChain(uint64_t count) {
  ObjectRef<uint64_t> link = Put<uint64_t>(0);
  for (uint64_t i = 0; i < count; ++i) link = Task<Increment>().Remote(link);
  Check("the number at the end of the chain", *Get(link), count);
}

void RunSkynetTasks(uint64_t leaf_count) {
  Check("the sum of the leaves", *Get(Task<TaskNode>().Remote(uint64_t{0}, leaf_count)),
        leaf_count * (leaf_count - 1) / 2);
}

void RunSkynetActors(uint64_t leaf_count) {
  const ActorHandle<ActorNode> root = Actor<ActorNode>().Remote();
  Check("the sum of the leaves", *Get(root.Task<&ActorNode::Sum>().Remote(uint64_t{0}, leaf_count)),
        leaf_count * (leaf_count - 1) / 2);
}

uint64_t LeafCount(const Scale& scale, uint64_t count) {
  uint64_t leaves = 1;
  while (leaves * kChildCount <= scale.Of(count)) leaves *= kChildCount;
  return leaves;
}

}  // namespace manta::bench

// SPDX-License-Identifier: Apache-2.0
