#include "core/base/large_blocks.h"

#include <cstdint>
#include <cstring>
#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace manta {
namespace {

constexpr uint64_t kMiB = uint64_t{1} << 20;

TEST(LargeBlocksTest, EveryByteCanBeWrittenAndRead) {
  LargeBlocks blocks(0);
  for (const uint64_t bytes : {8 * kMiB, 8 * kMiB + 1, 10 * kMiB - 64, 33 * kMiB}) {
    void* const block = blocks.Allocate(bytes);
    ASSERT_NE(block, nullptr);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(block) % 64, 0u);
    std::memset(block, 7, bytes);
    EXPECT_EQ(static_cast<unsigned char*>(block)[bytes - 1], 7);
    blocks.Free(block);
  }
  EXPECT_EQ(blocks.kept_bytes(), 0u);
}

TEST(LargeBlocksTest, AFreedBlockIsTheNextOfItsSize) {
  LargeBlocks blocks(64 * kMiB);
  void* const first = blocks.Allocate(15 * kMiB);
  blocks.Free(first);
  EXPECT_EQ(blocks.kept_bytes(), 16 * kMiB);
  EXPECT_EQ(blocks.Allocate(14 * kMiB), first) << "it is less than an eighth larger";
  EXPECT_EQ(blocks.kept_bytes(), 0u);
  blocks.Free(first);
}

TEST(LargeBlocksTest, ABlockOfAnotherSizeIsLeftWhereItIs) {
  LargeBlocks blocks(64 * kMiB);
  void* const first = blocks.Allocate(16 * kMiB);
  blocks.Free(first);
  void* const smaller = blocks.Allocate(8 * kMiB);
  void* const larger = blocks.Allocate(20 * kMiB);
  EXPECT_NE(smaller, first);
  EXPECT_NE(larger, first);
  EXPECT_EQ(blocks.kept_bytes(), 18 * kMiB);
  blocks.Free(smaller);
  blocks.Free(larger);
}

TEST(LargeBlocksTest, NoMoreIsKeptThanAllowedAndTheOldestGoFirst) {
  LargeBlocks blocks(32 * kMiB);
  std::vector<void*> made;
  for (int i = 0; i < 4; ++i) made.push_back(blocks.Allocate(10 * kMiB - 64));
  for (void* const block : made) blocks.Free(block);
  EXPECT_EQ(blocks.kept_bytes(), 30 * kMiB);
  for (int i = 3; i > 0; --i) EXPECT_EQ(blocks.Allocate(10 * kMiB - 64), made[i]);
  EXPECT_EQ(blocks.kept_bytes(), 0u);
  for (int i = 1; i < 4; ++i) blocks.Free(made[i]);
}

TEST(LargeBlocksTest, OneThatIsLargerThanAllowedIsNotKept) {
  LargeBlocks blocks(32 * kMiB);
  blocks.Free(blocks.Allocate(20 * kMiB));
  void* const large = blocks.Allocate(40 * kMiB);
  blocks.Free(large);
  EXPECT_EQ(blocks.kept_bytes(), 22 * kMiB) << "and nothing had to go for it";
}

TEST(LargeBlocksTest, MoreThanThereIsIsNull) {
  LargeBlocks blocks(0);
  EXPECT_EQ(blocks.Allocate(uint64_t{1} << 60), nullptr);
  EXPECT_EQ(blocks.Allocate(UINT64_MAX), nullptr);
}

TEST(LargeBlocksTest, ThreadsGetBlocksOfTheirOwn) {
  LargeBlocks blocks(24 * kMiB);
  std::vector<std::thread> threads;
  for (unsigned char mark = 1; mark <= 4; ++mark) {
    threads.emplace_back([&blocks, mark] {
      for (int i = 0; i < 50; ++i) {
        auto* const block = static_cast<unsigned char*>(blocks.Allocate(8 * kMiB));
        for (uint64_t at = 0; at < 8 * kMiB; at += kMiB) block[at] = mark;
        for (uint64_t at = 0; at < 8 * kMiB; at += kMiB) ASSERT_EQ(block[at], mark);
        blocks.Free(block);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(blocks.kept_bytes(), 24 * kMiB);
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
