// core/runtime/resource_table.h -- knows the resources of a process by name, and what the scheduler calls a need of
// them.
//
// Programs name resources ("gpu"); a scheduler counts them by number, and knows a set of amounts by one (a demand). A
// set is made known to it once. "cpu" is there unless the config says otherwise: one for each worker.
//
//   {{"gpu", 0.5}}  ->  resource 1, 500 thousandths  ->  demand 3
//
// Lending    A task that waits does not use what it holds. What it runs meanwhile (help.h) may: only the rest is taken
//            from what is free. Otherwise a task that waits for one that needs the same resource would wait for ever.
//
// Threads   [any-thread].
// Errors    kInvalidArgument: a resource is not known, named twice, or there is not enough of it, ever;
//           kResourceExhausted from the scheduler. A sentence about what the task needs; it says what is known.
// Cost      A lock for a set that is looked up; none for needs that were looked up before.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "core/base/atomics.h"
#include "core/base/mutex.h"
#include "core/interface/scheduler.h"
#include "core/runtime/named_resource.h"

namespace manta {

// What a task needs, and what the last table that was asked called it.
class ResourceNeeds {
 public:
  // Before anybody asks for them.
  void set_named(std::vector<NamedResource> named) { named_ = std::move(named); }

  bool empty() const { return named_.empty(); }
  std::span<const NamedResource> named() const { return named_; }

 private:
  friend class ResourceTable;
  std::vector<NamedResource> named_;
  mutable Atomic<uint64_t> known_{0};  // The table's number, and the demand.
};

using ResourceAmounts = std::vector<ResourceAmount>;  // Ordered by resource, none twice.

class ResourceTable;

// What the code that runs on a thread holds: what it may lend.
struct HeldResources {
  const ResourceTable* table = nullptr;
  ResourceAmounts amounts;
};

class ResourceTable {
 public:
  // More of one resource than this is not counted.
  static constexpr double kAmountMax = 1e12;

  // `resources`, and "cpu", if it is not among them. REQUIRES: amounts from 0 to kAmountMax, no name twice.
  ResourceTable(std::vector<NamedResource> resources, uint32_t worker_count);

  // For SchedulerSetup.
  const std::vector<uint64_t>& capacities_milli() const { return capacities_milli_; }

  // The scheduler is the same at every call, and has been started.
  absl::StatusOr<uint32_t> DemandOf(Scheduler& scheduler, const ResourceNeeds& needs);
  absl::StatusOr<uint32_t> DemandOf(Scheduler& scheduler, std::span<const NamedResource> needs);

  // What is to be acquired to run something with `demand` on a thread that holds `held` (or null): the demand that is
  // left over, perhaps 0.
  absl::StatusOr<uint32_t> RestOf(Scheduler& scheduler, uint32_t demand, const HeldResources* held);

  // What a thread that holds `outer` (or null) holds while it runs something with `demand`.
  HeldResources HeldWith(uint32_t demand, const HeldResources* outer);

 private:
  absl::StatusOr<uint32_t> Define(Scheduler& scheduler, const ResourceAmounts& amounts);
  absl::StatusOr<ResourceAmounts> AmountsOf(std::span<const NamedResource> needs) const;
  const ResourceAmounts& AmountsOf(uint32_t demand);
  std::string Known() const;

  struct Less {
    bool operator()(const ResourceAmounts& a, const ResourceAmounts& b) const;
  };

  const uint32_t number_;  // Of this table, of all there have been.
  std::vector<NamedResource> resources_;
  std::vector<uint64_t> capacities_milli_;

  Mutex mutex_{"resource_table"};
  std::map<ResourceAmounts, uint32_t, Less> demands_ ABSL_GUARDED_BY(mutex_);
  std::map<uint32_t, const ResourceAmounts*> amounts_ ABSL_GUARDED_BY(mutex_);  // By demand; into demands_.
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
