#include "core/interface/resource_ledger.h"

#include <cstdint>
#include <vector>

#include "gtest/gtest.h"

namespace manta {
namespace {

class ResourceLedgerTest : public testing::Test {
 protected:
  ResourceLedgerTest() { ledger_.Start(std::vector<uint64_t>{1000, 2500}); }

  uint32_t Define(std::vector<ResourceAmount> amounts) { return ledger_.Define(amounts).value(); }

  ResourceLedger ledger_;
};

TEST_F(ResourceLedgerTest, EqualSetsShareAName) {
  const uint32_t both = Define({{0, 100}, {1, 200}});
  EXPECT_EQ(Define({{1, 200}, {0, 100}}), both);
  EXPECT_NE(Define({{0, 100}, {1, 201}}), both);
  EXPECT_EQ(Define({}), 0u);
  EXPECT_TRUE(ledger_.Defined(both));
  EXPECT_FALSE(ledger_.Defined(both + 2));
}

TEST_F(ResourceLedgerTest, FitCountIsThatOfTheScarcest) {
  const uint32_t both = Define({{0, 100}, {1, 500}});
  EXPECT_EQ(ledger_.FitCount(both), 5u);
  EXPECT_EQ(ledger_.FitCount(0), UINT64_MAX);
  ASSERT_TRUE(ledger_.Acquire(Define({{0, 750}})));
  EXPECT_EQ(ledger_.FitCount(both), 2u);
}

TEST_F(ResourceLedgerTest, AFailedAcquireTakesNothing) {
  const uint32_t all = Define({{0, 1000}});
  const uint32_t both = Define({{0, 1000}, {1, 2500}});
  ASSERT_TRUE(ledger_.Acquire(Define({{1, 1}})));
  EXPECT_FALSE(ledger_.Acquire(both));
  EXPECT_TRUE(ledger_.Acquire(all));
  ledger_.Return(all);
  EXPECT_EQ(ledger_.FitCount(all), 1u);
}

TEST_F(ResourceLedgerTest, DemandsMeetInACommonResource) {
  const uint32_t first = Define({{0, 1}});
  const uint32_t second = Define({{1, 1}});
  const uint32_t both = Define({{0, 1}, {1, 1}});
  EXPECT_FALSE(ledger_.Meet(first, second));
  EXPECT_TRUE(ledger_.Meet(first, both));
  EXPECT_TRUE(ledger_.Meet(both, second));
  EXPECT_FALSE(ledger_.Meet(0, both));
}

using ResourceLedgerDeathTest = ResourceLedgerTest;

TEST_F(ResourceLedgerDeathTest, BrokenRequirementsEndTheProcess) {
  const uint32_t all = Define({{0, 1000}});
  EXPECT_DEATH(ledger_.Return(all), "is returned and was not acquired");
  EXPECT_DEATH(ledger_.Acquire(77), "demand 77 is not defined");
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
