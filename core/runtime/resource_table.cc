#include "core/runtime/resource_table.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "core/base/atomics.h"
#include "core/base/text.h"
#include "glog/logging.h"

namespace manta {
namespace {

constexpr std::string_view kCpu = "cpu";

Atomic<uint32_t> next_number{1};  // 0 is nobody's.

uint64_t Milli(double amount) { return static_cast<uint64_t>(std::llround(amount * 1000)); }

// "0.5", "2".
std::string Amount(uint64_t amount_milli) {
  std::string text = Concat(amount_milli / 1000);
  if (const uint64_t rest = amount_milli % 1000; rest > 0) {
    text += Concat(".", rest / 100, rest / 10 % 10, rest % 10);
    while (text.back() == '0') text.pop_back();
  }
  return text;
}

}  // namespace

bool ResourceTable::Less::operator()(const ResourceAmounts& a, const ResourceAmounts& b) const {
  return std::lexicographical_compare(
      a.begin(), a.end(), b.begin(), b.end(), [](const ResourceAmount& x, const ResourceAmount& y) {
        return std::tie(x.resource, x.amount_milli) < std::tie(y.resource, y.amount_milli);
      });
}

ResourceTable::ResourceTable(std::vector<NamedResource> resources, uint32_t worker_count)
    : number_(next_number.fetch_add(1, std::memory_order_relaxed)), resources_(std::move(resources)) {
  const auto cpu = [](const NamedResource& resource) { return resource.name == kCpu; };
  if (std::none_of(resources_.begin(), resources_.end(), cpu)) {
    resources_.push_back({.name = std::string(kCpu), .amount = static_cast<double>(worker_count)});
  }
  std::sort(resources_.begin(), resources_.end(),
            [](const NamedResource& a, const NamedResource& b) { return a.name < b.name; });
  for (const NamedResource& resource : resources_) {
    CHECK(resource.amount >= 0 && resource.amount <= kAmountMax)
        << "a process has " << resource.amount << " of resource " << resource.name;
    CHECK(capacities_milli_.empty() || (&resource)[-1].name != resource.name)
        << "resource " << resource.name << " is named twice";
    capacities_milli_.push_back(Milli(resource.amount));
  }
}

std::string ResourceTable::Known() const {
  std::string known = "this process has ";
  for (size_t i = 0; i < resources_.size(); ++i) {
    known += Concat(i == 0 ? "" : ", ", resources_[i].name, " ", Amount(capacities_milli_[i]));
  }
  return known;
}

absl::StatusOr<ResourceAmounts> ResourceTable::AmountsOf(std::span<const NamedResource> needs) const {
  ResourceAmounts amounts;
  for (const NamedResource& need : needs) {
    if (!(need.amount >= 0) || (need.amount > 0 && need.amount < 0.0005)) {
      return MakeStatus(absl::StatusCode::kInvalidArgument, "needs ", need.amount, " of resource ", need.name,
                        ": give at least 0.001, or 0 for none");
    }
    const auto found = std::lower_bound(resources_.begin(), resources_.end(), need.name,
                                        [](const NamedResource& a, const std::string& name) { return a.name < name; });
    if (found == resources_.end() || found->name != need.name) {
      return MakeStatus(absl::StatusCode::kInvalidArgument, "needs resource ", need.name,
                        ", which is not known: ", Known(), "; add it to `resources` in the config");
    }
    const auto index = static_cast<uint32_t>(found - resources_.begin());
    if (need.amount > kAmountMax || Milli(need.amount) > capacities_milli_[index]) {
      return MakeStatus(absl::StatusCode::kInvalidArgument, "needs ",
                        need.amount > kAmountMax ? "too much" : Amount(Milli(need.amount)), " of resource ", need.name,
                        ", and there is never more than ", Amount(capacities_milli_[index]), ": ", Known(),
                        "; ask for less, or raise it in the config");
    }
    if (need.amount > UINT32_MAX / 1000) {
      return MakeStatus(absl::StatusCode::kInvalidArgument, "needs ", Amount(Milli(need.amount)), " of resource ",
                        need.name, ", and at most ", UINT32_MAX / 1000, " are counted for one task: use larger units");
    }
    if (need.amount > 0)
      amounts.push_back({.resource = index, .amount_milli = static_cast<uint32_t>(Milli(need.amount))});
  }
  std::sort(amounts.begin(), amounts.end(),
            [](const ResourceAmount& a, const ResourceAmount& b) { return a.resource < b.resource; });
  for (size_t i = 1; i < amounts.size(); ++i) {
    if (amounts[i].resource != amounts[i - 1].resource) continue;
    return MakeStatus(absl::StatusCode::kInvalidArgument, "needs resource ", resources_[amounts[i].resource].name,
                      " twice: name it once, with the sum");
  }
  return amounts;
}

absl::StatusOr<uint32_t> ResourceTable::DemandOf(Scheduler& scheduler, const ResourceNeeds& needs) {
  if (const uint64_t known = needs.known_.load(std::memory_order_relaxed); known >> 32 == number_) {
    return static_cast<uint32_t>(known);
  }
  const absl::StatusOr<uint32_t> demand = DemandOf(scheduler, needs.named());
  if (demand.ok()) needs.known_.store(uint64_t{number_} << 32 | *demand, std::memory_order_relaxed);
  return demand;
}

absl::StatusOr<uint32_t> ResourceTable::DemandOf(Scheduler& scheduler, std::span<const NamedResource> needs) {
  if (needs.empty()) return 0;
  absl::StatusOr<ResourceAmounts> amounts = AmountsOf(needs);
  if (!amounts.ok()) return amounts.status();
  return Define(scheduler, *amounts);
}

absl::StatusOr<uint32_t> ResourceTable::Define(Scheduler& scheduler, const ResourceAmounts& amounts) {
  if (amounts.empty()) return 0;
  {
    MutexLock lock(mutex_);
    if (const auto known = demands_.find(amounts); known != demands_.end()) return known->second;
  }
  // Without the lock: it is a plugin. Two threads may ask at once, and equal sets may get two names.
  const absl::StatusOr<uint32_t> demand = scheduler.DefineDemand(amounts);
  if (!demand.ok()) return Annotate(demand.status(), "needs resources that the scheduler does not take");
  MutexLock lock(mutex_);
  const auto known = demands_.emplace(amounts, *demand).first;
  amounts_.emplace(known->second, &known->first);
  return known->second;
}

const ResourceAmounts& ResourceTable::AmountsOf(uint32_t demand) {
  MutexLock lock(mutex_);
  return *amounts_.at(demand);  // Entries stay, and are not changed.
}

absl::StatusOr<uint32_t> ResourceTable::RestOf(Scheduler& scheduler, uint32_t demand, const HeldResources* held) {
  if (demand == 0 || held == nullptr || held->table != this) return demand;
  ResourceAmounts rest;
  for (const ResourceAmount& needed : AmountsOf(demand)) {
    uint32_t lent_milli = 0;
    for (const ResourceAmount& one : held->amounts) {
      if (one.resource == needed.resource) lent_milli = std::min(one.amount_milli, needed.amount_milli);
    }
    if (lent_milli == needed.amount_milli) continue;
    rest.push_back({.resource = needed.resource, .amount_milli = needed.amount_milli - lent_milli});
  }
  return Define(scheduler, rest);
}

HeldResources ResourceTable::HeldWith(uint32_t demand, const HeldResources* outer) {
  HeldResources held{.table = this, .amounts = AmountsOf(demand)};
  if (outer == nullptr || outer->table != this) return held;
  for (const ResourceAmount& lent : outer->amounts) {
    const auto place = std::lower_bound(held.amounts.begin(), held.amounts.end(), lent,
                                        [](const auto& a, const auto& b) { return a.resource < b.resource; });
    if (place == held.amounts.end() || place->resource != lent.resource) {
      held.amounts.insert(place, lent);
    } else {
      place->amount_milli = std::max(place->amount_milli, lent.amount_milli);
    }
  }
  return held;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
