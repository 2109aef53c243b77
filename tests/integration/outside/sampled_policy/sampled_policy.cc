// sampled_policy.cc -- draws a few entries and evicts the one that was not used for longest, as Redis does.
//
// docs/plugin_author/with_config.md shows what stands between the markers.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/ids.h"
#include "core/base/text.h"
#include "core/interface/eviction.h"
#include "core/interface/host.h"
#include "core/plugin/export.h"
#include "sampled_policy/sampled_config.pb.h"

//(begin policy)
namespace {

using namespace manta;
using enum absl::StatusCode;

absl::Status Refuse(absl::StatusCode code, ObjectId id, std::string_view why) {
  return MakeStatus(code, "object ", id.ToHex(), " ", why);
}

class SampledPolicy final : public EvictionPolicy {
 public:
  SampledPolicy(Random& random, uint32_t sample_count) : random_(random), sample_count_(sample_count) {}

  absl::Status Insert(ObjectId id, uint64_t size_bytes) override {
    const auto [entry, inserted] = entries_.try_emplace(id, Entry{size_bytes, ++uses_});
    if (!inserted) return Refuse(kAlreadyExists, id, "is an entry already");
    stats_.entry_bytes += size_bytes;
    Offer(id, entry->second);
    return absl::OkStatus();
  }
  absl::Status Access(ObjectId id) override {
    const auto found = entries_.find(id);
    if (found == entries_.end()) return Refuse(kNotFound, id, "is no entry");
    found->second.last_use = ++uses_;
    return absl::OkStatus();
  }
  absl::Status Pin(ObjectId id) override {
    const auto found = entries_.find(id);
    if (found == entries_.end()) return Refuse(kNotFound, id, "is no entry");
    if (found->second.index == kPinned) return Refuse(kFailedPrecondition, id, "is pinned already");
    Withdraw(found->second);
    return absl::OkStatus();
  }
  absl::Status Unpin(ObjectId id) override {
    const auto found = entries_.find(id);
    if (found == entries_.end()) return Refuse(kNotFound, id, "is no entry");
    if (found->second.index != kPinned) return Refuse(kFailedPrecondition, id, "is not pinned");
    Offer(id, found->second);
    return absl::OkStatus();
  }
  absl::Status Erase(ObjectId id) override {
    const auto found = entries_.find(id);
    if (found == entries_.end()) return Refuse(kNotFound, id, "is no entry");
    if (found->second.index != kPinned) Withdraw(found->second);
    stats_.entry_bytes -= found->second.size_bytes;
    entries_.erase(found);
    return absl::OkStatus();
  }
  absl::StatusOr<Evicted> Evict() override {
    if (evictable_.empty()) return absl::NotFoundError("nothing is evictable: unpin something");
    ObjectId oldest = Draw();
    for (uint32_t drawn = 1; drawn < sample_count_; ++drawn) {
      const ObjectId other = Draw();
      if (entries_.at(other).last_use < entries_.at(oldest).last_use) oldest = other;
    }
    const Evicted evicted = {oldest, entries_.at(oldest).size_bytes};
    if (absl::Status erased = Erase(oldest); !erased.ok()) return erased;
    return evicted;
  }
  EvictionStats Stats() const override {
    return {entries_.size(), evictable_.size(), stats_.entry_bytes, stats_.evictable_bytes};
  }

 private:
  static constexpr size_t kPinned = SIZE_MAX;
  struct Entry {
    uint64_t size_bytes = 0;
    uint64_t last_use = 0;
    size_t index = kPinned;  // Its place in evictable_.
  };

  // Chance comes from the host, so that a simulated run is the same each time.
  ObjectId Draw() { return evictable_[RandomBelow(random_, evictable_.size())]; }
  void Offer(ObjectId id, Entry& entry) {
    entry.index = evictable_.size();
    evictable_.push_back(id);
    stats_.evictable_bytes += entry.size_bytes;
  }
  void Withdraw(Entry& entry) {
    entries_.at(evictable_.back()).index = entry.index;
    evictable_[entry.index] = evictable_.back();
    evictable_.pop_back();
    entry.index = kPinned;
    stats_.evictable_bytes -= entry.size_bytes;
  }

  Random& random_;
  const uint32_t sample_count_;
  uint64_t uses_ = 0;
  std::unordered_map<ObjectId, Entry> entries_;
  std::vector<ObjectId> evictable_;
  EvictionStats stats_;
};

absl::StatusOr<std::unique_ptr<EvictionPolicy>> MakeSampledPolicy(const Host& host, std::span<const std::byte> config) {
  example::eviction::sampled::v1::SampledConfig parsed;
  if (!parsed.ParseFromArray(config.data(), static_cast<int>(config.size()))) {
    return absl::InvalidArgumentError("the config's bytes are no SampledConfig");
  }
  if (parsed.sample_count() < 1 || parsed.sample_count() > 64) {
    return MakeStatus(kInvalidArgument, "sample_count is ", parsed.sample_count(), ", wanted is 1 to 64");
  }
  return std::make_unique<SampledPolicy>(host.random(), parsed.sample_count());
}

}  // namespace

MANTA_PLUGIN(EvictionPolicy, MakeSampledPolicy, .name = "example.eviction.sampled",
             .summary = "Evicts the oldest of a few drawn entries",
             .config_type = "example.eviction.sampled.v1.SampledConfig")
//(end policy)

// SPDX-License-Identifier: Apache-2.0
