#include "plugins/object_store/heap/heap_blocks.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <deque>
#include <map>
#include <random>
#include <thread>
#include <utility>
#include <vector>

#include "core/base/sanitizer.h"
#include "gtest/gtest.h"

namespace manta {
namespace {

constexpr uint64_t kKiB = uint64_t{1} << 10;
constexpr uint64_t kMiB = uint64_t{1} << 20;

// Pages of a block that take memory.
uint64_t ResidentPages(void* block, uint64_t bytes) {
  const auto page_bytes = static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  std::vector<unsigned char> pages((bytes + page_bytes - 1) / page_bytes);
  if (mincore(block, bytes, pages.data()) != 0) return UINT64_MAX;
  uint64_t count = 0;
  for (const unsigned char page : pages) count += page & 1;
  return count;
}

class HeapBlocksTest : public testing::Test {
 protected:
  void SetUp() override {
    if (kAddressSanitizer) GTEST_SKIP() << "all blocks are malloc's where AddressSanitizer looks";
  }
};

TEST_F(HeapBlocksTest, EveryByteOfEverySizeCanBeWrittenAndRead) {
  HeapBlocks blocks(0, 4 * kMiB);
  std::vector<std::pair<unsigned char*, uint64_t>> made;
  for (uint64_t bytes = 1; bytes < 9 * kMiB; bytes = bytes * 9 / 8 + 1) {
    auto* const block = static_cast<unsigned char*>(blocks.Allocate(bytes));
    ASSERT_NE(block, nullptr);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(block) % 16, 0u);
    std::memset(block, static_cast<int>(made.size()), bytes);
    made.emplace_back(block, bytes);
  }
  for (const uint64_t bytes : {64 * kKiB - 1, 64 * kKiB, 64 * kKiB + 1, 8 * kMiB - 1, 8 * kMiB}) {
    auto* const block = static_cast<unsigned char*>(blocks.Allocate(bytes));
    ASSERT_NE(block, nullptr);
    std::memset(block, static_cast<int>(made.size()), bytes);
    made.emplace_back(block, bytes);
  }
  for (size_t i = 0; i < made.size(); ++i) {
    const auto [block, bytes] = made[i];
    EXPECT_EQ(block[0], static_cast<unsigned char>(i));
    EXPECT_EQ(std::memcmp(block, block + 1, bytes - 1), 0) << "another one lies in it";
    blocks.Free(block, bytes);
  }
}

TEST_F(HeapBlocksTest, AFreedBlockIsTheNextOfAboutItsSize) {
  HeapBlocks blocks(0, 4 * kMiB);
  void* const block = blocks.Allocate(1000 * kKiB);
  void* const other = blocks.Allocate(500 * kKiB);
  blocks.Free(block, 1000 * kKiB);
  blocks.Free(other, 500 * kKiB);
  EXPECT_EQ(blocks.medium_kept_bytes(), 1024 * kKiB + 512 * kKiB);
  void* const smaller = blocks.Allocate(700 * kKiB);
  EXPECT_NE(smaller, block);
  EXPECT_EQ(blocks.Allocate(970 * kKiB), block);
  blocks.Free(smaller, 700 * kKiB);
  blocks.Free(block, 970 * kKiB);
}

TEST_F(HeapBlocksTest, WhatIsNotKeptTakesNoMemoryAndItsAddressesAreUsedAgain) {
  HeapBlocks blocks(0, kMiB);
  void* const first = blocks.Allocate(kMiB);
  void* const second = blocks.Allocate(kMiB);
  for (void* const block : {first, second}) std::memset(block, 1, kMiB);
  blocks.Free(first, kMiB);
  EXPECT_EQ(ResidentPages(first, kMiB), kMiB / static_cast<uint64_t>(sysconf(_SC_PAGESIZE)));
  blocks.Free(second, kMiB);  // The first is the oldest.
  EXPECT_EQ(ResidentPages(first, kMiB), 0u);
  EXPECT_EQ(blocks.medium_kept_bytes(), kMiB);
  EXPECT_EQ(blocks.Allocate(kMiB), second);
  EXPECT_EQ(blocks.Allocate(kMiB), first);
  EXPECT_EQ(blocks.medium_kept_bytes(), 0u);
  blocks.Free(first, kMiB);
  blocks.Free(second, kMiB);
}

// What malloc's heap does not do: objects of all sizes come and go, and the pages in use stay bounded.
TEST_F(HeapBlocksTest, ManySizesTakeLittleMoreThanWhatIsAlive) {
  constexpr uint64_t kAlive = 16 * kMiB;
  HeapBlocks blocks(0, kAlive / 8);
  std::mt19937_64 random(1);
  std::deque<std::pair<void*, uint64_t>> alive;
  std::map<void*, uint64_t> seen;  // The most that was asked for there.
  uint64_t alive_bytes = 0;
  for (int i = 0; i < 4'000; ++i) {
    const uint64_t bytes = HeapBlocks::kMediumBytesMin + random() % (448 * kKiB);
    while (alive_bytes + bytes > kAlive) {
      alive_bytes -= alive.front().second;
      blocks.Free(alive.front().first, alive.front().second);
      alive.pop_front();
    }
    void* const block = blocks.Allocate(bytes);
    ASSERT_NE(block, nullptr);
    std::memset(block, 1, bytes);
    alive.emplace_back(block, bytes);
    alive_bytes += bytes;
    seen[block] = std::max(seen[block], bytes);
  }
  uint64_t resident_bytes = 0;
  for (const auto& [block, bytes] : seen) {
    resident_bytes += ResidentPages(block, bytes) * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  }
  EXPECT_GT(seen.size(), alive.size());
  EXPECT_LE(resident_bytes, kAlive + 2 * kAlive / 8) << "an eighth is kept, and an eighth is rounding";
  for (const auto& [block, bytes] : alive) blocks.Free(block, bytes);
}

TEST_F(HeapBlocksTest, MoreThanThereIsIsNull) {
  HeapBlocks blocks(0, 0);
  EXPECT_EQ(blocks.Allocate(uint64_t{1} << 60), nullptr);
}

TEST_F(HeapBlocksTest, ThreadsGetBlocksOfTheirOwn) {
  HeapBlocks blocks(0, kMiB);
  std::vector<std::thread> threads;
  for (unsigned char mark = 1; mark <= 4; ++mark) {
    threads.emplace_back([&blocks, mark] {
      for (uint64_t i = 0; i < 200; ++i) {
        const uint64_t bytes = (64 + i % 7 * 50) * kKiB;
        auto* const block = static_cast<unsigned char*>(blocks.Allocate(bytes));
        for (uint64_t at = 0; at < bytes; at += 4 * kKiB) block[at] = mark;
        for (uint64_t at = 0; at < bytes; at += 4 * kKiB) ASSERT_EQ(block[at], mark);
        blocks.Free(block, bytes);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(blocks.medium_kept_bytes(), kMiB);
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
