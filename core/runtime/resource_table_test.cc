#include "core/runtime/resource_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/base/text.h"
#include "core/interface/basic_scheduler.h"
#include "core/interface/fifo_order.h"

namespace manta {
namespace {

using ::testing::HasSubstr;

class ResourceTableTest : public ::testing::Test {
 protected:
  ResourceTableTest() {
    EXPECT_TRUE(scheduler_.Start({.worker_count_max = 8, .capacities_milli = table_.capacities_milli()}).ok());
  }

  uint32_t Demand(std::vector<NamedResource> needs) { return *table_.DemandOf(scheduler_, needs); }
  std::string ErrorOf(std::vector<NamedResource> needs) {
    return std::string(ToStd(table_.DemandOf(scheduler_, needs).status().message()));
  }

  ResourceTable table_{{{"gpu", 2.5}, {"bus", 0}, {"bytes", 1e9}}, 4};
  BasicScheduler<FifoOrder> scheduler_;
};

TEST_F(ResourceTableTest, EqualSetsAreOneDemand) {
  const uint32_t demand = Demand({{"gpu", 0.5}, {"cpu", 1}});
  EXPECT_NE(demand, 0u);
  EXPECT_EQ(Demand({{"cpu", 1}, {"gpu", 0.5}}), demand);
  EXPECT_EQ(Demand({{"cpu", 1}, {"gpu", 0.5}, {"bus", 0}}), demand);
  EXPECT_NE(Demand({{"cpu", 1}, {"gpu", 0.501}}), demand);
  EXPECT_EQ(Demand({}), 0u);
  EXPECT_EQ(Demand({{"gpu", 0}}), 0u);
}

TEST_F(ResourceTableTest, CpuIsOneForEachWorkerUnlessItIsNamed) {
  EXPECT_THAT(ErrorOf({{"cpu", 5}}), HasSubstr("needs 5 of resource cpu, and there is never more than 4"));
  const ResourceTable named({{"cpu", 1}}, 4);
  EXPECT_THAT(named.capacities_milli(), ::testing::ElementsAre(1000));
}

TEST_F(ResourceTableTest, WhatNeverFitsIsNamedWithWhatIsKnown) {
  EXPECT_EQ(
      ErrorOf({{"bus", 0.001}}),
      "needs 0.001 of resource bus, and there is never more than 0: this process has bus 0, bytes 1000000000, cpu "
      "4, gpu 2.5; ask for less, or raise it in the config");
  EXPECT_THAT(ErrorOf({{"gpu", 0.0001}}), HasSubstr("give at least 0.001"));
  EXPECT_THAT(ErrorOf({{"bytes", 5e6}}), HasSubstr("at most 4294967 are counted for one task: use larger units"));
}

TEST_F(ResourceTableTest, WhoLendsLeavesTheRestToBeAcquired) {
  const uint32_t half = Demand({{"gpu", 0.5}});
  const uint32_t two = Demand({{"gpu", 2}, {"cpu", 1}});
  const HeldResources outer = table_.HeldWith(half, nullptr);
  EXPECT_EQ(*table_.RestOf(scheduler_, half, nullptr), half);
  EXPECT_EQ(*table_.RestOf(scheduler_, half, &outer), 0u);
  EXPECT_EQ(*table_.RestOf(scheduler_, two, &outer), Demand({{"gpu", 1.5}, {"cpu", 1}}));
  // The task in between needs less than what is held outside it: that can be lent, too.
  const HeldResources inner = table_.HeldWith(two, &outer);
  const HeldResources innermost = table_.HeldWith(half, &inner);
  EXPECT_EQ(*table_.RestOf(scheduler_, two, &innermost), 0u);
  const ResourceTable other({{"gpu", 2}}, 1);
  const HeldResources foreign{.table = &other, .amounts = {{.resource = 1, .amount_milli = 2000}}};
  EXPECT_EQ(*table_.RestOf(scheduler_, half, &foreign), half);  // Another runtime's.
}

TEST_F(ResourceTableTest, NeedsRememberTheirDemandForEachTable) {
  ResourceNeeds needs;
  needs.set_named({{"gpu", 2}});
  const uint32_t demand = *table_.DemandOf(scheduler_, needs);
  EXPECT_EQ(*table_.DemandOf(scheduler_, needs), demand);
  ResourceTable small({{"gpu", 1}}, 1);
  EXPECT_FALSE(small.DemandOf(scheduler_, needs).ok());
  EXPECT_EQ(*table_.DemandOf(scheduler_, needs), demand);
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
