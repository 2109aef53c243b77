// A library of eviction policies, each wrong in one thing.
#include <cstddef>
#include <cstdint>
#include <set>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/interface/eviction.h"
#include "tests/conformance/broken/almost_right_policy.h"
#include "tests/conformance/broken/broken_eviction_plugin.h"
#include "tests/conformance/broken/export_all.h"

namespace manta::conformance {
namespace {

class AccessRefusesPinned final : public AlmostRightPolicy {
  absl::Status Access(ObjectId id) override {
    return pinned_.contains(id) ? absl::FailedPreconditionError("is pinned") : inner().Access(id);
  }
  absl::Status Pin(ObjectId id) override {
    const absl::Status status = inner().Pin(id);
    if (status.ok()) pinned_.insert(id);
    return status;
  }
  absl::Status Unpin(ObjectId id) override {
    pinned_.erase(id);
    return inner().Unpin(id);
  }
  absl::Status Erase(ObjectId id) override {
    pinned_.erase(id);
    return inner().Erase(id);
  }

  std::set<ObjectId> pinned_;
};

// The Unpin that follows a Pin in vain is in vain.
class RemembersFailedPins final : public AlmostRightPolicy {
  absl::Status Pin(ObjectId id) override {
    const absl::Status status = inner().Pin(id);
    if (absl::IsFailedPrecondition(status)) failed_.insert(id);
    return status;
  }
  absl::Status Unpin(ObjectId id) override {
    return failed_.erase(id) != 0 ? absl::FailedPreconditionError("is pinned twice") : inner().Unpin(id);
  }
  absl::Status Erase(ObjectId id) override {
    failed_.erase(id);
    return inner().Erase(id);
  }

  std::set<ObjectId> failed_;
};

// What has never held anything has something to evict.
class EvictsBeforeTheFirst final : public AlmostRightPolicy {
  absl::Status Insert(ObjectId id, uint64_t size_bytes) override {
    inserted_ = true;
    return inner().Insert(id, size_bytes);
  }
  absl::StatusOr<Evicted> Evict() override { return inserted_ ? inner().Evict() : Evicted(); }

  bool inserted_ = false;
};

template <typename Policy>
consteval abi::PluginEntry Entry(const char* name, const char* summary) {
  return export_internal::MakeEntry<EvictionPolicy, &Make<Policy>>(
      {.name = name, .summary = summary, .status = abi::PluginStatus::kWip});
}

constexpr abi::PluginEntry kEntries[] = {
    Entry<AccessRefusesPinned>("test.eviction.access_refuses_pinned", "Access of a pinned entry is an error"),
    Entry<RemembersFailedPins>("test.eviction.remembers_failed_pins", "An entry that was pinned in vain stays pinned"),
    Entry<EvictsBeforeTheFirst>("test.eviction.evicts_before_the_first", "Evicts something though it has held nothing"),
};

}  // namespace
}  // namespace manta::conformance

MANTA_EXPORT_ALL(manta::EvictionPolicy, manta::conformance::kEntries)

// SPDX-License-Identifier: Apache-2.0
