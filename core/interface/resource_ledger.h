// core/interface/resource_ledger.h -- counts what is free of each resource, and names sets of amounts.
//
// What DefineDemand, Acquire and Return of a scheduler need, whatever its order (scheduler.h).
//
// Shapes    Demands are numbered from 1; 0 needs nothing, always fits and is an empty set's name. Equal sets share one.
// Threads   [one-at-a-time]: the scheduler's lock is around it.
// Errors    As DefineDemand.
// Crashes   Using a demand that is not defined, and returning more than was acquired.
// Cost      Define O(log demands); the rest O(amounts of the demand).
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "core/interface/scheduler.h"

namespace manta {

class ResourceLedger {
 public:
  void Start(std::span<const uint64_t> capacities_milli);

  absl::StatusOr<uint32_t> Define(std::span<const ResourceAmount> amounts);
  bool Defined(uint32_t demand) const { return demand < demands_.size(); }

  // Takes the demand from what is free, if it fits.
  bool Acquire(uint32_t demand);
  void Return(uint32_t demand);

  // How often the demand fits now; UINT64_MAX for demand 0.
  uint64_t FitCount(uint32_t demand) const;

  // Whether two demands have a resource in common.
  bool Meet(uint32_t demand, uint32_t other) const;

 private:
  using Amounts = std::vector<ResourceAmount>;  // Ordered by resource.
  struct Less {
    bool operator()(const Amounts& a, const Amounts& b) const;
  };

  struct Resource {
    uint64_t capacity_milli = 0;
    uint64_t free_milli = 0;  // On Start, Acquire, Return.
  };

  std::vector<Resource> resources_;
  std::map<Amounts, uint32_t, Less> names_;
  std::vector<const Amounts*> demands_;  // By name, into names_.
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
