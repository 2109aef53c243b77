// tests/conformance/eviction_fixture.h -- gives each test of the eviction suite a policy, and checks its books after.
//
// Shapes    Tests call Insert, Pin, ... of the fixture, which forwards them and keeps a model. After the test the
//           policy's Stats must be the model's, and all zero when every entry is gone again.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/ids.h"
#include "core/interface/eviction.h"
#include "gtest/gtest.h"
#include "tests/conformance/eviction_model.h"
#include "tests/conformance/support/suite_host.h"

namespace manta::conformance {

// A policy and the world it lives in. Policies of one seed live in equal worlds.
class OwnPolicy {
 public:
  OwnPolicy();

  EvictionPolicy& operator*() const { return *policy_; }
  EvictionPolicy* operator->() const { return policy_.get(); }

 private:
  std::unique_ptr<SuiteHost> host_;
  std::unique_ptr<EvictionPolicy> policy_;  // Dies before its host.
};

constexpr ObjectId Id(uint64_t number) { return ObjectId::ForTest(number); }

// A status's code, for EXPECT_EQ with a readable failure.
inline absl::StatusCode Code(const absl::Status& status) { return status.code(); }
template <typename T>
absl::StatusCode Code(const absl::StatusOr<T>& status_or) {
  return status_or.status().code();
}

class EvictionConformance : public testing::Test {
 protected:
  void TearDown() override;

  absl::Status Insert(ObjectId id, uint64_t size_bytes);
  absl::Status Access(ObjectId id) { return policy_->Access(id); }
  absl::Status Pin(ObjectId id);
  absl::Status Unpin(ObjectId id);
  absl::Status Erase(ObjectId id);
  absl::StatusOr<Evicted> Evict();
  EvictionStats Stats() const { return policy_->Stats(); }

  // Inserts Id(first) to Id(last), each of size_bytes.
  void InsertRange(uint64_t first, uint64_t last, uint64_t size_bytes);

  // Evicts until that fails, at most as often as there are entries and once more. Ordered by id.
  std::vector<ObjectId> EvictAll();

 private:
  OwnPolicy policy_;
  EvictionModel model_;
};

}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
