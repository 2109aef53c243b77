// tests/conformance/support/shrink.h -- shortens a failing list of calls to one from which nothing can be left out.
//
// Shapes    Delta debugging: runs of halving length are left out as long as what remains still fails.
// Cost      O(n log n) runs for a list that shrinks well, O(n^2) at worst; at most `runs_max`.
//
// Source    Zeller, Hildebrandt: Simplifying and Isolating Failure-Inducing Input (2002), without its complements.
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace manta::conformance {

// REQUIRES: fails(calls). `fails` runs a list from the start, on a fresh plugin.
template <typename Call, typename Fails>
std::vector<Call> Shrink(std::vector<Call> calls, Fails fails, size_t runs_max = 20'000) {
  size_t runs = 0;
  for (size_t length = calls.size(); length > 0;) {
    bool shortened = false;
    for (size_t begin = 0; begin < calls.size() && runs < runs_max;) {
      const size_t end = std::min(begin + length, calls.size());
      std::vector<Call> rest(calls.begin(), calls.begin() + static_cast<std::ptrdiff_t>(begin));
      rest.insert(rest.end(), calls.begin() + static_cast<std::ptrdiff_t>(end), calls.end());
      ++runs;
      if (fails(rest)) {
        calls = std::move(rest);
        shortened = true;
      } else {
        begin = end;
      }
    }
    if (runs >= runs_max) break;
    if (length == 1 && shortened) continue;  // Single calls may have become superfluous by leaving out others.
    length = length == 1 ? 0 : (length + 1) / 2;
  }
  return calls;
}

}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
