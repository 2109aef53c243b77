// Each sentence of core/interface/metrics.h and memory_budget.h, on what real processes and what simulations use.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>

#include "core/interface/memory_budget.h"
#include "core/interface/metrics.h"
#include "core/kernel/system/atomic_metrics.h"
#include "core/kernel/system/fixed_memory_budget.h"
#include "core/simulation/recording_metrics.h"
#include "core/simulation/simulated_memory_budget.h"

namespace manta {
namespace {

template <typename T>
class MetricsConformance : public testing::Test {
 protected:
  std::unique_ptr<Metrics> metrics_ = std::make_unique<T>();
};

using MetricsTypes = testing::Types<AtomicMetrics, RecordingMetrics>;
TYPED_TEST_SUITE(MetricsConformance, MetricsTypes);

TYPED_TEST(MetricsConformance, CountersGrow) {
  Counter& counter = this->metrics_->GetCounter({.name = "area.count", .help = "Count."});
  EXPECT_EQ(counter.value(), 0u);
  counter.Add(2);
  counter.Add(0);
  counter.Add(3);
  EXPECT_EQ(counter.value(), 5u);
}

TYPED_TEST(MetricsConformance, GaugesGoBothWays) {
  Gauge& gauge = this->metrics_->GetGauge({.name = "area.level", .help = "Level."});
  EXPECT_EQ(gauge.value(), 0);
  gauge.Set(10);
  gauge.Add(-15);
  EXPECT_EQ(gauge.value(), -5);
  gauge.Set(1);
  EXPECT_EQ(gauge.value(), 1);
}

TYPED_TEST(MetricsConformance, HistogramsCountSumAndSort) {
  Histogram& histogram = this->metrics_->GetHistogram({.name = "area.time", .help = "Time.", .unit = "ns"});
  EXPECT_EQ(histogram.count(), 0u);
  for (const uint64_t value : {0, 1, 2, 3, 4, 7, 8}) histogram.Record(value);
  EXPECT_EQ(histogram.count(), 7u);
  EXPECT_EQ(histogram.sum(), 25u);
  for (const auto& [index, expected] : {std::pair{0, 1}, {1, 1}, {2, 2}, {3, 2}, {4, 1}, {5, 0}, {64, 0}}) {
    EXPECT_EQ(histogram.bucket(index), static_cast<uint64_t>(expected)) << index;
  }
  histogram.Record(UINT64_MAX);
  EXPECT_EQ(histogram.bucket(64), 1u);
  histogram.Record(uint64_t{1} << 63);
  EXPECT_EQ(histogram.bucket(64), 2u);
  histogram.Record((uint64_t{1} << 63) - 1);
  EXPECT_EQ(histogram.bucket(63), 1u);
}

TYPED_TEST(MetricsConformance, AskingAgainGivesTheSameHandle) {
  const MetricSpec spec = {.name = "area.count", .help = "Count."};
  Counter& counter = this->metrics_->GetCounter(spec);
  for (int i = 0; i < 100; ++i) {
    const std::string name = "area.other" + std::to_string(i);
    this->metrics_->GetCounter({.name = name, .help = "Other."}).Add(1);
  }
  EXPECT_EQ(&this->metrics_->GetCounter(spec), &counter);
  EXPECT_NE(&this->metrics_->GetCounter({.name = "area.other0", .help = "Other."}), &counter);
}

TYPED_TEST(MetricsConformance, NamesAreCopied) {
  std::string name = "area.count";
  Counter& counter = this->metrics_->GetCounter({.name = name, .help = "Count."});
  name = "overwritten";
  EXPECT_EQ(&this->metrics_->GetCounter({.name = "area.count", .help = "Count."}), &counter);
}

TYPED_TEST(MetricsConformance, LongNamesAreFine) {
  const std::string name(128, 'a');
  this->metrics_->GetCounter({.name = name, .help = "Count."}).Add(1);
}

template <typename T>
using MetricsConformanceDeathTest = MetricsConformance<T>;
TYPED_TEST_SUITE(MetricsConformanceDeathTest, MetricsTypes);

TYPED_TEST(MetricsConformanceDeathTest, BrokenNamesAreBugs) {
  for (const std::string& name : {std::string(), std::string("Area"), std::string("1area"), std::string(".area"),
                                  std::string("area-count"), std::string("area count"), std::string(129, 'a')}) {
    EXPECT_DEATH(this->metrics_->GetCounter({.name = name, .help = "Broken."}), "is not \\[a-z\\]") << name;
  }
}

TYPED_TEST(MetricsConformanceDeathTest, OneNameForTwoKindsIsABug) {
  this->metrics_->GetCounter({.name = "area.count", .help = "Count."});
  EXPECT_DEATH(this->metrics_->GetGauge({.name = "area.count", .help = "Count."}), "exists as another kind");
  EXPECT_DEATH(this->metrics_->GetHistogram({.name = "area.count", .help = "Count."}), "exists as another kind");
}

TYPED_TEST(MetricsConformanceDeathTest, BucketsBeyondTheLastAreBugs) {
  Histogram& histogram = this->metrics_->GetHistogram({.name = "area.time", .help = "Time."});
  EXPECT_DEATH((void)histogram.bucket(65), "no such bucket");
}

template <typename T>
class MemoryBudgetConformance : public testing::Test {
 protected:
  T owned_{1000};
  MemoryBudget& budget_ = owned_;
};

using Budgets = testing::Types<FixedMemoryBudget, SimulatedMemoryBudget>;
TYPED_TEST_SUITE(MemoryBudgetConformance, Budgets);

TYPED_TEST(MemoryBudgetConformance, ReserveTakesAndReleaseGivesBack) {
  EXPECT_EQ(this->budget_.limit_bytes(), 1000u);
  EXPECT_EQ(this->budget_.used_bytes(), 0u);
  EXPECT_TRUE(this->budget_.Reserve(400).ok());
  EXPECT_TRUE(this->budget_.Reserve(600).ok());
  EXPECT_EQ(this->budget_.used_bytes(), 1000u);
  this->budget_.Release(700);  // Not in the portions that were reserved.
  EXPECT_EQ(this->budget_.used_bytes(), 300u);
  this->budget_.Release(300);
  EXPECT_EQ(this->budget_.used_bytes(), 0u);
}

TYPED_TEST(MemoryBudgetConformance, AReservationIsAllOrNothing) {
  EXPECT_TRUE(this->budget_.Reserve(600).ok());
  const absl::Status refused = this->budget_.Reserve(401);
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(refused.message()), testing::HasSubstr("401 bytes are needed, 400 of 1000 are free"));
  EXPECT_EQ(this->budget_.used_bytes(), 600u);
  EXPECT_TRUE(this->budget_.Reserve(400).ok());
  EXPECT_TRUE(this->budget_.Reserve(0).ok());
  EXPECT_FALSE(this->budget_.Reserve(UINT64_MAX).ok());
  this->budget_.Release(1000);
}

template <typename T>
using MemoryBudgetConformanceDeathTest = MemoryBudgetConformance<T>;
TYPED_TEST_SUITE(MemoryBudgetConformanceDeathTest, Budgets);

TYPED_TEST(MemoryBudgetConformanceDeathTest, ReleasingWhatWasNotReservedIsABug) {
  ASSERT_TRUE(this->budget_.Reserve(10).ok());
  EXPECT_DEATH(this->budget_.Release(11), "more bytes are released than are reserved");
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
