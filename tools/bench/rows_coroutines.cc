// Generators and coroutines: what an item costs, and going on after a wait.
#include <vector>

#include "api/manta.h"
#include "tools/bench/measure.h"
#include "tools/bench/row.h"

namespace manta::bench {
namespace {

constexpr uint64_t kItemCount = 100'000;

Generator<uint64_t> CountTo(uint64_t end) {
  for (uint64_t i = 0; i < end; ++i) co_yield uint64_t{i};
}

double TakeAllNs(uint64_t count) {
  uint64_t sum = 0;
  const double ns = TimeNs([&] {
    RefStream<uint64_t> stream = Task<CountTo>().Remote(count);
    for (const ObjectRef<uint64_t>& item : stream) sum += *Get(item);
  });
  Check("the sum of the items", sum, count * (count - 1) / 2);
  return ns;
}

// From the start of the generator until the last item was taken and read.
double NsPerItem(const Scale& scale) {
  const uint64_t count = scale.Of(kItemCount);
  TakeAllNs(count);
  return TakeAllNs(count) / static_cast<double>(count);
}

// Two coroutines that wake each other: each awaits what the other promises, so every co_await has to wait.
struct Side {
  std::vector<Promise<uint64_t>> promises;
  std::vector<ObjectRef<uint64_t>> refs;
};
Side ping;
Side pong;

Coroutine<uint64_t> Ping(uint64_t count) {
  uint64_t sum = 0;
  for (uint64_t i = 0; i < count; ++i) {
    ping.promises[i].Set(uint64_t{1});
    sum += *co_await pong.refs[i];
  }
  co_return sum;
}

Coroutine<uint64_t> Pong(uint64_t count) {
  uint64_t sum = 0;
  for (uint64_t i = 0; i < count; ++i) {
    sum += *co_await ping.refs[i];
    pong.promises[i].Set(uint64_t{1});
  }
  co_return sum;
}

constexpr uint64_t kTurnCount = 50'000;

double NsPerResume(const Scale& scale) {
  const uint64_t count = scale.Of(kTurnCount);
  for (Side* const side : {&ping, &pong}) {
    *side = {};
    for (uint64_t i = 0; i < count; ++i) {
      auto [promise, ref] = MakePromise<uint64_t>();
      side->promises.push_back(std::move(promise));
      side->refs.push_back(std::move(ref));
    }
  }
  uint64_t sum = 0;
  const double ns = TimeNs([&] {
    const ObjectRef<uint64_t> first = Task<Pong>().Remote(count);
    const ObjectRef<uint64_t> second = Task<Ping>().Remote(count);
    sum = *Get(first) + *Get(second);
  });
  Check("the number of turns", sum, 2 * count);
  ping = {};
  pong = {};
  return ns / static_cast<double>(2 * count);
}

}  // namespace

void AddCoroutineRows(std::vector<Row>& rows) {
  rows.push_back({.name = "generator, for each item",
                  .measure = &NsPerItem,
                  .bound = Bound{"500 ns", 500.0},
                  .required = AtMost(1)});
  rows.push_back({.name = "coroutines that wake each other, for each resume",
                  .measure = &NsPerResume,
                  .bound = Bound{"500 ns", 500.0},
                  .required = AtMost(1)});
}

}  // namespace manta::bench

// SPDX-License-Identifier: Apache-2.0
