// What counters of several processes tell each other: an object lives as long as any of them needs it.
#include <array>
#include <cstdint>
#include <random>
#include <vector>

#include "tests/conformance/ref_counter_fixture.h"
#include "tests/conformance/support/suite.h"
#include "tests/conformance/support/suite_report.h"

namespace manta::conformance {
namespace {

// Counters of processes 1 to 3, and a network that repeats each message and brings all of them in a random order.
class RefTalk : public testing::Test {
 protected:
  static constexpr uint64_t kCount = 3;
  static constexpr uint64_t kTurnCountMax = 10'000;  // Of one exchange, which takes some hundred.

  void SetUp() override {
    for (uint64_t worker = 1; worker <= kCount; ++worker) ASSERT_TRUE(counters_[worker - 1]->Start(worker).ok());
  }

  // Whether the plugin talks; else that it has nothing to say to others is all that is checked.
  bool Talks() {
    if (Declares(RefCounter::kCapabilityTalks)) return true;
    Tell(1, {.kind = RefEventKind::kEscaped, .object = Own(1)});
    Tell(1, {.kind = RefEventKind::kBorrowed, .object = Own(1), .worker = 2, .sequence = 1});
    Tell(2, {.kind = RefEventKind::kReceived, .object = Own(1), .worker = 1, .transfer = 1});
    Exchange();
    EXPECT_EQ(message_count_, 0u) << "a counter that does not declare kCapabilityTalks has a message for another one";
    NoteRefused("talks");
    return false;
  }

  static ObjectId Own(uint64_t worker) { return ObjectId(worker, 1, 0); }

  void Tell(uint64_t worker, const RefEvent& event) {
    const absl::Status status = counters_[worker - 1]->Observe(std::span(&event, 1));
    EXPECT_TRUE(status.ok()) << status;
  }
  void Tell(uint64_t worker, RefEventKind kind, ObjectId object) { Tell(worker, {.kind = kind, .object = object}); }

  void Send(uint64_t from, uint64_t to, ObjectId object) {
    Tell(from, {.kind = RefEventKind::kSent, .object = object, .worker = to, .transfer = ++transfer_});
    Tell(to, {.kind = RefEventKind::kReceived, .object = object, .worker = from, .transfer = transfer_});
  }

  // Decisions of each process for itself are noted; each message comes twice, or never at first.
  void Exchange(bool lossy = false) {
    std::vector<RefDecision> under_way;
    for (uint64_t turn = 0; turn < kTurnCountMax; ++turn) {
      bool moved = false;
      for (uint64_t worker = 1; worker <= kCount; ++worker) {
        if (worker == dead_) continue;
        std::array<RefDecision, 8> decisions;
        const uint64_t count = counters_[worker - 1]->TakeDecisions(decisions);
        moved = moved || count > 0;
        for (uint64_t i = 0; i < count; ++i) {
          EXPECT_TRUE(Complete(decisions[i].event));
          if (decisions[i].worker == 0) {
            decided_.push_back({.worker = worker, .event = decisions[i].event});
            continue;
          }
          ++message_count_;
          if (decisions[i].worker > kCount || decisions[i].worker == dead_) continue;
          if (lossy && random_() % 2 == 0) continue;
          under_way.insert(under_way.end(), 2, decisions[i]);
        }
      }
      if (!under_way.empty()) {
        moved = true;
        const uint64_t index = random_() % under_way.size();
        std::swap(under_way[index], under_way.back());
        const RefDecision message = under_way.back();
        under_way.pop_back();
        Tell(message.worker, message.event);
      }
      if (moved) continue;
      if (Unheard() == 0) return;
      // All that was lost is said again.
      for (uint64_t worker = 1; worker <= kCount; ++worker) {
        for (uint64_t other = 1; other <= kCount; ++other) {
          if (worker != dead_ && other != worker) Tell(worker, {.kind = RefEventKind::kUnheard, .worker = other});
        }
      }
    }
    ADD_FAILURE() << "after " << kTurnCountMax << " turns the counters still talk, or have messages that are unheard";
  }

  void Kill(uint64_t worker) {
    dead_ = worker;
    for (uint64_t other = 1; other <= kCount; ++other) {
      if (other != worker) Tell(other, {.kind = RefEventKind::kWorkerDied, .worker = worker});
    }
  }

  uint64_t Unheard() const {
    uint64_t count = 0;
    for (uint64_t worker = 1; worker <= kCount; ++worker) {
      if (worker != dead_) count += counters_[worker - 1]->Stats().unheard_count;
    }
    return count;
  }

