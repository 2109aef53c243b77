// Actors: calls one at a time, sends, calls with results, creation.
#include <atomic>
#include <vector>

#include "api/manta.h"
#include "tools/bench/limits.h"
#include "tools/bench/measure.h"
#include "tools/bench/process.h"
#include "tools/bench/row.h"
#include "tools/bench/work.h"

namespace manta::bench {
namespace {

double CallSyncNs(const Scale& scale) {
  const ActorHandle<Counter> counter = Actor<Counter>().Remote();
  uint64_t last = 0;
  uint64_t calls = 0;
  const auto call = [&] {
    last = *Get(counter.Task<&Counter::Add>().Remote(uint64_t{1}));
    ++calls;
  };
  for (uint64_t i = 0; i < scale.Of(1'000); ++i) call();
  const double ns = NsPerCall(scale.Of(100'000), call);
  Check("the actor's count", last, calls);
  return ns;
}

double CallSyncWhenAsleepNs(const Scale& scale) {
  const ActorHandle<Counter> counter = Actor<Counter>().Remote();
  uint64_t last = *Get(counter.Task<&Counter::Add>().Remote(uint64_t{1}));
  const uint64_t count = scale.Of(200);
  const double ns = NsPerCallWhenAsleep(count, [&] { last = *Get(counter.Task<&Counter::Add>().Remote(uint64_t{1})); });
  Check("the actor's count", last, count + 1);
  return ns;
}

constexpr uint64_t kCallCount = 200'000;
constexpr uint64_t kActorCount = 4;  // Of 1:n and n:n.

std::vector<ActorHandle<Counter>> MakeCounters(uint64_t count) {
  std::vector<ActorHandle<Counter>> counters;
  for (uint64_t i = 0; i < count; ++i) {
    counters.push_back(Actor<Counter>().Remote());
    Get(counters.back().Task<&Counter::Count>().Remote());
  }
  return counters;
}

uint64_t SumOfCounts(const std::vector<ActorHandle<Counter>>& counters) {
  uint64_t sum = 0;
  for (const ActorHandle<Counter>& counter : counters) sum += *Get(counter.Task<&Counter::Count>().Remote());
  return sum;
}

// Calls the actors in turn, then gets all results.
void CallInTurn(const std::vector<ActorHandle<Counter>>& counters, uint64_t count) {
  std::vector<ObjectRef<uint64_t>> refs;
  refs.reserve(count);
  for (uint64_t i = 0; i < count; ++i) {
    refs.push_back(counters[i % counters.size()].Task<&Counter::Add>().Remote(uint64_t{1}));
  }
  for (const ObjectRef<uint64_t>& ref : refs) Keep(*Get(ref));
}

double CallsPerSecond(const Scale& scale, uint64_t actor_count) {
  const std::vector<ActorHandle<Counter>> counters = MakeCounters(actor_count);
  const uint64_t count = scale.Of(kCallCount);
  CallInTurn(counters, count / 10);
  const double ns = TimeNs([&] { CallInTurn(counters, count); });
  Check("the sum of the actors' counts", SumOfCounts(counters), count + count / 10);
  return PerSecond(count, ns);
}

// One of the callers of n:n; a task.
void CallOne(const ActorHandle<Counter>& counter, uint64_t count) {
  std::vector<ObjectRef<uint64_t>> refs;
  refs.reserve(count);
  for (uint64_t i = 0; i < count; ++i) refs.push_back(counter.Task<&Counter::Add>().Remote(uint64_t{1}));
  for (const ObjectRef<uint64_t>& ref : refs) Keep(*Get(ref));
}

void SendOne(const ActorHandle<Counter>& counter, uint64_t count) {
  for (uint64_t i = 0; i < count; ++i) counter.Task<&Counter::Add>().Send(uint64_t{1});
  Get(counter.Task<&Counter::Count>().Remote());
}

// As many tasks as actors, each of which calls its own.
template <auto Caller>
double ManyToManyPerSecond(const Scale& scale, uint64_t total) {
  const std::vector<ActorHandle<Counter>> counters = MakeCounters(kActorCount);
  const uint64_t count = std::max<uint64_t>(scale.Of(total) / kActorCount, 1);
  const auto run = [&](uint64_t each) {
    std::vector<ObjectRef<void>> callers;
    for (const ActorHandle<Counter>& counter : counters) callers.push_back(Task<Caller>().Remote(counter, each));
    for (const ObjectRef<void>& caller : callers) Get(caller);
  };
  run(count / 10);
  const double ns = TimeNs([&] { run(count); });
  Check("the sum of the actors' counts", SumOfCounts(counters), kActorCount * (count + count / 10));
  return PerSecond(kActorCount * count, ns);
}

std::atomic<uint64_t> made;
std::atomic<uint64_t> to_end;  // Actors that are still to end.

class Brief {
 public:
  Brief() { made.fetch_add(1, std::memory_order_relaxed); }
  ~Brief() {
    if (to_end.fetch_sub(1, std::memory_order_acq_rel) == 1) to_end.notify_one();
  }
};

constexpr uint64_t kBriefCount = 100'000;

double CreateNs(uint64_t count) {
  made = 0;
  to_end = count;
  const double ns = TimeNs([&] {
    std::vector<ActorHandle<Brief>> handles;
    handles.reserve(count);
    for (uint64_t i = 0; i < count; ++i) handles.push_back(Actor<Brief>().Remote());
    handles.clear();
    for (uint64_t left = to_end; left > 0; left = to_end) to_end.wait(left);
  });
  Check("the number of actors made", made, count);
  return ns;
}

// From making the first until the last has ended.
double CreationsPerSecond(const Scale& scale) {
  const uint64_t count = scale.Of(kBriefCount);
  CreateNs(count / 10);
  return PerSecond(count, CreateNs(count));
}

}  // namespace

void AddActorRows(std::vector<Row>& rows) {
  rows.push_back({.name = "actor call sync, idle actor, workers awake",
                  .gate = true,
                  .measure = &CallSyncNs,
                  .bound = Bound{"hand-over and back, spinning", &SpinHandOverNs},
                  .required = AtMost(15)});
  rows.push_back({.name = "actor call sync, idle actor, workers asleep",
                  .gate = true,
                  .measure = &CallSyncWhenAsleepNs,
                  .bound = Bound{"hand-over and back, futex, idle core", &FutexHandOverNs},
                  .required = AtMost(1.2)});
  const auto add = [&](const char* name, bool gate, Measure measure, Bound bound, Requirement required) {
    rows.push_back({.name = name,
                    .unit = Unit::kPerSecond,
                    .gate = gate,
                    .measure = std::move(measure),
                    .bound = std::move(bound),
                    .required = required});
  };
  const Bound one_way = {"sends 1:1", &SendsPerSecond};
  const Measure calls_many_to_many = [](const Scale& scale) { return ManyToManyPerSecond<CallOne>(scale, kCallCount); };
  add("sends 1:1, and CAF", true, &SendsPerSecond, {"CAF", Peer{"caf", "sends", kSendCount}}, AtLeast(2));
  add("sends 1:1, and an Asio strand", true, &SendsPerSecond,
      {"an Asio strand, one thread", Peer{"asio", "strand_posts", kSendCount}}, AtLeast(0.7));
  add(
      "sends n:n", false, [](const Scale& scale) { return ManyToManyPerSecond<SendOne>(scale, kSendCount); },
      {"CAF", Peer{"caf", "sends_many_to_many", kSendCount}}, AtLeast(1));
  add(
      "calls with results 1:1", false, [](const Scale& scale) { return CallsPerSecond(scale, 1); }, one_way,
      AtLeast(0.5));
  add(
      "calls with results 1:n", false, [](const Scale& scale) { return CallsPerSecond(scale, kActorCount); }, one_way,
      AtLeast(0.5));
  add("calls with results n:n", false, calls_many_to_many, one_way, AtLeast(0.5));
  add("calls with results n:n, and CAF", false, calls_many_to_many,
      {"CAF", Peer{"caf", "calls_many_to_many", kCallCount}}, AtLeast(1));
  add("actor creation", false, &CreationsPerSecond, {"CAF", Peer{"caf", "creation", kBriefCount}}, AtLeast(1));
}

}  // namespace manta::bench

// SPDX-License-Identifier: Apache-2.0
