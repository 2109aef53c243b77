// The scenarios that the tests of Ray's reference counter name, about lineage, frees, delays and repeats.
#include <cstdint>
#include <vector>

#include "core/ownership/simulation/test_stage.h"
#include "gtest/gtest.h"

namespace manta {
namespace {

constexpr uint32_t kNone = Cluster::kNone;

// ---- Lineage

void BasicLineage(Stage& s) {
  const uint32_t argument = s.cluster.Create(0);
  const uint32_t task = s.Start(0, 1, argument);
  s.Finish(task, kNone, /*lineage=*/true);
  s.cluster.Drop(1, argument);
  s.cluster.Drop(0, argument);
  s.ExpectAlive(argument);
  s.cluster.Drop(0, s.ResultOf(task));
  s.ExpectGone(argument);
}

// A chain of tasks, each with the one before as its argument, and lineage.
std::vector<uint32_t> LineageChain(Stage& s, uint32_t length) {
  std::vector<uint32_t> tasks;
  uint32_t argument = s.cluster.Create(0);
  for (uint32_t i = 0; i < length; ++i) {
    tasks.push_back(s.Start(0, 1, argument));
    s.Finish(tasks.back(), kNone, /*lineage=*/true);
    s.cluster.Drop(1, argument);
    s.cluster.Drop(0, argument);
    argument = s.ResultOf(tasks.back());
  }
  return tasks;
}

void PinLineageRecursive(Stage& s) {
  const std::vector<uint32_t> tasks = LineageChain(s, 20);
  s.Quiet();
  for (const uint32_t task : tasks) {
    const Cluster::Object& result = s.cluster.objects()[s.ResultOf(task)];
    EXPECT_TRUE(s.cluster.alive(s.ResultOf(task)));
    EXPECT_EQ(result.idle, task != tasks.back());  // Known, and its value was dropped.
    EXPECT_EQ(result.value, task == tasks.back());
  }
  s.cluster.Drop(0, s.ResultOf(tasks.back()));
  s.Quiet();
  EXPECT_EQ(s.Stats(0).counted_count, 0u);
}

void EvictLineage(Stage& s) {
  const std::vector<uint32_t> tasks = LineageChain(s, 3);
  s.Quiet();
  ASSERT_TRUE(s.cluster.ForgetLineage(tasks.back()));
  s.ExpectGone(s.ResultOf(tasks[1]));  // What only that lineage remembered, and what that remembered.
  EXPECT_FALSE(s.cluster.alive(s.ResultOf(tasks[0])));
  EXPECT_TRUE(s.cluster.alive(s.ResultOf(tasks[2])));
}

void ResubmittedTask(Stage& s) {
  const std::vector<uint32_t> tasks = LineageChain(s, 3);
  s.Quiet();
  EXPECT_TRUE(s.cluster.objects()[s.ResultOf(tasks[1])].idle);
  ASSERT_TRUE(s.cluster.Send(0, 2, s.ResultOf(tasks[2])));
  // The middle one is needed: its task runs again, and so the first one's.
  ASSERT_TRUE(s.cluster.Lock(2, s.ResultOf(tasks[1])));
  s.Quiet();
  EXPECT_FALSE(s.cluster.objects()[s.ResultOf(tasks[1])].idle);
  EXPECT_FALSE(s.cluster.objects()[s.ResultOf(tasks[0])].idle);
  EXPECT_TRUE(s.cluster.tasks()[tasks[1]].pending);
  s.Finish(tasks[0], kNone, /*lineage=*/true);
  s.Finish(tasks[1], kNone, /*lineage=*/true);
  s.cluster.Drop(2, s.ResultOf(tasks[1]));
  for (const uint32_t task : tasks) s.cluster.Drop(1, s.cluster.tasks()[task].argument);
  s.Quiet();
  EXPECT_TRUE(s.cluster.objects()[s.ResultOf(tasks[1])].idle);
}

// ---- Frees, delays and repeats

void Free(Stage& s) {
  const uint32_t inner = s.GiveNew(1, 0);
  const uint32_t object = s.cluster.Pack(0, {inner});
  s.cluster.Drop(0, inner);
  s.Hand(0, 1, object);
  s.Quiet();
  ASSERT_TRUE(s.cluster.Free(object));
  s.ExpectGone(inner);
  s.Hand(1, 2, object);
  s.Quiet();
  EXPECT_TRUE(s.cluster.lost(2, object));  // Who asks for it is told.
}

void GetObjectStatusReplyDelayed(Stage& s) {
  const uint32_t object = s.cluster.Create(0);
  s.Hand(0, 1, object);
  while (s.cluster.Act(1) > 0) {
  }
  s.cluster.Deliver(0);
  while (s.cluster.Act(0) > 0) {
  }
  s.cluster.Drop(1, object);  // The answer is under way.
  s.cluster.Drop(0, object);
  s.Hand(1, 2, s.cluster.Create(1));
  s.ExpectGone(object);
}

void DelayedWaitForRefRemoved(Stage& s) {
  const uint32_t object = s.cluster.Create(0);
  s.Hand(0, 1, object);
  s.Quiet();
  s.cluster.Drop(1, object);
  while (s.cluster.Act(1) > 0) {
  }
  // It has told that it has none any more, and gets one again before the owner hears that.
  s.Give(0, 1, object);
  s.ExpectKeptBy(1, object);
}

void RepeatedDeserialization(Stage& s) {
  const auto [inner, outer] = s.PackNew(0);
  s.Give(0, 1, outer);
  for (uint32_t i = 0; i < 3; ++i) {
    ASSERT_TRUE(s.cluster.Read(1, outer));
    s.cluster.Drop(1, inner);
    ASSERT_TRUE(s.cluster.Read(1, outer));
    s.ExpectAlive(inner);
    s.cluster.Drop(1, inner);
  }
  s.cluster.Drop(1, outer);
  s.ExpectGone(inner);
}

void ForwardNestedRefs(Stage& s) {
  const auto [inner, outer] = s.PackNew(0);
  s.Give(0, 1, outer);
  s.Hand(1, 2, outer);  // It was never read there.
  s.cluster.Drop(1, outer);
  s.ExpectAlive(inner);
  ASSERT_TRUE(s.cluster.Read(2, outer));
  s.cluster.Drop(2, outer);
  s.ExpectKeptBy(2, inner);
}

// A stream: the caller has the object of the generator's task as long as it wants items. Each item is an object of the
// caller's, made when its value comes, and holds what the runner has put into that. Without a generator nobody wants
// it.
struct Stream {
  struct Item {
    uint32_t made;
    uint32_t item;
  };

