#include "core/plugin/guard/ref_counter_guard.h"

#include <array>
#include <memory>
#include <stdexcept>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/quiet_host.h"

namespace manta {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Code = absl::StatusCode;

// Does what it is told, in whatever method is called.
struct Behaviour {
  absl::Status status;
  bool throws = false;
  uint64_t taken = 1;
  RefFact fact = {.event = {.kind = RefEventKind::kEscaped, .object = ObjectId(1, 2, 3)}};
  RefDecision decision = {.event = {.kind = RefEventKind::kDied, .object = ObjectId(1, 2, 3)}};
  int call_count = 0;
  bool destroyed = false;
};

class ToldCounter final : public RefCounter {
 public:
  explicit ToldCounter(Behaviour& behaviour) : behaviour_(behaviour) {}
  ~ToldCounter() override { behaviour_.destroyed = true; }

  absl::Status Start(uint64_t) override { return Act(); }
  absl::Status Observe(std::span<const RefEvent>) override { return Act(); }
  uint64_t TakeDecisions(std::span<RefDecision> decisions) override {
    Act().IgnoreError();
    for (RefDecision& decision : decisions) decision = behaviour_.decision;
    return behaviour_.taken;
  }
  uint64_t ObserveOneIn() const override {
    Act().IgnoreError();
    return 6;
  }
  uint64_t List(std::span<RefFact> facts) const override {
    Act().IgnoreError();
    for (RefFact& fact : facts) fact = behaviour_.fact;
    return 7;
  }
  RefCounterStats Stats() const override {
    Act().IgnoreError();
    return {.counted_count = 5};
  }

 private:
  absl::Status Act() const {
    ++behaviour_.call_count;
    if (behaviour_.throws) throw std::runtime_error("told to");
    return behaviour_.status;
  }

  Behaviour& behaviour_;
};

class RefCounterGuardTest : public ::testing::Test {
 protected:
  ~RefCounterGuardTest() override {
    guard_ = nullptr;
    if (!behaviour_.destroyed) delete plugin_;  // It broke its contract: the guard has abandoned it.
  }

  Behaviour behaviour_;
  QuietHost host_;
  ToldCounter* plugin_ = new ToldCounter(behaviour_);
  std::unique_ptr<RefCounterGuard> guard_ =
      std::make_unique<RefCounterGuard>(std::unique_ptr<RefCounter>(plugin_), PluginRecord{.name = "test.told"}, host_);
  std::array<RefDecision, 2> decisions_;
};

TEST_F(RefCounterGuardTest, ForwardsEveryMethodAndDestroysWhatKeptItsContract) {
  EXPECT_TRUE(guard_->Start(1).ok());
  EXPECT_TRUE(guard_->Observe({}).ok());
  EXPECT_EQ(guard_->TakeDecisions(decisions_), 1u);
  EXPECT_EQ(decisions_[0].event.object, ObjectId(1, 2, 3));
  EXPECT_EQ(guard_->Stats().counted_count, 5u);
  EXPECT_EQ(guard_->ObserveOneIn(), 6u);
  std::array<RefFact, 2> facts;
  EXPECT_EQ(guard_->List(facts), 7u);  // More than there is room for: how many there are.
  EXPECT_EQ(facts[1].event.object, ObjectId(1, 2, 3));
  EXPECT_EQ(behaviour_.call_count, 6);
  behaviour_.status = absl::InvalidArgumentError("as named");
  EXPECT_EQ(guard_->Observe({}), behaviour_.status);
  guard_ = nullptr;
  EXPECT_TRUE(behaviour_.destroyed);
}

TEST_F(RefCounterGuardTest, ACodeThatTheInterfaceDoesNotNameBreaksTheContract) {
  behaviour_.status = absl::NotFoundError("no such object");
  EXPECT_EQ(guard_->Observe({}).code(), Code::kInternal);
  EXPECT_EQ(guard_->Start(1).code(), Code::kFailedPrecondition);
  EXPECT_EQ(behaviour_.call_count, 1);
  EXPECT_THAT(host_.lines(), ElementsAre(HasSubstr("plugin.broke_contract")));
}

TEST_F(RefCounterGuardTest, WhatThrewIsNotCalledAgainAndDecidesNothing) {
  behaviour_.throws = true;
  EXPECT_EQ(guard_->TakeDecisions(decisions_), 0u);
  EXPECT_EQ(guard_->Stats().counted_count, 0u);
  EXPECT_EQ(behaviour_.call_count, 1);
}

TEST_F(RefCounterGuardTest, MoreDecisionsThanThereIsRoomForBreakTheContract) {
  behaviour_.taken = 3;
  EXPECT_EQ(guard_->TakeDecisions(decisions_), 0u);
  EXPECT_THAT(host_.lines(), ElementsAre(HasSubstr("returned 3 with room for 2")));
}

TEST_F(RefCounterGuardTest, AnIncompleteDecisionBreaksTheContract) {
  behaviour_.decision.event.object = {};
  EXPECT_EQ(guard_->TakeDecisions(decisions_), 0u);
  EXPECT_THAT(host_.lines(), ElementsAre(HasSubstr("gave an event that lacks what its kind needs")));
}

TEST_F(RefCounterGuardTest, AnIncompleteFactBreaksTheContract) {
  behaviour_.fact.event.kind = RefEventKind::kBorrowed;
  std::array<RefFact, 2> facts;
  EXPECT_EQ(guard_->List(facts), 0u);
  EXPECT_EQ(guard_->ObserveOneIn(), 0u);
  EXPECT_THAT(host_.lines(), ElementsAre(HasSubstr("showed an event that lacks what its kind needs")));
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
