// What an escape and an end cost, in batches.
#include <cstdint>
#include <vector>

#include "benchmark/benchmark.h"
#include "plugins/ref_counter/none/none_counter.h"

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
  NoneCounter counter;
  for (auto _ : state) {
    counter.Observe(events).IgnoreError();
    benchmark::DoNotOptimize(counter.TakeDecisions(decisions));
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(EscapeAndEnd)->Arg(1)->Arg(16)->Arg(64);

}  // namespace
}  // namespace manta

BENCHMARK_MAIN();

// SPDX-License-Identifier: Apache-2.0