  // Whether the process was given this decision, since it was asked last.
  bool Decided(uint64_t worker, RefEventKind kind, ObjectId object) {
    Exchange();
    return std::erase_if(decided_, [&](const RefDecision& decision) {
             return decision.worker == worker && decision.event.kind == kind && decision.event.object == object;
           }) > 0;
  }

  std::array<OwnRefCounter, kCount> counters_;
  std::vector<RefDecision> decided_;
  std::mt19937_64 random_{Options().seed};
  uint64_t transfer_ = 0;
  uint64_t message_count_ = 0;
  uint64_t dead_ = 0;
};

TEST_F(RefTalk, WhoHasAnObjectOfAnotherProcessKeepsItThere) {
  if (!Talks()) return;
  Tell(1, RefEventKind::kEscaped, Own(1));
  Send(1, 2, Own(1));
  Tell(1, RefEventKind::kLocalGone, Own(1));
  EXPECT_FALSE(Decided(1, RefEventKind::kDied, Own(1)));
  Send(2, 3, Own(1));
  Tell(2, RefEventKind::kLocalGone, Own(1));
  EXPECT_FALSE(Decided(1, RefEventKind::kDied, Own(1)));
  EXPECT_EQ(counters_[0]->Stats().lent_count, 1u);
  Tell(3, RefEventKind::kLocalGone, Own(1));
  EXPECT_TRUE(Decided(1, RefEventKind::kDied, Own(1)));
  for (const OwnRefCounter& counter : counters_) {
    EXPECT_EQ(counter->Stats().counted_count, 0u);
    EXPECT_EQ(counter->Stats().lent_count, 0u);
  }
}

TEST_F(RefTalk, AReferenceUnderWayKeepsItsObject) {
  if (!Talks()) return;
  Tell(1, RefEventKind::kEscaped, Own(1));
  Tell(1, {.kind = RefEventKind::kSent, .object = Own(1), .worker = 2, .transfer = 1});
  Tell(1, RefEventKind::kLocalGone, Own(1));
  EXPECT_FALSE(Decided(1, RefEventKind::kDied, Own(1)));
  Tell(2, {.kind = RefEventKind::kReceived, .object = Own(1), .worker = 1, .transfer = 1});
  Tell(2, RefEventKind::kLocalGone, Own(1));
  EXPECT_TRUE(Decided(1, RefEventKind::kDied, Own(1)));
}

TEST_F(RefTalk, WhatWasReadOutOfAnObjectIsKept) {
  if (!Talks()) return;
  const ObjectId inner(1, 2, 0);
  Tell(1, RefEventKind::kEscaped, Own(1));
  Tell(1, RefEventKind::kEscaped, inner);
  Tell(1, {.kind = RefEventKind::kNested, .object = inner, .other = Own(1)});
  Tell(1, RefEventKind::kLocalGone, inner);
  Send(1, 2, Own(1));
  Tell(1, RefEventKind::kLocalGone, Own(1));
  Exchange();
  Tell(2, {.kind = RefEventKind::kLocalBack, .object = inner, .other = Own(1)});
  Tell(2, RefEventKind::kLocalGone, Own(1));
  EXPECT_TRUE(Decided(1, RefEventKind::kDied, Own(1)));
  Tell(1, {.kind = RefEventKind::kUnnested, .object = inner, .other = Own(1)});
  EXPECT_FALSE(Decided(1, RefEventKind::kDied, inner));
  Tell(2, RefEventKind::kLocalGone, inner);
  EXPECT_TRUE(Decided(1, RefEventKind::kDied, inner));
}

TEST_F(RefTalk, ADeadProcessKeepsNothing) {
  if (!Talks()) return;
  Tell(1, RefEventKind::kEscaped, Own(1));
  Send(1, 2, Own(1));
  Tell(1, {.kind = RefEventKind::kSent, .object = Own(1), .worker = 2, .transfer = 99});
  Tell(1, RefEventKind::kLocalGone, Own(1));
  EXPECT_FALSE(Decided(1, RefEventKind::kDied, Own(1)));
  Kill(2);
  EXPECT_TRUE(Decided(1, RefEventKind::kDied, Own(1)));
}

TEST_F(RefTalk, WhatADeadProcessOwnedIsLost) {
  if (!Talks()) return;
  Tell(1, RefEventKind::kEscaped, Own(1));
  Send(1, 2, Own(1));
  Exchange();
  Kill(1);
  EXPECT_TRUE(Decided(2, RefEventKind::kGone, Own(1)));
  EXPECT_EQ(counters_[1]->Stats().counted_count, 0u);
}

TEST_F(RefTalk, WhoAsksForADeadObjectIsTold) {
  if (!Talks()) return;
  Tell(2, RefEventKind::kLocalBack, Own(1));
  EXPECT_TRUE(Decided(2, RefEventKind::kGone, Own(1)));
}

TEST_F(RefTalk, MessagesThatAreLostAreSaidAgain) {
  if (!Talks()) return;
  for (uint64_t round = 0; round < 20; ++round) {
    Tell(1, RefEventKind::kEscaped, ObjectId(1, 10 + round, 0));
    Send(1, 2, ObjectId(1, 10 + round, 0));
    Tell(1, RefEventKind::kLocalGone, ObjectId(1, 10 + round, 0));
    Exchange(/*lossy=*/true);
    EXPECT_FALSE(Decided(1, RefEventKind::kDied, ObjectId(1, 10 + round, 0)));
    Tell(2, RefEventKind::kLocalGone, ObjectId(1, 10 + round, 0));
    Exchange(/*lossy=*/true);
    EXPECT_TRUE(Decided(1, RefEventKind::kDied, ObjectId(1, 10 + round, 0)));
  }
}

TEST_F(RefTalk, WeakReferencesRememberWithoutKeeping) {
  if (!Talks()) return;
  Tell(1, RefEventKind::kEscaped, Own(1));
  Tell(1, RefEventKind::kWeak, Own(1));
  Tell(1, RefEventKind::kLocalGone, Own(1));
  EXPECT_TRUE(Decided(1, RefEventKind::kIdle, Own(1)));
  Tell(2, RefEventKind::kLocalBack, Own(1));  // A lock.
  EXPECT_TRUE(Decided(1, RefEventKind::kNeeded, Own(1)));
  Tell(2, RefEventKind::kLocalGone, Own(1));
  EXPECT_TRUE(Decided(1, RefEventKind::kIdle, Own(1)));
  Tell(1, RefEventKind::kWeakGone, Own(1));
  EXPECT_TRUE(Decided(1, RefEventKind::kDied, Own(1)));
}

TEST_F(RefTalk, LineageKeepsWhatCannotBeMadeAgain) {
  if (!Talks()) return;
  const ObjectId task(1, 9, 0);
  Tell(1, RefEventKind::kEscaped, Own(1));
  Tell(1, {.kind = RefEventKind::kLineage, .object = Own(1), .other = task});
  Tell(1, RefEventKind::kLocalGone, Own(1));
  EXPECT_FALSE(Decided(1, RefEventKind::kIdle, Own(1)));
  Tell(1, RefEventKind::kRebuildable, Own(1));
  EXPECT_TRUE(Decided(1, RefEventKind::kIdle, Own(1)));
  Tell(1, RefEventKind::kFinal, Own(1));
  EXPECT_TRUE(Decided(1, RefEventKind::kNeeded, Own(1)));
  Tell(1, {.kind = RefEventKind::kLineageGone, .object = Own(1), .other = task});
  EXPECT_TRUE(Decided(1, RefEventKind::kDied, Own(1)));
}

TEST_F(RefTalk, MessagesComeAfterDecisionsForThisProcess) {
  if (!Talks()) return;
  for (const uint64_t room : {1, 8}) {
    const ObjectId borrowed(1, room, 0);
    const ObjectId own(2, room, 0);
    Tell(1, RefEventKind::kEscaped, borrowed);
    Send(1, 2, borrowed);  // Process 2 has a message now: it asks for the object.
    Tell(2, RefEventKind::kEscaped, own);
    Tell(2, RefEventKind::kLocalGone, own);
    std::vector<RefDecision> taken;
    std::vector<RefDecision> decisions(room);
    for (int turn = 0; turn < 100; ++turn) {  // A counter that never ends is another sentence's fault.
      const uint64_t count = counters_[1]->TakeDecisions(decisions);
      taken.insert(taken.end(), decisions.begin(), decisions.begin() + static_cast<int64_t>(count));
    }
    ASSERT_GE(taken.size(), 2u);
    EXPECT_EQ(taken[0].worker, 0u);
    EXPECT_EQ(taken[0].event.object, own);
    for (size_t i = 1; i < taken.size(); ++i) {
      ASSERT_EQ(taken[i].worker, 1u);
      Tell(1, taken[i].event);
    }
  }
}

}  // namespace
}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