  explicit Stream(Stage& stage) : s(stage), argument(s.cluster.Create(0)), task(s.Start(0, 1, argument)) {
    s.cluster.Drop(0, argument);
  }
  uint32_t generator() const { return s.ResultOf(task); }

  // The runner sends an item's value, and goes on.
  uint32_t Yield() {
    const uint32_t made = s.cluster.Create(1);
    EXPECT_TRUE(s.cluster.Send(1, 0, made));
    s.cluster.Drop(1, made);
    return made;
  }

  // The oldest value that is under way comes to the caller.
  Item Come(uint32_t made) {
    EXPECT_EQ(s.cluster.data().front().object, made);
    s.cluster.DeliverData(0);
    const uint32_t item = s.cluster.Pack(0, {made});
    s.cluster.Drop(0, made);
    if (s.cluster.has(0, generator())) {
      unread.push_back(item);
    } else {
      s.cluster.Drop(0, item);
    }
    return {.made = made, .item = item};
  }

  // The program lets go of the generator; what it has not taken goes with it.
  void DropGenerator() {
    for (const uint32_t item : unread) s.cluster.Drop(0, item);
    s.cluster.Drop(0, generator());
    Act();
  }

  // What the caller has decided is done, and nothing comes meanwhile.
  void Act() {
    while (s.cluster.Act(0) > 0) continue;
  }

  Stage& s;
  uint32_t argument;
  uint32_t task;
  std::vector<uint32_t> unread = {};
};

void OwnDynamicStreamingTaskReturnRef(Stage& s) {
  Stream stream(s);
  const Stream::Item taken = stream.Come(stream.Yield());
  stream.unread.clear();  // The program has taken it.
  const Stream::Item unread = stream.Come(stream.Yield());
  s.Quiet();
  for (const uint32_t object : {stream.generator(), taken.item, taken.made, unread.item, unread.made}) {
    EXPECT_TRUE(s.cluster.alive(object)) << "object " << object;
  }

  const uint32_t under_way = stream.Yield();
  stream.DropGenerator();
  EXPECT_FALSE(s.cluster.alive(stream.generator())) << "though its task goes on";
  EXPECT_FALSE(s.cluster.alive(unread.item));
  const Stream::Item late = stream.Come(under_way);
  const Stream::Item later = stream.Come(stream.Yield());
  stream.Act();
  EXPECT_FALSE(s.cluster.alive(late.item)) << "at once";
  EXPECT_FALSE(s.cluster.alive(later.item)) << "at once";
  s.Quiet();
  for (const uint32_t made : {unread.made, late.made, later.made}) EXPECT_FALSE(s.cluster.alive(made));
  EXPECT_TRUE(s.cluster.alive(stream.argument)) << "the task goes on";

  s.FinishWithNew(stream.task);  // Its end, which nobody waits for either.
  s.cluster.Drop(1, stream.argument);
  s.ExpectGone(stream.argument);
  EXPECT_TRUE(s.cluster.alive(taken.made)) << "the program has its item";
  s.cluster.Drop(0, taken.item);
  s.ExpectGone(taken.made);
}

void AddNestedObjectIdsIdempotency(Stage& s) {
  const uint32_t argument = s.cluster.Create(0);
  const uint32_t task = s.cluster.Submit(0, 1, argument);
  s.cluster.DeliverData(0, /*keep=*/true);
  s.cluster.DeliverData(0);
  ASSERT_TRUE(s.cluster.Finish(task, argument, false));
  s.cluster.DeliverData(0, /*keep=*/true);
  s.cluster.DeliverData(0);
  s.cluster.Drop(0, argument);
  s.cluster.Drop(1, argument);
  s.ExpectAlive(argument);
  s.cluster.Drop(0, s.ResultOf(task));
  s.ExpectGone(argument);
}

constexpr Scenario kScenarios[] = {
    SCENARIO(BasicLineage),
    SCENARIO(PinLineageRecursive),
    SCENARIO(EvictLineage),
    SCENARIO(ResubmittedTask),
    SCENARIO(Free),
    SCENARIO(GetObjectStatusReplyDelayed),
    SCENARIO(DelayedWaitForRefRemoved),
    SCENARIO(RepeatedDeserialization),
    SCENARIO(ForwardNestedRefs),
    SCENARIO(OwnDynamicStreamingTaskReturnRef),
    SCENARIO(AddNestedObjectIdsIdempotency),
};

[[maybe_unused]] const bool kRegistered = RegisterScenarios("LineageScenario", kScenarios);

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
