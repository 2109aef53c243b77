#include "core/plugin/guard/scheduler_guard.h"

#include <cstdint>
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
using ::testing::IsEmpty;
using Code = absl::StatusCode;

// Does what it is told, in whatever method is called.
struct Behaviour {
  absl::Status status;
  bool throws = false;
  uint64_t given = 1;
  int call_count = 0;
  bool destroyed = false;
};

class ToldScheduler final : public Scheduler {
 public:
  explicit ToldScheduler(Behaviour& behaviour) : behaviour_(behaviour) {}
  ~ToldScheduler() override { behaviour_.destroyed = true; }

  absl::Status Start(const SchedulerSetup&) override { return Act(); }
  absl::StatusOr<uint32_t> DefineDemand(std::span<const ResourceAmount>) override {
    const absl::Status status = Act();
    if (!status.ok()) return status;
    return 3;
  }
  absl::Status Push(uint32_t, std::span<const ReadyTask>) override { return Act(); }
  bool Pop(uint32_t worker, ReadyTask* task) override {
    task->task = worker;
    return Act().ok();
  }
  bool TakeBack(uint32_t, uint64_t) override { return Act().ok(); }
  bool Acquire(uint32_t) override { return Act().ok(); }
  uint64_t Return(uint32_t) override { return Act().ok() ? 4 : 0; }
  uint64_t Drain(std::span<ReadyTask>) override { return Act().ok() ? behaviour_.given : 0; }
  uint64_t List(std::span<ReadyTask>) override { return Act().ok() ? behaviour_.given : 0; }
  SchedulerStats Stats() override { return {.queued_count = Act().ok() ? 5u : 0u}; }

 private:
  absl::Status Act() {
    ++behaviour_.call_count;
    if (behaviour_.throws) throw std::runtime_error("no more paper");
    return behaviour_.status;
  }
  Behaviour& behaviour_;
};

class SchedulerGuardTest : public testing::Test {
 protected:
  ~SchedulerGuardTest() override {
    guard_.reset();
    if (!behaviour_.destroyed) delete plugin_;  // Abandoned by its guard.
  }

  QuietHost host_;
  Behaviour behaviour_;
  ToldScheduler* plugin_ = new ToldScheduler(behaviour_);
  std::unique_ptr<Scheduler> guard_ =
      std::make_unique<SchedulerGuard>(std::unique_ptr<Scheduler>(plugin_), PluginRecord{.name = "test.told"}, host_);
  ReadyTask task_;
};

TEST_F(SchedulerGuardTest, ForwardsEveryMethodAndDestroysWhatKeptItsContract) {
  EXPECT_TRUE(guard_->Start({}).ok());
  EXPECT_EQ(*guard_->DefineDemand({}), 3u);
  EXPECT_TRUE(guard_->Push(1, std::span(&task_, 1)).ok());
  EXPECT_TRUE(guard_->Pop(7, &task_));
  EXPECT_EQ(task_.task, 7u);
  EXPECT_TRUE(guard_->TakeBack(1, 2));
  EXPECT_TRUE(guard_->Acquire(1));
  EXPECT_EQ(guard_->Return(1), 4u);
  EXPECT_EQ(guard_->Drain(std::span(&task_, 1)), 1u);
  EXPECT_EQ(guard_->List(std::span(&task_, 1)), 1u);
  EXPECT_EQ(guard_->Stats().queued_count, 5u);
  EXPECT_EQ(behaviour_.call_count, 10);
  guard_.reset();
  EXPECT_TRUE(behaviour_.destroyed);
  EXPECT_THAT(host_.lines(), IsEmpty());
}

TEST_F(SchedulerGuardTest, NamedCodesPassUnchanged) {
  behaviour_.status = absl::InvalidArgumentError("demand 9 is not defined");
  EXPECT_EQ(guard_->Start({}), behaviour_.status);
  EXPECT_EQ(guard_->DefineDemand({}).status(), behaviour_.status);
  EXPECT_EQ(guard_->Push(0, {}), behaviour_.status);
  behaviour_.status = absl::ResourceExhaustedError("too many");
  EXPECT_EQ(guard_->DefineDemand({}).status(), behaviour_.status);
  EXPECT_EQ(guard_->Push(0, {}), behaviour_.status);
  EXPECT_THAT(host_.lines(), IsEmpty());
}

TEST_F(SchedulerGuardTest, ACodeThatTheInterfaceDoesNotNameBreaksTheContract) {
  behaviour_.status = absl::ResourceExhaustedError("tired");
  EXPECT_EQ(guard_->Start({}).code(), Code::kInternal);
  EXPECT_THAT(host_.lines(), ElementsAre(HasSubstr("method=Start")));
  EXPECT_EQ(guard_->Push(0, {}).code(), Code::kFailedPrecondition);
  EXPECT_EQ(behaviour_.call_count, 1);
}

TEST_F(SchedulerGuardTest, WhatThrewIsNotCalledAgainAndAnswersAsIfEmpty) {
  behaviour_.throws = true;
  EXPECT_FALSE(guard_->Pop(0, &task_));
  EXPECT_THAT(host_.lines(), ElementsAre(HasSubstr("no more paper")));
  behaviour_.throws = false;
  EXPECT_FALSE(guard_->Pop(0, &task_));
  EXPECT_FALSE(guard_->TakeBack(0, 1));
  EXPECT_FALSE(guard_->Acquire(1));
  EXPECT_EQ(guard_->Return(1), 0u);
  EXPECT_EQ(guard_->Drain(std::span(&task_, 1)), 0u);
  EXPECT_EQ(guard_->List(std::span(&task_, 1)), 0u);
  EXPECT_EQ(guard_->Stats().queued_count, 0u);
  EXPECT_EQ(guard_->Push(0, {}).code(), Code::kFailedPrecondition);
  EXPECT_EQ(behaviour_.call_count, 1);
  guard_.reset();
  EXPECT_FALSE(behaviour_.destroyed);
}

TEST_F(SchedulerGuardTest, DrainingMoreThanThereIsRoomForBreaksTheContract) {
  behaviour_.given = 2;
  EXPECT_EQ(guard_->Drain(std::span(&task_, 1)), 0u);
  EXPECT_THAT(host_.lines(), ElementsAre(HasSubstr("method=Drain")));
  EXPECT_THAT(host_.lines(), ElementsAre(HasSubstr("returned 2 with room for 1")));
}

TEST_F(SchedulerGuardTest, ListingMoreThanThereIsRoomForBreaksTheContract) {
  behaviour_.given = 2;
  EXPECT_EQ(guard_->List(std::span(&task_, 1)), 0u);
  EXPECT_THAT(host_.lines(), ElementsAre(HasSubstr("method=List")));
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
