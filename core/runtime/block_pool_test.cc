#include "core/runtime/block_pool.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <set>
#include <thread>
#include <vector>

namespace manta {
namespace {

// Blocks of all sizes that are pooled, and some that are not; each filled with a byte of its own.
struct Held {
  unsigned char* block;
  size_t size_bytes;
  unsigned char fill;
};

Held Make(size_t size_bytes, unsigned char fill) {
  auto* const block = static_cast<unsigned char*>(BlockPool::Allocate(size_bytes, 8));
  std::memset(block, fill, size_bytes);
  return {block, size_bytes, fill};
}

bool Intact(const Held& held) {
  for (size_t i = 0; i < held.size_bytes; ++i) {
    if (held.block[i] != held.fill) return false;
  }
  return true;
}

void Drop(const Held& held) { BlockPool::Free(held.block, BlockPool::ClassOf(held.size_bytes, 8)); }

// More than anybody has given back.
void BlocksOfOneSizeAreDifferent() {
  std::vector<Held> all;
  for (int i = 0; i < 1000; ++i) all.push_back(Make(100, static_cast<unsigned char>(i)));
  for (const Held& held : all) EXPECT_TRUE(Intact(held));
  for (const Held& held : all) Drop(held);
}

TEST(BlockPoolTest, BlocksNeverOverlapWhateverTheirSizes) {
  std::vector<Held> all;
  for (int round = 0; round < 3; ++round) {
    for (size_t i = 0; i < 2000; ++i) all.push_back(Make(1 + i * 7 % 700, static_cast<unsigned char>(i)));
    for (size_t i = 0; i < all.size(); ++i) EXPECT_TRUE(Intact(all[i])) << i;
    for (const Held& held : all) Drop(held);
    all.clear();
  }
}

TEST(BlockPoolTest, BlocksAreAlignedAsTheirType) {
  for (const size_t alignment_bytes : {8, 16, 64, 256}) {
    for (const size_t size_bytes : {8, 200, 1000}) {
      void* const block = BlockPool::Allocate(size_bytes, alignment_bytes);
      EXPECT_EQ(reinterpret_cast<uintptr_t>(block) % std::max<size_t>(alignment_bytes, 16), 0u);
      BlockPool::Free(block, BlockPool::ClassOf(size_bytes, alignment_bytes));
    }
  }
}

TEST(BlockPoolTest, WhatOneThreadGivesBackAnotherGets) {
  constexpr size_t kCount = 10'000;
  std::vector<Held> held;
  for (size_t i = 0; i < kCount; ++i) held.push_back(Make(200, 1));
  std::set<void*> blocks;
  for (const Held& each : held) blocks.insert(each.block);
  std::thread([&held] {
    for (const Held& each : held) Drop(each);
  }).join();
  if (BlockPool::ClassOf(200, 8) == 0) return;  // Sanitizers see every block.
  size_t known_count = 0;
  std::vector<Held> again;
  for (size_t i = 0; i < kCount; ++i) {
    again.push_back(Make(200, 2));
    known_count += blocks.count(again.back().block);
  }
  for (const Held& each : again) Drop(each);
  EXPECT_GT(known_count, kCount * 9 / 10);
}

TEST(BlockPoolTest, TheDepotKeepsNoMoreThanItsLimit) {
  constexpr size_t kBytes = 480;
  std::vector<void*> blocks(BlockPool::kKeptBytesMax / kBytes + 10'000);
  for (void*& block : blocks) block = BlockPool::Allocate(kBytes, 8);
  for (void* const block : blocks) BlockPool::Free(block, BlockPool::ClassOf(kBytes, 8));
  EXPECT_LE(BlockPool::kept_bytes(), BlockPool::kKeptBytesMax + 64 * kBytes);
}

TEST(BlockPoolTest, ThreadsThatEndLeaveNothingBehind) {
  const uint64_t before_bytes = BlockPool::kept_bytes();
  for (int i = 0; i < 100; ++i) {
    std::thread([] {
      std::vector<Held> held;
      for (int j = 0; j < 200; ++j) held.push_back(Make(100, 3));
      for (const Held& each : held) Drop(each);
    }).join();
  }
  // The next thread works with what the last one left: the depot does not grow with the threads.
  EXPECT_LE(BlockPool::kept_bytes(), before_bytes + 4 * 64 * 128);
}

// Made before the thread's first block, so destroyed after the thread has given all its blocks back.
struct GivesBackLate {
  ~GivesBackLate() {
    if (held.block == nullptr) return;
    EXPECT_TRUE(Intact(held));
    Drop(held);
    Drop(Make(100, 5));  // It may still make some.
  }
  Held held = {};
};

TEST(BlockPoolTest, DestructorsAtTheVeryEndOfAThreadMayGiveBlocksBack) {
  for (int i = 0; i < 3; ++i) {
    std::thread([] {
      static thread_local GivesBackLate late;
      late.held = Make(100, 4);
    }).join();
  }
  BlocksOfOneSizeAreDifferent();
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
