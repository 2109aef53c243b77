#include "tests/eviction/cache_simulator.h"

namespace manta {

HitCount CountHits(EvictionPolicy& policy, std::span<const Request> trace, uint64_t capacity_bytes) {
  HitCount count;
  for (const Request& request : trace) {
    ++count.request_count;
    const ObjectId id = ObjectId::ForTest(request.object);
    if (policy.Access(id).ok()) {
      ++count.hit_count;
      continue;
    }
    while (policy.Stats().entry_bytes + request.size_bytes > capacity_bytes && policy.Evict().ok()) {
    }
    if (!policy.Insert(id, request.size_bytes).ok()) return {};
  }
  return count;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
