// CAF: actors that are sent to, that answer, and that come and go.
#include <atomic>
#include <caf/all.hpp>
#include <vector>

#include "tools/bench/measure.h"
#include "tools/bench/peers/peer.h"

namespace manta::bench {
namespace {

constexpr uint64_t kActorCount = 4;  // Of n:n.

struct CounterState {
  uint64_t count = 0;
};

// Adds what it is sent, and answers with the count: to nobody, when nobody asked.
caf::behavior Counter(caf::stateful_actor<CounterState>* self) {
  return {[self](uint64_t amount) { return self->state.count += amount; }};
}

uint64_t CountOf(caf::scoped_actor& outside, const caf::actor& counter) {
  uint64_t count = 0;
  outside->request(counter, caf::infinite, uint64_t{0})
      .receive([&](uint64_t answer) { count = answer; },
               [](const caf::error&) { CheckPeer("the number of failed requests", 1, 0); });
  return count;
}

double SendsNs(caf::scoped_actor& outside, const caf::actor& counter, uint64_t count) {
  const uint64_t before = CountOf(outside, counter);
  uint64_t after = 0;
  const double ns = TimeNs([&] {
    for (uint64_t i = 0; i < count; ++i) caf::anon_send(counter, uint64_t{1});
    after = CountOf(outside, counter);
  });
  CheckPeer("the actor's count", after - before, count);
  return ns;
}

double SendsPerSecond(uint64_t count) {
  caf::actor_system_config config;
  caf::actor_system system(config);
  caf::scoped_actor outside(system);
  const caf::actor counter = system.spawn(Counter);
  SendsNs(outside, counter, count / 10);
  return PerSecond(count, SendsNs(outside, counter, count));
}

// Sends to one actor, and answers when the last has arrived there.
caf::behavior Sender(caf::event_based_actor* self, const caf::actor& counter) {
  return {[=](int64_t count) {
    for (int64_t i = 0; i < count; ++i) caf::anon_send(counter, uint64_t{1});
    return self->delegate(counter, uint64_t{0});
  }};
}

struct CallerState {
  uint64_t left = 0;
  caf::response_promise all;
};

// Calls one actor, and answers when the last result has come. Results are plain messages, which `send` brings back:
// with a hundred thousand open requests, `request` takes seconds.
caf::behavior Caller(caf::stateful_actor<CallerState>* self, const caf::actor& counter) {
  return {[=](int64_t count) {
            self->state.all = self->make_response_promise();
            self->state.left = static_cast<uint64_t>(count);
            for (int64_t i = 0; i < count; ++i) self->send(counter, uint64_t{1});
            return self->state.all;
          },
          [=](uint64_t answer) {
            if (--self->state.left == 0) self->state.all.deliver(answer);
          }};
}

template <typename Behavior>
double ManyToManyPerSecond(uint64_t total, Behavior behavior) {
  caf::actor_system_config config;
  caf::actor_system system(config);
  caf::scoped_actor outside(system);
  const uint64_t count = total / kActorCount;
  std::vector<caf::actor> counters;
  std::vector<caf::actor> callers;
  for (uint64_t i = 0; i < kActorCount; ++i) {
    counters.push_back(system.spawn(Counter));
    callers.push_back(system.spawn(behavior, counters.back()));
  }
  const auto run = [&](uint64_t each) {
    for (const caf::actor& caller : callers) outside->send(caller, static_cast<int64_t>(each));
    for (uint64_t answers = 0; answers < kActorCount; ++answers) outside->receive([](uint64_t) {});
  };
  run(std::max<uint64_t>(count / 10, 1));
  const double ns = TimeNs([&] { run(count); });
  uint64_t sum = 0;
  for (const caf::actor& counter : counters) sum += CountOf(outside, counter);
  CheckPeer("the sum of the actors' counts", sum, kActorCount * (count + std::max<uint64_t>(count / 10, 1)));
  return PerSecond(kActorCount * count, ns);
}

double SendsManyToManyPerSecond(uint64_t count) { return ManyToManyPerSecond(count, Sender); }
double CallsManyToManyPerSecond(uint64_t count) { return ManyToManyPerSecond(count, Caller); }

std::atomic<uint64_t> to_end;  // Actors that are still to end.

struct BriefState {
  ~BriefState() {
    if (to_end.fetch_sub(1, std::memory_order_acq_rel) == 1) to_end.notify_one();
  }
};

caf::behavior Brief(caf::stateful_actor<BriefState>*) {
  return {[](uint64_t) {}};
}

double CreationsNs(caf::actor_system& system, uint64_t count) {
  to_end = count;
  return TimeNs([&] {
    std::vector<caf::actor> actors;
    actors.reserve(count);
    for (uint64_t i = 0; i < count; ++i) actors.push_back(system.spawn(Brief));
    actors.clear();
    for (uint64_t left = to_end; left > 0; left = to_end) to_end.wait(left);
  });
}

// From making the first until the last has ended.
double CreationsPerSecond(uint64_t count) {
  caf::actor_system_config config;
  caf::actor_system system(config);
  CreationsNs(system, std::max<uint64_t>(count / 10, 1));
  return PerSecond(count, CreationsNs(system, count));
}

}  // namespace
}  // namespace manta::bench

int main(int argc, char** argv) {
  return manta::bench::RunPeer(argc, argv,
                               {{"sends", &manta::bench::SendsPerSecond},
                                {"sends_many_to_many", &manta::bench::SendsManyToManyPerSecond},
                                {"calls_many_to_many", &manta::bench::CallsManyToManyPerSecond},
                                {"creation", &manta::bench::CreationsPerSecond}});
}

// SPDX-License-Identifier: Apache-2.0
