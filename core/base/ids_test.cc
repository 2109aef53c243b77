#include "core/base/ids.h"

#include <gtest/gtest.h>

#include <unordered_set>

namespace manta {
namespace {

TEST(ObjectIdTest, PartsComeBack) {
  const ObjectId id(0x1122334455667788, ObjectId::kSequenceMax, 65535);
  EXPECT_EQ(id.worker(), 0x1122334455667788u);
  EXPECT_EQ(id.sequence(), ObjectId::kSequenceMax);
  EXPECT_EQ(id.return_index(), 65535);
}

TEST(ObjectIdTest, HexGoesBothWays) {
  const ObjectId id(0xabc, 0x123456, 7);
  EXPECT_EQ(id.ToHex(), "0000000000000abc0000001234560007");
  EXPECT_EQ(ObjectId::FromHex(id.ToHex()), id);
}

TEST(ObjectIdTest, HexRefusesWhatItDidNotWrite) {
  EXPECT_EQ(ObjectId::FromHex(""), std::nullopt);
  EXPECT_EQ(ObjectId::FromHex(std::string(31, '0')), std::nullopt);
  EXPECT_EQ(ObjectId::FromHex(std::string(33, '0')), std::nullopt);
  EXPECT_EQ(ObjectId::FromHex(std::string(31, '0') + "g"), std::nullopt);
  EXPECT_EQ(ObjectId::FromHex("0x" + std::string(30, '0')), std::nullopt);
  EXPECT_EQ(ObjectId::FromHex("-" + std::string(31, '0')), std::nullopt);
}

TEST(ObjectIdTest, OnlyTheDefaultIsNil) {
  EXPECT_TRUE(ObjectId().nil());
  EXPECT_FALSE(ObjectId::ForTest(1).nil());
  EXPECT_FALSE(ObjectId(1, 0, 0).nil());
}

TEST(ObjectIdTest, DenseSequencesSpreadOverBuckets) {
  std::unordered_set<size_t> buckets;
  for (uint64_t sequence = 1; sequence <= 1024; ++sequence) {
    buckets.insert(std::hash<ObjectId>()(ObjectId(42, sequence, 0)) % 4096);
  }
  EXPECT_GT(buckets.size(), 800u);  // A random function fills about 900 of 4096 with 1024 throws.
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
