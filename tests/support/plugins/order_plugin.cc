// An eviction policy in order of insertion, for the inner role "eviction".
#include <algorithm>
#include <list>

#include "absl/container/flat_hash_map.h"
#include "core/interface/eviction.h"
#include "core/plugin/export.h"

namespace {

class OrderPolicy final : public manta::EvictionPolicy {
 public:
  explicit OrderPolicy(const manta::Host& host) : host_(host) { host_.Log(manta::LogLevel::kWarning, "test.made", ""); }
  ~OrderPolicy() override { host_.Log(manta::LogLevel::kWarning, "test.destroyed", ""); }

  absl::Status Insert(manta::ObjectId id, uint64_t size_bytes) override {
    const auto [place, inserted] = places_.try_emplace(id);
    if (!inserted) return absl::AlreadyExistsError(id.ToHex());
    place->second = entries_.insert(entries_.end(), {{id, size_bytes}, false});
    return absl::OkStatus();
  }
  absl::Status Access(manta::ObjectId id) override {
    return places_.contains(id) ? absl::OkStatus() : absl::NotFoundError(id.ToHex());
  }
  absl::Status Pin(manta::ObjectId id) override { return SetPinned(id, true); }
  absl::Status Unpin(manta::ObjectId id) override { return SetPinned(id, false); }
  absl::Status Erase(manta::ObjectId id) override {
    const auto found = places_.find(id);
    if (found == places_.end()) return absl::NotFoundError(id.ToHex());
    entries_.erase(found->second);
    places_.erase(found);
    return absl::OkStatus();
  }
  absl::StatusOr<manta::Evicted> Evict() override {
    const auto found = std::find_if(entries_.begin(), entries_.end(), [](const Entry& entry) { return !entry.pinned; });
    if (found == entries_.end()) return absl::NotFoundError("nothing is evictable");
    const manta::Evicted evicted = found->evicted;
    places_.erase(evicted.id);
    entries_.erase(found);
    return evicted;
  }
  manta::EvictionStats Stats() const override {
    manta::EvictionStats stats;
    for (const Entry& entry : entries_) {
      ++stats.entry_count;
      stats.entry_bytes += entry.evicted.size_bytes;
      if (entry.pinned) continue;
      ++stats.evictable_count;
      stats.evictable_bytes += entry.evicted.size_bytes;
    }
    return stats;
  }

 private:
  struct Entry {
    manta::Evicted evicted;
    bool pinned = false;
  };

  absl::Status SetPinned(manta::ObjectId id, bool pinned) {
    const auto found = places_.find(id);
    if (found == places_.end()) return absl::NotFoundError(id.ToHex());
    if (found->second->pinned == pinned) return absl::FailedPreconditionError(id.ToHex());
    found->second->pinned = pinned;
    return absl::OkStatus();
  }

  const manta::Host& host_;
  std::list<Entry> entries_;  // The oldest first.
  absl::flat_hash_map<manta::ObjectId, std::list<Entry>::iterator> places_;
};

absl::StatusOr<std::unique_ptr<manta::EvictionPolicy>> MakeOrder(const manta::Host& host, std::span<const std::byte>) {
  return std::make_unique<OrderPolicy>(host);
}

}  // namespace

MANTA_PLUGIN(manta::EvictionPolicy, MakeOrder, .name = "test.eviction.order", .summary = "First in, first out")

// SPDX-License-Identifier: Apache-2.0
