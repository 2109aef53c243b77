// What it costs to hear of an object: that it was made, shared once, and died; among as many others as are observed.
#include <cstdint>
#include <vector>

#include "benchmark/benchmark.h"
#include "plugins/ref_counter/tracing/trace_table.h"

namespace manta {
namespace {

void MakeShareEnd(benchmark::State& state) {
  const auto count = static_cast<uint64_t>(state.range(0));
  TraceTable table({.objects_max = count + 1});
  for (uint64_t i = 1; i <= count; ++i) table.Hear({.kind = RefEventKind::kMade, .object = ObjectId(7, i, 0)}, 1);
  uint64_t next = count;
  for (auto _ : state) {
    const ObjectId object(7, ++next, 0);
    const ObjectId task(8, next, 0);
    table.Hear({.kind = RefEventKind::kMade, .object = object}, 1);
    table.Hear({.kind = RefEventKind::kLocalAdded, .object = object, .other = task}, 1);
    table.Hear({.kind = RefEventKind::kLocalDropped, .object = object, .other = task}, 1);
    table.Hear({.kind = RefEventKind::kDied, .object = object}, 1);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(MakeShareEnd)->Arg(1)->Arg(1'000)->Arg(65'536);

void List(benchmark::State& state) {
  const auto count = static_cast<uint64_t>(state.range(0));
  TraceTable table({.objects_max = count});
  for (uint64_t i = 1; i <= count; ++i) table.Hear({.kind = RefEventKind::kMade, .object = ObjectId(7, i, 0)}, 1);
  for (auto _ : state) {
    std::vector<RefFact> facts;
    table.AppendFacts(facts);
    benchmark::DoNotOptimize(facts.data());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(List)->Arg(1'000)->Arg(65'536);

}  // namespace
}  // namespace manta

BENCHMARK_MAIN();

// SPDX-License-Identifier: Apache-2.0
