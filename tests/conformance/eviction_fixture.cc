#include "tests/conformance/eviction_fixture.h"

#include <algorithm>
#include <utility>

#include "glog/logging.h"
#include "tests/conformance/support/suite.h"

namespace manta::conformance {

OwnPolicy::OwnPolicy() : host_(std::make_unique<SuiteHost>(Plugin().slot(), Options().seed)) {
  absl::StatusOr<std::unique_ptr<EvictionPolicy>> made = Plugin().Make<EvictionPolicy>(*host_);
  // main has tried it; a create that fails now and then leaves nothing to test.
  CHECK(made.ok() && *made != nullptr) << "the plugin's create failed: " << made.status().ToString();
  policy_ = std::move(*made);
}

void EvictionConformance::TearDown() {
  EXPECT_TRUE(Equal(Stats(), model_.Stats()))
      << "accounting: Stats say " << Describe(Stats()) << "; after these calls it is " << Describe(model_.Stats());
  const std::map<ObjectId, EvictionModel::Entry> left = model_.entries();
  for (const auto& [id, entry] : left) {
    if (entry.pinned) (void)Unpin(id);
  }
  EvictAll();
  EXPECT_TRUE(Equal(Stats(), {})) << "accounting: every entry is gone, and Stats say " << Describe(Stats());
}

absl::Status EvictionConformance::Insert(ObjectId id, uint64_t size_bytes) {
  (void)model_.Insert(id, size_bytes);
  return policy_->Insert(id, size_bytes);
}

absl::Status EvictionConformance::Pin(ObjectId id) {
  (void)model_.Pin(id);
  return policy_->Pin(id);
}

absl::Status EvictionConformance::Unpin(ObjectId id) {
  (void)model_.Unpin(id);
  return policy_->Unpin(id);
}

absl::Status EvictionConformance::Erase(ObjectId id) {
  (void)model_.Erase(id);
  return policy_->Erase(id);
}

absl::StatusOr<Evicted> EvictionConformance::Evict() {
  absl::StatusOr<Evicted> answer = policy_->Evict();
  if (answer.ok()) (void)model_.Erase(answer->id);  // Right or wrong: that is the test's affair.
  return answer;
}

void EvictionConformance::InsertRange(uint64_t first, uint64_t last, uint64_t size_bytes) {
  for (uint64_t i = first; i <= last; ++i) EXPECT_EQ(Code(Insert(Id(i), size_bytes)), absl::StatusCode::kOk);
}

std::vector<ObjectId> EvictionConformance::EvictAll() {
  std::vector<ObjectId> chosen;
  for (uint64_t left = model_.entries().size() + 1; left > 0; --left) {
    const absl::StatusOr<Evicted> evicted = Evict();
    if (!evicted.ok()) break;
    chosen.push_back(evicted->id);
  }
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
