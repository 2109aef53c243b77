// tests/support/eviction_benchmark.h -- measures an eviction policy's calls at 10^3 to 10^6 entries.
//
//   int main(int argc, char** argv) { return manta::RunEvictionBenchmarks<manta::LruPolicy>(argc, argv); }
//
// Shapes    access      one Access to one of the entries, in random order
//           use_pinned  Access, Pin, Unpin: what a store calls for one read
//           miss        Evict and Insert of a new id
//           mixed       two Accesses to random ids, one Evict and Insert: queues that S3-FIFO has to move entries in
//
//           The curves are flat but for the processor's caches: a policy is O(1).
#pragma once

#include <cstdint>
#include <vector>

#include "benchmark/benchmark.h"
#include "core/base/ids.h"
#include "core/interface/eviction.h"

namespace manta {

// A policy with `count` entries, ids in random order to use, and ids to insert.
template <typename Policy>
class EvictionBenchmark {
 public:
  explicit EvictionBenchmark(uint64_t count) : next_id_(count + 1) {
    for (uint64_t i = 1; i <= count; ++i) Check(policy_.Insert(ObjectId::ForTest(i), kSizeBytes).ok());
    uint64_t state = 1;
    for (uint64_t& number : order_) {  // A linear congruential generator (Knuth's MMIX), upper bits.
      state = state * 6364136223846793005u + 1442695040888963407u;
      number = 1 + (state >> 24) % count;
    }
  }

  Policy& policy() { return policy_; }
  ObjectId Draw() { return ObjectId::ForTest(order_[next_draw_++ % kOrderCount]); }

  void Miss() {
    Check(policy_.Evict().ok());
    Check(policy_.Insert(ObjectId::ForTest(next_id_++), kSizeBytes).ok());
  }

  // A draw among the newest entries: misses have replaced the first ones.
  ObjectId DrawAfterMisses(uint64_t count) {
    return ObjectId::ForTest(next_id_ - order_[next_draw_++ % kOrderCount] % count - 1);
  }

  void Check(bool ok) {
    if (!ok) failed_ = true;
  }
  bool failed() const { return failed_; }

 private:
  static constexpr uint64_t kSizeBytes = 4096;
  static constexpr uint64_t kOrderCount = 1 << 20;

  Policy policy_;
  std::vector<uint64_t> order_ = std::vector<uint64_t>(kOrderCount);
  uint64_t next_draw_ = 0;
  uint64_t next_id_;
  bool failed_ = false;
};

template <typename Policy>
int RunEvictionBenchmarks(int argc, char** argv) {
  const auto add = [](const char* name, auto call) {
    benchmark::RegisterBenchmark(name,
                                 [call](benchmark::State& state) {
                                   EvictionBenchmark<Policy> setup(static_cast<uint64_t>(state.range(0)));
                                   for ([[maybe_unused]] const auto& turn : state)
                                     call(setup, static_cast<uint64_t>(state.range(0)));
                                   if (setup.failed()) state.SkipWithError("a call failed");
                                 })
        ->RangeMultiplier(10)
        ->Range(1'000, 1'000'000);
  };
  using Setup = EvictionBenchmark<Policy>;
  add("access", [](Setup& setup, uint64_t) { setup.Check(setup.policy().Access(setup.Draw()).ok()); });
  add("use_pinned", [](Setup& setup, uint64_t) {
    const ObjectId id = setup.Draw();
    setup.Check(setup.policy().Access(id).ok() && setup.policy().Pin(id).ok() && setup.policy().Unpin(id).ok());
  });
  add("miss", [](Setup& setup, uint64_t) { setup.Miss(); });
  add("mixed", [](Setup& setup, uint64_t count) {
    benchmark::DoNotOptimize(setup.policy().Access(setup.DrawAfterMisses(count)).ok());  // Evicted ones are not found.
    benchmark::DoNotOptimize(setup.policy().Access(setup.DrawAfterMisses(count)).ok());
    setup.Miss();
  });
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
