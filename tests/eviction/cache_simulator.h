// tests/eviction/cache_simulator.h -- counts the hits that a policy gets on a trace.
//
// The smallest cache there is: the policy's own entries are its content, and it evicts when it is full.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/base/ids.h"
#include "core/interface/eviction.h"

namespace manta {

struct Request {
  uint64_t object = 0;
  uint64_t size_bytes = 1;
};

struct HitCount {
  uint64_t hit_count = 0;
  uint64_t request_count = 0;

  double ratio() const { return static_cast<double>(hit_count) / static_cast<double>(request_count); }
};

// REQUIRES: the policy is empty and without fault (the conformance suite says so), each request fits into
// capacity_bytes, and an object's size does not change.
HitCount CountHits(EvictionPolicy& policy, std::span<const Request> trace, uint64_t capacity_bytes);

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
