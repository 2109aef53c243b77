#include "plugins/object_store/heap/heap_store.h"

#include <cstddef>
#include <memory>
#include <string>
#include <utility>

#include "core/interface/eviction_wrapper.h"
#include "core/simulation/simulated_host.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/fifo_policy.h"

namespace manta {
namespace {

using testing::HasSubstr;

constexpr uint64_t kMiB = 1 << 20;

ObjectId Id(uint64_t number) { return ObjectId::ForTest(number + 1); }

absl::Status Put(HeapStore& store, ObjectId id, uint64_t size_bytes) {
  const absl::Status status = store.Create(id, size_bytes, {}).status();
  return status.ok() ? store.Seal(id) : status;
}

absl::Status PutCached(HeapStore& store, ObjectId id, uint64_t size_bytes) {
  const absl::Status status = Put(store, id, size_bytes);
  return status.ok() ? store.Cache(id) : status;
}

TEST(HeapStoreTest, FullMessageNamesObjectNeedFreeAndKnob) {
  SimulatedHost host;
  HeapStore store(host, {.capacity_bytes = 1024}, std::make_unique<FifoPolicy>());
  ASSERT_TRUE(Put(store, Id(0), 100).ok());
  const absl::Status status = store.Create(Id(1), 1000, {}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  for (const std::string& words : {Id(1).ToHex(), std::string("needs 1024 bytes"), std::string("896 are free"),
                                   std::string("capacity_bytes 1024")}) {
    EXPECT_THAT(std::string(status.message()), HasSubstr(words));
  }
}

TEST(HeapStoreTest, ShortBudgetIsNamedWithItsLimit) {
  SimulatedHost host({.memory_limit_bytes = 8192});
  HeapStore store(host, {.capacity_bytes = kMiB}, std::make_unique<FifoPolicy>());
  const absl::Status status = store.Create(Id(0), 8193, {}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(status.message()), HasSubstr("8192 are free of the process's memory budget, 8192 bytes"));
  EXPECT_EQ(host.memory().used_bytes(), 0u);
  EXPECT_TRUE(store.Create(Id(0), 8192, {}).ok());
}

TEST(HeapStoreTest, WhatIsEvictedMakesRoomInAShortBudgetToo) {
  SimulatedHost host({.memory_limit_bytes = 8192});
  HeapStore store(host, {.capacity_bytes = kMiB}, std::make_unique<FifoPolicy>());
  for (uint64_t i = 0; i < 4; ++i) ASSERT_TRUE(PutCached(store, Id(i), 2048).ok());
  EXPECT_TRUE(store.Create(Id(10), 3000, {}).ok());
  EXPECT_EQ(store.Stats().evicted_count, 2u);
  EXPECT_FALSE(store.Create(Id(11), 5200, {}).ok());
  EXPECT_EQ(store.Stats().evicted_count, 2u);
}

TEST(HeapStoreTest, NoMoreIsCachedUnpinnedThanItsLimit) {
  SimulatedHost host;
  HeapStore store(host, {.capacity_bytes = kMiB, .cache_bytes_max = 5000}, std::make_unique<FifoPolicy>());
  for (uint64_t i = 0; i < 3; ++i) ASSERT_TRUE(PutCached(store, Id(i), 2048).ok());
  EXPECT_FALSE(store.Contains(Id(0)));
  EXPECT_EQ(store.Stats().used_bytes, 4096u);
  ASSERT_TRUE(store.Get(Id(1)).ok());  // What is looked at does not count,
  ASSERT_TRUE(PutCached(store, Id(3), 2048).ok());
  EXPECT_EQ(store.Stats().cached_count, 3u);
  ASSERT_TRUE(store.Release(Id(1)).ok());  // until nobody does.
  EXPECT_EQ(store.Stats().cached_count, 2u);
  EXPECT_EQ(store.Stats().evicted_count, 2u);
  ASSERT_TRUE(PutCached(store, Id(4), 8000).ok());  // Alone too much.
  EXPECT_FALSE(store.Contains(Id(4)));
}

TEST(HeapStoreTest, TheBudgetGetsBackWhatAnEmptyStoreHeldReady) {
  SimulatedHost host;
  HeapStore store(host, {.capacity_bytes = uint64_t{1} << 30}, std::make_unique<FifoPolicy>());
  for (uint64_t i = 0; i < 1000; ++i) ASSERT_TRUE(Put(store, Id(i), 100).ok());
  // 128 bytes each, and at most two steps of 32 KiB per shard.
  EXPECT_GE(host.memory().used_bytes(), 1000u * 128);
  EXPECT_LE(host.memory().used_bytes(), 1000u * 128 + 32 * 2 * 32768);
  for (uint64_t i = 0; i < 1000; ++i) ASSERT_TRUE(store.Delete(Id(i)).ok());
  EXPECT_EQ(host.memory().used_bytes(), 0u);
  EXPECT_EQ(host.metrics().Value("store.reserved_bytes"), 0);
}

TEST(HeapStoreTest, BytesHeldReadyByOtherShardsAreFound) {
  SimulatedHost host;
  constexpr uint64_t kCapacity = 64 * kMiB;
  HeapStore store(host, {.capacity_bytes = kCapacity, .shard_count = 32}, std::make_unique<FifoPolicy>());
  uint64_t made = 0;
  while (Put(store, Id(made), 16384).ok()) ++made;
  EXPECT_EQ(made, kCapacity / 16384);
}

TEST(HeapStoreTest, MetricsCountEvictionsAndRefusals) {
  SimulatedHost host;
  HeapStore store(host, {.capacity_bytes = 1024}, std::make_unique<FifoPolicy>());
  ASSERT_TRUE(PutCached(store, Id(0), 1024).ok());
  ASSERT_TRUE(Put(store, Id(1), 1024).ok());
  ASSERT_FALSE(Put(store, Id(2), 64).ok());
  EXPECT_EQ(host.metrics().Value("store.evicted"), 1);
  EXPECT_EQ(host.metrics().Value("store.full"), 1);
}

// Answers Evict with an id of its own choice, and may fail on command.
class LyingPolicy final : public EvictionPolicyWrapper {
 public:
  LyingPolicy() : EvictionPolicyWrapper(honest_) {}
  absl::StatusOr<Evicted> Evict() override {
    if (chosen.nil()) return absl::InternalError("out of order");
    return Evicted{chosen, 64};
  }
  ObjectId chosen;

 private:
  FifoPolicy honest_;
};

TEST(HeapStoreTest, APolicyThatChoosesAPinnedObjectIsNotCalledAgain) {
  SimulatedHost host;
  auto owned = std::make_unique<LyingPolicy>();
  LyingPolicy& policy = *owned;
  HeapStore store(host, {.capacity_bytes = 1024}, std::move(owned));
  ASSERT_TRUE(PutCached(store, Id(0), 512).ok());
  ASSERT_TRUE(PutCached(store, Id(1), 512).ok());
  ASSERT_TRUE(store.Get(Id(0)).ok());
  policy.chosen = Id(0);
  EXPECT_EQ(Put(store, Id(2), 512).code(), absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(store.Contains(Id(0)));
  EXPECT_TRUE(store.Contains(Id(1)));
  EXPECT_EQ(host.log().Count("store.policy_failed"), 1u);
  policy.chosen = Id(1);  // Would be right now, but trust is gone.
  EXPECT_EQ(Put(store, Id(2), 512).code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(store.Stats().used_bytes, 1024u);
  EXPECT_EQ(store.Stats().cached_count, 2u);
  ASSERT_TRUE(store.Release(Id(0)).ok());
  ASSERT_TRUE(store.Delete(Id(0)).ok());
  ASSERT_TRUE(store.Uncache(Id(1)).ok());
  EXPECT_EQ(store.Stats().cached_count, 0u);
}

TEST(HeapStoreTest, APolicyThatFailsToChooseEvictsNothing) {
  SimulatedHost host;
  HeapStore store(host, {.capacity_bytes = 1024}, std::make_unique<LyingPolicy>());
  ASSERT_TRUE(PutCached(store, Id(0), 1024).ok());
  const absl::Status status = Put(store, Id(1), 64);
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(status.message()), HasSubstr("eviction policy"));
  EXPECT_EQ(store.Stats().used_bytes, 1024u);
  EXPECT_TRUE(store.Delete(Id(0)).ok());
  EXPECT_EQ(host.memory().used_bytes(), 0u);
}

TEST(HeapStoreTest, AnyShardCountWorks) {
  for (const uint32_t shard_count : {1u, 2u, 3u, 20u, HeapStore::kShardCountMax}) {
    SimulatedHost host;
    HeapStore store(host, {.capacity_bytes = kMiB, .shard_count = shard_count}, std::make_unique<FifoPolicy>());
    for (uint64_t i = 0; i < 100; ++i) ASSERT_TRUE(Put(store, Id(i), 100).ok()) << shard_count;
    EXPECT_EQ(store.List({}), 100u);
    EXPECT_EQ(store.Stats().used_bytes, 100u * 128);
  }
}

TEST(HeapStoreDeathTest, DestructionWithAPinIsACallersBug) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_DEATH(
      {
        SimulatedHost host;
        HeapStore store(host, {.capacity_bytes = kMiB}, std::make_unique<FifoPolicy>());
        (void)Put(store, Id(0), 8);
        (void)store.Get(Id(0));
      },
      "release them first");
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
