#include "core/interface/resource_ledger.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <tuple>
#include <utility>

#include "core/base/text.h"

namespace manta {
namespace {

void Require(bool holds, uint32_t demand, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "manta: demand %u %s\n", demand, what);
  std::abort();
}

}  // namespace

bool ResourceLedger::Less::operator()(const Amounts& a, const Amounts& b) const {
  return std::lexicographical_compare(
      a.begin(), a.end(), b.begin(), b.end(), [](const ResourceAmount& x, const ResourceAmount& y) {
        return std::tie(x.resource, x.amount_milli) < std::tie(y.resource, y.amount_milli);
      });
}

void ResourceLedger::Start(std::span<const uint64_t> capacities_milli) {
  for (const uint64_t capacity_milli : capacities_milli) {
    resources_.push_back({.capacity_milli = capacity_milli, .free_milli = capacity_milli});
  }
  demands_.push_back(&names_.emplace(Amounts(), 0).first->first);
}

absl::StatusOr<uint32_t> ResourceLedger::Define(std::span<const ResourceAmount> amounts) {
  Amounts sorted(amounts.begin(), amounts.end());
  std::sort(sorted.begin(), sorted.end(),
            [](const ResourceAmount& a, const ResourceAmount& b) { return a.resource < b.resource; });
  for (size_t i = 0; i < sorted.size(); ++i) {
    const auto [resource, amount_milli] = sorted[i];
    if (resource >= resources_.size()) {
      return MakeStatus(absl::StatusCode::kInvalidArgument, "resource ", resource, " is unknown: there are ",
                        resources_.size(), ", numbered from 0");
    }
    if (i > 0 && sorted[i - 1].resource == resource) {
      return MakeStatus(absl::StatusCode::kInvalidArgument, "resource ", resource, " is named twice: name it once");
    }
    if (amount_milli == 0 || amount_milli > resources_[resource].capacity_milli) {
      return MakeStatus(absl::StatusCode::kInvalidArgument, "resource ", resource, ": an amount of ", amount_milli,
                        " thousandths never fits; give 1 to its capacity, ", resources_[resource].capacity_milli);
    }
  }
  if (const auto known = names_.find(sorted); known != names_.end()) return known->second;
  if (demands_.size() > Scheduler::kDemandCountMax) {
    return MakeStatus(absl::StatusCode::kResourceExhausted, Scheduler::kDemandCountMax,
                      " sets of resources have names already, the most there can be: use fewer different ones");
  }
  const uint32_t demand = static_cast<uint32_t>(demands_.size());
  demands_.push_back(&names_.emplace(std::move(sorted), demand).first->first);
  return demand;
}

bool ResourceLedger::Acquire(uint32_t demand) {
  Require(Defined(demand), demand, "is not defined");
  const Amounts& amounts = *demands_[demand];
  for (const auto [resource, amount_milli] : amounts) {
    if (resources_[resource].free_milli < amount_milli) return false;
  }
  for (const auto [resource, amount_milli] : amounts) resources_[resource].free_milli -= amount_milli;
  return true;
}

void ResourceLedger::Return(uint32_t demand) {
  Require(Defined(demand), demand, "is not defined");
  for (const auto [resource, amount_milli] : *demands_[demand]) {
    Resource& counted = resources_[resource];
    Require(amount_milli <= counted.capacity_milli - counted.free_milli, demand, "is returned and was not acquired");
    counted.free_milli += amount_milli;
  }
}

uint64_t ResourceLedger::FitCount(uint32_t demand) const {
  uint64_t count = UINT64_MAX;
  for (const auto [resource, amount_milli] : *demands_[demand]) {
    count = std::min(count, resources_[resource].free_milli / amount_milli);
  }
  return count;
}

bool ResourceLedger::Meet(uint32_t demand, uint32_t other) const {
  for (const ResourceAmount& mine : *demands_[demand]) {
    for (const ResourceAmount& theirs : *demands_[other]) {
      if (mine.resource == theirs.resource) return true;
    }
  }
  return false;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
