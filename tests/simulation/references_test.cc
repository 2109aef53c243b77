// The last reference goes and comes back at every moment: references in stored objects, weak ones, and those that
// threads copy and drop.

#include <gtest/gtest.h>

#include <memory>
#include <utility>
#include <vector>

#include "api/free.h"
#include "api/put.h"
#include "api/result.h"
#include "api/task.h"
#include "api/weak_object_ref.h"
#include "core/runtime/reference_watch.h"
#include "tests/simulation/scenario.h"
#include "tests/support/recording_counter.h"

namespace manta {
namespace {

using Refs = std::vector<ObjectRef<int>>;

// What the threads of one seed share.
struct Shared {
  std::vector<ObjectRef<Refs>> outer;
  std::vector<WeakObjectRef<int>> weak;
};

// Some of what a program may do with references, drawn by the seed.
void UseReferences(SimulatedRuntime& runtime, const Shared& shared, int number) {
  Refs held(2);
  ObjectRef<Refs> own;
  for (int step = 0; step < 6; ++step) {
    ObjectRef<int>& one = held[Draw(runtime, 0, 1)];
    const int which = Draw(runtime, 0, static_cast<int>(shared.outer.size()) - 1);
    switch (Draw(runtime, 0, 5)) {
      case 0:
        one = Get(shared.outer[which])->back();
        break;
      case 1:
        one = shared.weak[which].Lock();
        break;
      case 2:
        one = {};
        break;
      case 3:
        own = Put(Refs{held[0], held[1], Put(number)});
        break;
      case 4:
        if (own.valid()) one = Get(own)->at(Draw(runtime, 0, 2));
        break;
      case 5:
        if (one.valid() && Draw(runtime, 0, 9) == 0) Free(one);
        break;
    }
  }
}

void RunSeeds(uint64_t count, uint64_t observe_one_in) {
  std::shared_ptr<RecordingCounter> counter;  // Of the seed that runs, or ran last.
  const auto expect_zero = [&counter] {
    if (counter == nullptr) return;
    EXPECT_EQ(counter->Stats().counted_count, 0u);
    EXPECT_EQ(counter->count(RefEventKind::kMade) + counter->count(RefEventKind::kLocalAdded),
              counter->count(RefEventKind::kLocalDropped));
  };
  ScenarioOptions options = {.count = count};
  options.router = [] { return TestStorage().NewRouter({.native_values = NativeValues::kNever}); };
  options.watch = [&](uint64_t worker) {
    expect_zero();
    counter = std::make_shared<RecordingCounter>(worker);
    return std::make_shared<ReferenceWatch>(counter, ReferenceWatchOptions{.observe_one_in = observe_one_in});
  };
  EachSeed(options, [](SimulatedRuntime& runtime) {
    Shared shared;
    for (int i = 0; i < 2; ++i) {
      const ObjectRef<int> inner = Put(i);
      shared.weak.push_back(inner);
      shared.outer.push_back(Put(Refs{inner}));
    }
    std::vector<ThreadId> threads;
    for (int t = 0; t < 3; ++t) {
      // Each with its own outer ones: the last of them goes when the last thread ends.
      threads.push_back(runtime.StartThread("user", [&runtime, shared, t] { UseReferences(runtime, shared, t); }));
    }
    shared = {};
    for (const ThreadId thread : threads) runtime.JoinThread(thread);
  });
  expect_zero();
}

TEST(ReferencesTest, EscapedObjectsLiveAsLongAsTheyAreNeeded) { RunSeeds(/*count=*/300, /*observe_one_in=*/0); }

TEST(ReferencesTest, EachReferenceToWhatIsObservedIsTold) { RunSeeds(/*count=*/100, /*observe_one_in=*/2); }

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
