#include "core/simulation/simulated_host.h"

#include <gtest/gtest.h>

#include <memory>

#include "core/simulation/recording_host.h"

namespace manta {
namespace {

class Toy {
 public:
  static constexpr std::string_view kInterfaceName = "toy";
  static constexpr uint32_t kInterfaceVersion = 1;
  explicit Toy(int& destroyed) : destroyed_(destroyed) {}
  virtual ~Toy() { ++destroyed_; }

 private:
  int& destroyed_;
};

class OtherToy {
 public:
  static constexpr std::string_view kInterfaceName = "other_toy";
  static constexpr uint32_t kInterfaceVersion = 1;
  virtual ~OtherToy() = default;
};

TEST(SimulatedHostTest, KeepsItsLog) {
  SimulatedHost host;
  host.Log(LogLevel::kWarning, "store.full", "needs_bytes=1");
  host.Log(LogLevel::kInfo, "store.opened", "");
  host.Log(LogLevel::kWarning, "store.full", "needs_bytes=2");
  EXPECT_EQ(host.log().Count("store.full"), 2u);
  EXPECT_EQ(host.log().Count("store"), 0u);
  ASSERT_EQ(host.log().Lines().size(), 3u);
  EXPECT_EQ(host.log().Lines()[2].facts, "needs_bytes=2");
  EXPECT_EQ(host.log().Lines()[2].level, LogLevel::kWarning);
}

TEST(SimulatedHostTest, RecordingHostKeepsAndForwards) {
  SimulatedHost inner;
  const RecordingHost host(inner);
  host.Log(LogLevel::kError, "disk.failed", "path=x");
  EXPECT_EQ(host.log().Count("disk.failed"), 1u);
  EXPECT_EQ(inner.log().Count("disk.failed"), 1u);
  EXPECT_EQ(&host.clock(), &inner.clock());
}

TEST(SimulatedHostTest, InnerPluginsAreHandedOverOnce) {
  int destroyed = 0;
  {
    SimulatedHost host;
    host.PutInner("memory", std::make_unique<Toy>(destroyed));
    host.PutInner("disk", std::make_unique<Toy>(destroyed));
    EXPECT_EQ(host.TakeInner<Toy>("network").status().code(), absl::StatusCode::kNotFound);
    EXPECT_EQ(host.TakeInner<OtherToy>("memory").status().code(), absl::StatusCode::kInvalidArgument);
    {
      const auto taken = host.TakeInner<Toy>("memory");
      ASSERT_TRUE(taken.ok());
      EXPECT_EQ(destroyed, 0);
    }
    EXPECT_EQ(destroyed, 1);
    EXPECT_EQ(host.TakeInner<Toy>("memory").status().code(), absl::StatusCode::kFailedPrecondition);
  }
  EXPECT_EQ(destroyed, 2);  // What nobody took went with the host.
}

TEST(SimulatedHostTest, TheSeedDecidesAllItsGenerators) {
  SimulatedHost first({.seed = 7});
  SimulatedHost again({.seed = 7});
  SimulatedHost other({.seed = 8});
  const uint64_t drawn = first.random().Next();
  EXPECT_EQ(again.random().Next(), drawn);
  EXPECT_NE(other.random().Next(), drawn);
}

TEST(SimulatedHostTest, TheBudgetRefusesWhenTold) {
  SimulatedHost host({.memory_limit_bytes = 10});
  host.memory().RefuseAfter(2);
  EXPECT_TRUE(host.memory().Reserve(1).ok());
  EXPECT_EQ(host.memory().Reserve(1).code(), absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(host.memory().Reserve(1).ok());
  host.memory().SetLimit(1);
  EXPECT_EQ(host.memory().Reserve(0).code(), absl::StatusCode::kOk);
  EXPECT_EQ(host.memory().Reserve(1).code(), absl::StatusCode::kResourceExhausted);
  host.memory().Release(2);
}

TEST(SimulatedHostTest, MetricsAreReadByName) {
  SimulatedHost host;
  host.metrics().GetCounter({.name = "a.count", .help = "Count."}).Add(3);
  host.metrics().GetGauge({.name = "a.level", .help = "Level."}).Set(-4);
  host.metrics().GetHistogram({.name = "a.time", .help = "Time."}).Record(100);
  EXPECT_EQ(host.metrics().Value("a.count"), 3);
  EXPECT_EQ(host.metrics().Value("a.level"), -4);
  EXPECT_EQ(host.metrics().Value("a.time"), 1);
  EXPECT_EQ(host.metrics().Value("a.missing"), 0);
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
