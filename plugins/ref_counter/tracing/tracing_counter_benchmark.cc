// What it costs to hear of an object: that it was made, shared once, and died; among as many others as are observed.
// And what those take.
#include <malloc.h>

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

uint64_t HeapBytes() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

// Tables are seven eighths full at most: 57,000 objects fill one, and 58,000 are in the next one.
void BytesKnown(benchmark::State& state) {
  const auto count = static_cast<uint64_t>(state.range(0));
  const auto holders = static_cast<uint64_t>(state.range(1));
  for (auto _ : state) {
    TraceTable table({.objects_max = count});
    const uint64_t before = HeapBytes();
    for (uint64_t i = 1; i <= count; ++i) {
      const ObjectId object(7, i, 0);
      table.Hear({.kind = RefEventKind::kMade, .object = object, .site_file = "a.cc"}, 1);
      for (uint64_t holder = 1; holder < holders; ++holder) {
        const ObjectId task(8, holder, 0);
        table.Hear({.kind = RefEventKind::kLocalAdded, .object = object, .other = task, .site_file = "a.cc"}, 1);
      }
    }
    state.counters["bytes_per_object"] = static_cast<double>(HeapBytes() - before) / static_cast<double>(count);
  }
}
BENCHMARK(BytesKnown)->ArgsProduct({{57'000, 58'000}, {1, 2, 4, 16}})->Iterations(1);

}  // namespace
}  // namespace manta

BENCHMARK_MAIN();

// SPDX-License-Identifier: Apache-2.0
