// Waiting for whichever of many objects is ready first.
#include <vector>

#include "api/manta.h"
#include "tools/bench/limits.h"
#include "tools/bench/measure.h"
#include "tools/bench/row.h"

namespace manta::bench {
namespace {

constexpr uint64_t kBatch = 1'000;

uint64_t Same(uint64_t n) { return n; }

// Batches in a second: 1,000 tasks are submitted, and their results taken one by one as they come.
double DrainsPerSecond(const Scale& scale) {
  return 1e9 / NsPerCall(scale.Of(900), [] {
           WaitSet<uint64_t> set;
           for (uint64_t i = 0; i < kBatch; ++i) set.Add(Task<Same>().Remote(i));
           uint64_t sum = 0;
           while (!set.empty()) sum += *Get(set.Next());
           Check("the sum of a batch", sum, kBatch * (kBatch - 1) / 2);
         });
}

}  // namespace

void AddWaitingRows(std::vector<Row>& rows) {
  rows.push_back({.name = "1,000 references drained one by one",
                  .unit = Unit::kPerSecond,
                  .gate = true,
                  .measure = &DrainsPerSecond,
                  .bound = Bound{"1,000 futures awaited in order", &FuturesInOrderPerSecond},
                  .required = AtLeast(0.6)});
}

}  // namespace manta::bench

// SPDX-License-Identifier: Apache-2.0
