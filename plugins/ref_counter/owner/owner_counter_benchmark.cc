// What an escape and an end cost, in batches; a reference that another process gets and gives back; and what objects
// take while they are known.
#include <malloc.h>

#include <array>
#include <cstdint>
#include <vector>

#include "benchmark/benchmark.h"
#include "core/ownership/history.h"
#include "core/ownership/participant.h"

namespace manta {
namespace {

void EscapeAndEnd(benchmark::State& state) {
  const auto count = static_cast<uint64_t>(state.range(0));
  std::vector<RefEvent> events;
  for (uint64_t i = 1; i <= count; ++i) {
    events.push_back({.kind = RefEventKind::kEscaped, .object = ObjectId(7, i, 0)});
    events.push_back({.kind = RefEventKind::kLocalGone, .object = ObjectId(7, i, 0)});
  }
  std::vector<RefDecision> decisions(count);
  History history;
  Participant owner(7, history);
  for (auto _ : state) {
    for (const RefEvent& event : events) owner.Step(event);
    benchmark::DoNotOptimize(owner.TakeDecisions(decisions));
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(EscapeAndEnd)->Arg(1)->Arg(16)->Arg(64);

// Both sides, all messages, without a network.
void LendAndReturn(benchmark::State& state) {
  const auto count = static_cast<uint64_t>(state.range(0));
  History history;
  Participant owner(7, history);
  Participant borrower(8, history);
  for (uint64_t i = 1; i <= count; ++i) owner.Step({.kind = RefEventKind::kEscaped, .object = ObjectId(7, i, 0)});
  std::vector<RefDecision> decisions(4 * count + 4);
  const auto exchange = [&] {
    for (bool moved = true; moved;) {
      moved = false;
      for (const auto& [from, to] : {std::pair(&owner, &borrower), std::pair(&borrower, &owner)}) {
        const uint64_t taken_count = from->TakeDecisions(decisions);
        for (uint64_t i = 0; i < taken_count; ++i) to->Step(decisions[i].event);
        moved = moved || taken_count > 0;
      }
    }
  };
  uint64_t transfer = 0;
  for (auto _ : state) {
    for (uint64_t i = 1; i <= count; ++i) {
      const ObjectId object(7, i, 0);
      owner.Step({.kind = RefEventKind::kSent, .object = object, .worker = 8, .transfer = ++transfer});
      borrower.Step({.kind = RefEventKind::kReceived, .object = object, .worker = 7, .transfer = transfer});
    }
    exchange();
    for (uint64_t i = 1; i <= count; ++i) {
      borrower.Step({.kind = RefEventKind::kLocalGone, .object = ObjectId(7, i, 0)});
    }
    exchange();
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(LendAndReturn)->Arg(1)->Arg(16)->Arg(64);

uint64_t HeapBytes() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

// Tables are seven eighths full at most: 57,000 objects fill one, and 58,000 are in the next one.
void BytesKnown(benchmark::State& state) {
  const auto count = static_cast<uint64_t>(state.range(0));
  const auto needs = static_cast<uint64_t>(state.range(1));
  for (auto _ : state) {
    History history;
    Participant owner(7, history);
    const uint64_t before = HeapBytes();
    for (uint64_t i = 1; i <= count; ++i) {
      const ObjectId object(7, i, 0);
      owner.Step({.kind = RefEventKind::kEscaped, .object = object});
      for (uint64_t need = 1; need <= needs; ++need) {
        owner.Step({.kind = RefEventKind::kNested, .object = object, .other = ObjectId(7, count + need, 0)});
      }
    }
    state.counters["bytes_per_object"] = static_cast<double>(HeapBytes() - before) / static_cast<double>(count);
  }
}
BENCHMARK(BytesKnown)->ArgsProduct({{57'000, 58'000}, {0, 1, 2, 4, 16}})->Iterations(1);

}  // namespace
}  // namespace manta

BENCHMARK_MAIN();

// SPDX-License-Identifier: Apache-2.0
