// The life cycle, the edges and the statistics of core/interface/eviction.h.
#include <cstdint>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "tests/conformance/eviction_fixture.h"

namespace manta::conformance {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr absl::StatusCode kOk = absl::StatusCode::kOk;
constexpr absl::StatusCode kNotFound = absl::StatusCode::kNotFound;

class EvictionLifeCycle : public EvictionConformance {};
class EvictionLimits : public EvictionConformance {};
class EvictionStatistics : public EvictionConformance {};
class EvictionThreads : public EvictionConformance {};

TEST_F(EvictionLifeCycle, InsertAddsAnEvictableEntry) {
  EXPECT_EQ(Code(Insert(Id(1), 10)), kOk);
  EXPECT_THAT(EvictAll(), ElementsAre(Id(1)));
}

TEST_F(EvictionLifeCycle, EvictChoosesOneEntryAndRemovesIt) {
  InsertRange(1, 10, 10);
  const absl::StatusOr<Evicted> evicted = Evict();
  ASSERT_EQ(Code(evicted), kOk);
  for (uint64_t i = 1; i <= 10; ++i) {
    EXPECT_EQ(Code(Access(Id(i))), Id(i) == evicted->id ? kNotFound : kOk) << "entry " << i;
  }
}

TEST_F(EvictionLifeCycle, EvictReturnsEachEntryOnce) {
  constexpr uint64_t kCount = 10'000;
  InsertRange(1, kCount, 1);
  const std::vector<ObjectId> chosen = EvictAll();
  ASSERT_EQ(chosen.size(), kCount);
  for (uint64_t i = 1; i <= kCount; ++i) ASSERT_EQ(chosen[i - 1], Id(i));
}

TEST_F(EvictionLifeCycle, EvictReturnsTheSizeOfInsert) {
  for (uint64_t i = 1; i <= 20; ++i) ASSERT_EQ(Code(Insert(Id(i), i * i)), kOk);
  for (uint64_t i = 1; i <= 20; ++i) {
    const absl::StatusOr<Evicted> evicted = Evict();
    ASSERT_EQ(Code(evicted), kOk);
    EXPECT_EQ(evicted->size_bytes, evicted->id.sequence() * evicted->id.sequence());
  }
}

TEST_F(EvictionLifeCycle, PinnedEntriesAreNeverChosen) {
  InsertRange(1, 20, 10);
  for (uint64_t i = 1; i <= 20; i += 2) ASSERT_EQ(Code(Pin(Id(i))), kOk);
  const std::vector<ObjectId> chosen = EvictAll();
  EXPECT_EQ(chosen.size(), 10u);
  for (uint64_t i = 1; i <= 20; i += 2) {
    EXPECT_THAT(chosen, Not(Contains(Id(i))));
    EXPECT_EQ(Code(Access(Id(i))), kOk) << "entry " << i << " is pinned, and gone";
  }
}

TEST_F(EvictionLifeCycle, UnpinMakesAnEntryEvictableAgain) {
  InsertRange(1, 4, 10);
  ASSERT_EQ(Code(Pin(Id(2))), kOk);
  ASSERT_EQ(Code(Pin(Id(3))), kOk);
  EXPECT_EQ(Code(Unpin(Id(2))), kOk);
  EXPECT_THAT(EvictAll(), ElementsAre(Id(1), Id(2), Id(4)));
}

TEST_F(EvictionLifeCycle, PinAndUnpinMayBeRepeated) {
  InsertRange(1, 3, 10);
  for (int i = 0; i < 100; ++i) {
    ASSERT_EQ(Code(Pin(Id(2))), kOk);
    ASSERT_EQ(Code(Unpin(Id(2))), kOk);
  }
  EXPECT_THAT(EvictAll(), ElementsAre(Id(1), Id(2), Id(3)));
}

TEST_F(EvictionLifeCycle, EraseRemovesAnEvictableEntry) {
  InsertRange(1, 3, 10);
  EXPECT_EQ(Code(Erase(Id(2))), kOk);
  EXPECT_EQ(Code(Access(Id(2))), kNotFound);
  EXPECT_THAT(EvictAll(), ElementsAre(Id(1), Id(3)));
}

TEST_F(EvictionLifeCycle, EraseRemovesAPinnedEntry) {
  InsertRange(1, 3, 10);
  ASSERT_EQ(Code(Pin(Id(2))), kOk);
  EXPECT_EQ(Code(Erase(Id(2))), kOk);
  EXPECT_EQ(Code(Access(Id(2))), kNotFound);
  EXPECT_THAT(EvictAll(), ElementsAre(Id(1), Id(3)));
}

TEST_F(EvictionLifeCycle, AccessRecordsAUseAndNothingElse) {
  InsertRange(1, 2, 10);
  ASSERT_EQ(Code(Pin(Id(2))), kOk);
  for (int i = 0; i < 100; ++i) {
    ASSERT_EQ(Code(Access(Id(1))), kOk);
    ASSERT_EQ(Code(Access(Id(2))), kOk);
  }
  EXPECT_THAT(EvictAll(), ElementsAre(Id(1)));  // 1 stayed evictable, 2 pinned.
}

TEST_F(EvictionLifeCycle, AnIdThatWasEvictedCanComeBackWithAnotherSize) {
  for (const uint64_t size_bytes : {10, 20, 30}) {
    ASSERT_EQ(Code(Insert(Id(1), size_bytes)), kOk);
    const absl::StatusOr<Evicted> evicted = Evict();
    ASSERT_EQ(Code(evicted), kOk);
    EXPECT_EQ(evicted->id, Id(1));
    EXPECT_EQ(evicted->size_bytes, size_bytes);
  }
}

TEST_F(EvictionLifeCycle, AnIdThatWasErasedComesBackUnpinned) {
  ASSERT_EQ(Code(Insert(Id(1), 10)), kOk);
  ASSERT_EQ(Code(Pin(Id(1))), kOk);
  ASSERT_EQ(Code(Erase(Id(1))), kOk);
  EXPECT_THAT(EvictAll(), IsEmpty());
  ASSERT_EQ(Code(Insert(Id(1), 20)), kOk);
  EXPECT_THAT(EvictAll(), ElementsAre(Id(1)));
}

TEST_F(EvictionLimits, AnEntryMayHaveNoBytes) {
  InsertRange(1, 3, 0);
  EXPECT_EQ(Stats().entry_count, 3u);
  EXPECT_EQ(Stats().entry_bytes, 0u);
  EXPECT_THAT(EvictAll(), ElementsAre(Id(1), Id(2), Id(3)));
}

TEST_F(EvictionLimits, AnEntryMayHaveAsManyBytesAsANumberHolds) {
  ASSERT_EQ(Code(Insert(Id(1), UINT64_MAX)), kOk);
  EXPECT_EQ(Stats().evictable_bytes, UINT64_MAX);
  const absl::StatusOr<Evicted> evicted = Evict();
  ASSERT_EQ(Code(evicted), kOk);
  EXPECT_EQ(evicted->size_bytes, UINT64_MAX);
}

TEST_F(EvictionLimits, IdsThatDifferInOnePartAreTwoEntries) {
  const std::set<ObjectId> ids = {
      ObjectId(),        ObjectId(1, 0, 0), ObjectId(0, 1, 0),
      ObjectId(0, 0, 1), ObjectId(1, 1, 1), ObjectId(2, 1, 1),
      ObjectId(1, 2, 1), ObjectId(1, 1, 2), ObjectId(UINT64_MAX, ObjectId::kSequenceMax, UINT16_MAX)};
  for (const ObjectId id : ids) EXPECT_EQ(Code(Insert(id, 1)), kOk) << id.ToHex();
  EXPECT_THAT(EvictAll(), testing::ElementsAreArray(ids));
}

TEST_F(EvictionStatistics, ANewPolicyHoldsNothing) {
  EXPECT_TRUE(Equal(Stats(), {})) << Describe(Stats());
  EXPECT_FALSE(Evict().ok());
}

TEST_F(EvictionStatistics, EntriesAreCountedWithTheirBytesPinnedOnesIncluded) {
  const auto expect = [this](const char* after, uint64_t entry_count, uint64_t entry_bytes) {
    EXPECT_EQ(Stats().entry_count, entry_count) << after;
    EXPECT_EQ(Stats().entry_bytes, entry_bytes) << after;
  };
  for (uint64_t i = 1; i <= 4; ++i) ASSERT_EQ(Code(Insert(Id(i), 1 << i)), kOk);
  expect("Insert", 4, 30);
  ASSERT_EQ(Code(Pin(Id(1))), kOk);
  ASSERT_EQ(Code(Pin(Id(2))), kOk);
  expect("Pin", 4, 30);
  ASSERT_EQ(Code(Access(Id(1))), kOk);
  ASSERT_EQ(Code(Access(Id(3))), kOk);
  expect("Access", 4, 30);
  ASSERT_EQ(Code(Unpin(Id(1))), kOk);
  expect("Unpin", 4, 30);
  ASSERT_EQ(Code(Erase(Id(1))), kOk);
  expect("Erase of an evictable entry", 3, 28);
  ASSERT_EQ(Code(Erase(Id(2))), kOk);
  expect("Erase of a pinned entry", 2, 24);
  const absl::StatusOr<Evicted> evicted = Evict();
  ASSERT_EQ(Code(evicted), kOk);
  expect("Evict", 1, evicted->id == Id(3) ? 16 : 8);
}

TEST_F(EvictionStatistics, EvictableEntriesAreCountedWithTheirBytes) {
  const auto expect = [this](const char* after, uint64_t evictable_count, uint64_t evictable_bytes) {
    EXPECT_EQ(Stats().evictable_count, evictable_count) << after;
    EXPECT_EQ(Stats().evictable_bytes, evictable_bytes) << after;
  };
  for (uint64_t i = 1; i <= 4; ++i) ASSERT_EQ(Code(Insert(Id(i), 1 << i)), kOk);
  expect("Insert", 4, 30);
  ASSERT_EQ(Code(Pin(Id(1))), kOk);
  ASSERT_EQ(Code(Pin(Id(2))), kOk);
  expect("Pin", 2, 24);
  ASSERT_EQ(Code(Access(Id(1))), kOk);
  ASSERT_EQ(Code(Access(Id(3))), kOk);
  expect("Access", 2, 24);
  ASSERT_EQ(Code(Unpin(Id(1))), kOk);
  expect("Unpin", 3, 26);
  ASSERT_EQ(Code(Erase(Id(1))), kOk);
  expect("Erase of an evictable entry", 2, 24);
  ASSERT_EQ(Code(Erase(Id(2))), kOk);
  expect("Erase of a pinned entry", 2, 24);
  const absl::StatusOr<Evicted> evicted = Evict();
  ASSERT_EQ(Code(evicted), kOk);
  expect("Evict", 1, evicted->id == Id(3) ? 16 : 8);
}

TEST_F(EvictionThreads, ThreadsMayTakeTurns) {
  std::mutex turn;
  std::vector<std::thread> threads;
  constexpr uint64_t kPerThread = 200;
  for (uint64_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (uint64_t i = 0; i < kPerThread; ++i) {
        const std::lock_guard lock(turn);
        const ObjectId own = Id(t * kPerThread + i);
        EXPECT_EQ(Code(Insert(own, 1)), kOk);
        EXPECT_EQ(Code(Access(own)), kOk);
        EXPECT_EQ(Code(Pin(own)), kOk);
        EXPECT_EQ(Code(Unpin(own)), kOk);
        EXPECT_LE(Stats().evictable_count, 4 * kPerThread);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(EvictAll().size(), 4 * kPerThread);  // What other threads inserted, this one can evict.
}

TEST_F(EvictionThreads, TwoPoliciesShareNothing) {
  InsertRange(1, 10, 10);
  {
    OwnPolicy other;
    EXPECT_TRUE(Equal(other->Stats(), {})) << Describe(other->Stats());
    EXPECT_EQ(Code(other->Access(Id(1))), kNotFound);
    EXPECT_FALSE(other->Evict().ok());
    EXPECT_EQ(Code(other->Insert(Id(1), 5)), kOk);
    EXPECT_EQ(Code(other->Evict()), kOk);
  }
  EXPECT_EQ(Stats().entry_count, 10u);
  EXPECT_EQ(Code(Access(Id(1))), kOk);
}

}  // namespace
}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
