// tests/conformance/object_store_fixture.h -- gives each test a fresh store, and looks afterwards that all came back.
//
// TearDown releases every pin and gives up every object that the test left, by the store's own List; then nothing may
// be charged or counted any more, and once the store is gone nothing may be left of the memory budget.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/ids.h"
#include "core/interface/object_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/conformance/support/suite.h"
#include "tests/conformance/support/suite_host.h"

namespace manta {

// For GoogleTest's messages.
inline void PrintTo(const ObjectId& id, std::ostream* out) { *out << id.ToHex(); }

}  // namespace manta

namespace manta::conformance {

using Bytes = std::vector<std::byte>;

// The smallest capacity that the limits can be tried with, and the largest that a run fills.
inline constexpr uint64_t kCapacityBytesMin = 1 << 20;
inline constexpr uint64_t kFilledCapacityBytesMax = 256 << 20;
inline constexpr uint64_t kUnit = ObjectStore::kAlignmentBytes;

// Bytes that differ with `tag` and position.
Bytes Pattern(uint64_t size_bytes, uint64_t tag);
void Fill(std::span<std::byte> out, uint64_t tag);
bool HoldsPattern(std::span<const std::byte> bytes, uint64_t tag);

MATCHER_P(HasCode, code, "has code " + absl::StatusCodeToString(code)) { return arg.code() == code; }
MATCHER(IsOk, "is ok") { return arg.ok(); }

struct ListedObject {
  uint64_t size_bytes = 0;
  uint64_t metadata_bytes = 0;
  uint64_t pin_count = 0;
  ObjectState state = ObjectState::kOpen;
  uint32_t cached = 0;
  friend bool operator==(const ListedObject&, const ListedObject&) = default;
};

class ObjectStoreConformance : public testing::Test {
 protected:
  ObjectStoreConformance();
  ~ObjectStoreConformance() override;
  void TearDown() override;

  ObjectStore& store() { return *store_; }
  SuiteHost& host() { return *host_; }
  uint64_t capacity_bytes() const { return capacity_bytes_; }

  // Ends the store, as its owner does; TearDown then looks at the budget alone.
  void Destroy();

  // Ids whose order, worker and sequence vary.
  static ObjectId Id(uint64_t number);

  // Create, fill with Pattern(size, tag), Seal.
  void Put(ObjectId id, uint64_t size_bytes, std::span<const std::byte> metadata = {}, uint64_t tag = 1);

  // As Put, and Cache.
  void PutCached(ObjectId id, uint64_t size_bytes);

  // Fills the store to the last unit with `count` cached objects of one size, Id(first) and so on, and returns that
  // size; what does not divide goes into an uncached object, Id(first + count).
  uint64_t FillWithCached(uint64_t first, uint64_t count);

  std::map<ObjectId, ListedObject> Listed();

  // True when the plugin lacks the capability: then this test shows that it refuses.
  bool Lacks(uint64_t capability);

  // True when the store is too large to be filled; noted in the table.
  bool TooLargeToFill();

 private:
  void GiveEverythingBack();

  std::unique_ptr<SuiteHost> host_;
  std::unique_ptr<ObjectStore> store_;
  uint64_t capacity_bytes_ = 0;
};

// Counts its calls, and keeps the ids.
class CountingListener final : public SealListener {
 public:
  void OnSealed(ObjectId id) override { ids_.push_back(id); }
  const std::vector<ObjectId>& ids() const { return ids_; }
  size_t calls() const { return ids_.size(); }

 private:
  std::vector<ObjectId> ids_;
};

}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
