// tools/bench/process.h -- looks at this process: which of its threads sleep, what memory it has.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "tools/bench/measure.h"

namespace manta::bench {

// Returns when every other thread of this process is asleep, as the system sees it, and their cores have had time to
// stop, too. The calling thread's core is kept busy.
void WaitUntilOthersSleep();

// One call's time when all other threads are asleep before it: the median of `count` calls.
template <typename Code>
double NsPerCallWhenAsleep(uint64_t count, Code code) {
  std::vector<double> ns;
  for (uint64_t i = 0; i < count; ++i) {
    WaitUntilOthersSleep();
    ns.push_back(TimeNs(code));
  }
  return Median(std::move(ns));
}

// From now on the allocator fills what it hands out with a pattern, which TouchedHeapBytes tells from what was written.
void MarkNewHeap();

// Bytes of this process's anonymous memory that do not hold the pattern, in words of 8: after MarkNewHeap, the
// difference of two calls is how much of the new heap was written to, the allocator's word in front of each piece
// included.
uint64_t TouchedHeapBytes();

// Bytes of memory that this process occupies now.
uint64_t ResidentBytes();

// The most it has ever occupied.
uint64_t PeakResidentBytes();

}  // namespace manta::bench

// SPDX-License-Identifier: Apache-2.0
