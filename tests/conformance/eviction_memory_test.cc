// The memory that core/interface/eviction.h allows: bytes on the heap of this process, before and after.
#include <cstdint>
#include <memory>

#include "tests/conformance/eviction_fixture.h"
#include "tests/conformance/support/suite.h"
#include "tests/support/heap_in_use.h"

namespace manta::conformance {
namespace {

// The C library's caches, and whatever the test itself has on the heap.
constexpr int64_t kNoiseBytes = 128 << 10;

// The heap's growth by a policy that holds Id(1) to Id(count).
int64_t HeldBytes(uint64_t count, uint64_t size_bytes) {
  const int64_t before = HeapBytesInUse();
  OwnPolicy policy;
  for (uint64_t i = 1; i <= count; ++i) (void)policy->Insert(Id(i), size_bytes);
  return HeapBytesInUse() - before;
}

class EvictionMemory : public EvictionConformance {};

TEST_F(EvictionMemory, AnEntryTakesAConstantNumberOfBytes) {
  constexpr uint64_t kFew = 1 << 11;
  constexpr uint64_t kMany = 1 << 16;
  const int64_t few_bytes = HeldBytes(kFew, 1);
  const int64_t many_bytes = HeldBytes(kMany, 1);
  // A table that grows by doubling is between half and wholly used, hence twice.
  EXPECT_LE(many_bytes, 2 * few_bytes * static_cast<int64_t>(kMany / kFew) + kNoiseBytes)
      << kFew << " entries take " << few_bytes << " bytes, " << kMany << " entries take " << many_bytes;
}

TEST_F(EvictionMemory, AnEntryTakesTheSameMemoryWhateverItsSize) {
  constexpr uint64_t kCount = 1 << 12;
  EXPECT_LE(HeldBytes(kCount, uint64_t{1} << 40), HeldBytes(kCount, 1) + kNoiseBytes);
}

class EvictionRemembers : public EvictionMemory {
 protected:
  static constexpr uint64_t kHeldMax = 100;

  // Sends many ids through a policy that never holds more than kHeldMax; `remove` makes room for the next.
  template <typename Remove>
  void ExpectBounded(Remove remove) {
    constexpr uint64_t kSample = 1 << 14;
    const int64_t bytes_per_entry = (HeldBytes(kSample, 1) + kNoiseBytes) / static_cast<int64_t>(kSample);
    const uint64_t id_count = Options().slow ? 1'000'000 : 100'000;
    OwnPolicy policy;
    int64_t warm_bytes = 0;
    for (uint64_t i = 1; i <= id_count; ++i) {
      if (i > kHeldMax) remove(*policy, i - kHeldMax);
      ASSERT_EQ(Code(policy->Insert(Id(i), 1)), absl::StatusCode::kOk);
      ASSERT_LE(policy->Stats().entry_count, kHeldMax);
      if (i == kHeldMax) warm_bytes = HeapBytesInUse();
    }
    // A remembered id takes at most twice what an entry takes.
    const int64_t bytes_max =
        2 * bytes_per_entry * static_cast<int64_t>(kHeldMax + EvictionPolicy::kRememberedCountMin) + kNoiseBytes;
    EXPECT_LE(HeapBytesInUse() - warm_bytes, bytes_max)
        << "after " << id_count << " ids, of which at most " << kHeldMax
        << " were held at the same time; an entry takes " << bytes_per_entry << " bytes";
  }
};

TEST_F(EvictionRemembers, AtMostAsManyEvictedIdsAsItHeldEntriesAndSomeMore) {
  ExpectBounded([](EvictionPolicy& policy, uint64_t) { (void)policy.Evict(); });
}

TEST_F(EvictionRemembers, AtMostAsManyErasedIdsAsItHeldEntriesAndSomeMore) {
  ExpectBounded([](EvictionPolicy& policy, uint64_t oldest) { (void)policy.Erase(Id(oldest)); });
}

TEST_F(EvictionMemory, AllIsFreeWhenThePolicyIsDestroyed) {
  constexpr uint64_t kRounds = 20;
  (void)HeldBytes(1'000, 1);  // What the process needs once is not the policy's.
  const int64_t before = HeapBytesInUse();
  for (uint64_t round = 0; round < kRounds; ++round) {
    OwnPolicy policy;
    for (uint64_t i = 1; i <= 1'000; ++i) (void)policy->Insert(Id(i), 1);
    for (uint64_t i = 1; i <= 1'000; i += 3) (void)policy->Pin(Id(i));  // Destroyed with entries of each kind.
    for (uint64_t i = 1; i <= 300; ++i) (void)policy->Evict();
  }
  EXPECT_LE(HeapBytesInUse() - before, kNoiseBytes) << "after " << kRounds << " policies of 1000 entries";
}

}  // namespace
}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
