// A million random histories, each checked throughout; and the list of all that may happen in them, each of which does.
//
// MANTA_SEEDS=100000000 runs more, MANTA_SEED=7 one.
#include <cstdint>
#include <cstdio>
#include <iterator>
#include <string>
#include <vector>

#include "core/base/text.h"
#include "core/ownership/history.h"
#include "core/ownership/scarce_steps.h"
#include "core/ownership/simulation/random_history.h"
#include "core/simulation/each_seed.h"
#include "gtest/gtest.h"

namespace manta {
namespace {

// Of the two the second shows what is rare, too.
constexpr uint64_t kFewSeeds = 50'000;
constexpr uint64_t kManySeeds = 1'000'000;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__OPTIMIZE__)
constexpr uint64_t kSeedCount = kFewSeeds;
#else
constexpr uint64_t kSeedCount = kManySeeds;
#endif
constexpr RefEventKind kLook = {};  // TakeDecisions.

// Rare: less than once in 25,000 histories.
enum Frequency { kOften, kRare };

// An event, and something it may lead to. Not here are those of scarce_steps.h.
struct Step {
  RefEventKind cause;
  Transition transition;
  Frequency frequency = kOften;
};

constexpr Step kSteps[] = {
    {kLook, Transition::kActedOn},
    {RefEventKind::kEscaped, Transition::kEscaped},
    {RefEventKind::kLocalGone, Transition::kLocalEnded},
    {RefEventKind::kLocalGone, Transition::kUnknown},
    {RefEventKind::kLocalGone, Transition::kLetGo},
    {RefEventKind::kLocalGone, Transition::kDecided},
    {RefEventKind::kLocalGone, Transition::kIdled},
    {RefEventKind::kLocalGone, Transition::kWithdrawn},
    {RefEventKind::kLocalBack, Transition::kLocalBegan},
    {RefEventKind::kLocalBack, Transition::kAsked},
    {RefEventKind::kLocalBack, Transition::kAskedAlready},
    {RefEventKind::kLocalBack, Transition::kGainedDead},
    {RefEventKind::kLocalBack, Transition::kNeededAgain},
    {RefEventKind::kLocalBack, Transition::kWithdrawn},
    {RefEventKind::kNested, Transition::kNeedBegan},
    {RefEventKind::kNested, Transition::kRepeated},
    {RefEventKind::kNested, Transition::kUnknown},
    {RefEventKind::kUnnested, Transition::kNeedEnded},
    {RefEventKind::kUnnested, Transition::kRepeated},
    {RefEventKind::kUnnested, Transition::kUnknown},
    {RefEventKind::kUnnested, Transition::kLetGo},
    {RefEventKind::kUnnested, Transition::kDecided},
    {RefEventKind::kUnnested, Transition::kIdled},
    {RefEventKind::kBorrowed, Transition::kLent},
    {RefEventKind::kBorrowed, Transition::kRefused},
    {RefEventKind::kBorrowed, Transition::kNeededAgain},
    {RefEventKind::kBorrowed, Transition::kWithdrawn},
    {RefEventKind::kReturned, Transition::kNeedEnded},
    {RefEventKind::kReturned, Transition::kUnknown},
    {RefEventKind::kReturned, Transition::kDecided},
    {RefEventKind::kReturned, Transition::kIdled},
    {RefEventKind::kSubmitted, Transition::kNeedBegan},
    {RefEventKind::kSubmitted, Transition::kUnknown},
    {RefEventKind::kTaskEnded, Transition::kNeedEnded},
    {RefEventKind::kTaskEnded, Transition::kRepeated, kRare},
    {RefEventKind::kTaskEnded, Transition::kUnknown},
    {RefEventKind::kTaskEnded, Transition::kLetGo},
    {RefEventKind::kTaskEnded, Transition::kDecided},
    {RefEventKind::kTaskEnded, Transition::kIdled},
    {RefEventKind::kDied, Transition::kFreed},
    {RefEventKind::kSent, Transition::kNeedBegan},
    {RefEventKind::kSent, Transition::kUnknown},
    {RefEventKind::kSent, Transition::kStayedHere},
    {RefEventKind::kReceived, Transition::kLocalBegan},
    {RefEventKind::kReceived, Transition::kAsked},
    {RefEventKind::kReceived, Transition::kAskedAlready},
    {RefEventKind::kReceived, Transition::kGainedDead},
    {RefEventKind::kReceived, Transition::kNeededAgain, kRare},
    {RefEventKind::kReceived, Transition::kWithdrawn, kRare},
    {RefEventKind::kLineage, Transition::kNeedBegan},
    {RefEventKind::kLineage, Transition::kUnknown},
    {RefEventKind::kLineageGone, Transition::kNeedEnded},
    {RefEventKind::kLineageGone, Transition::kUnknown},
    {RefEventKind::kLineageGone, Transition::kLetGo},
    {RefEventKind::kLineageGone, Transition::kDecided},
    {RefEventKind::kLineageGone, Transition::kIdled, kRare},
    {RefEventKind::kRebuildable, Transition::kRebuildable},
    {RefEventKind::kFinal, Transition::kUnknown, kRare},
    {RefEventKind::kFinal, Transition::kFinal},
    {RefEventKind::kWeak, Transition::kUnknown},
    {RefEventKind::kWeak, Transition::kWeakBegan},
    {RefEventKind::kWeak, Transition::kWeakForeign},
    {RefEventKind::kWeakGone, Transition::kWeakEnded},
    {RefEventKind::kWeakGone, Transition::kDecided},
    {RefEventKind::kWorkerDied, Transition::kNeedEnded},
    {RefEventKind::kWorkerDied, Transition::kRepeated, kRare},
    {RefEventKind::kWorkerDied, Transition::kUnknown},
    {RefEventKind::kWorkerDied, Transition::kGiverFreed},
    {RefEventKind::kWorkerDied, Transition::kLetGo},
    {RefEventKind::kWorkerDied, Transition::kLost},
    {RefEventKind::kWorkerDied, Transition::kLostUnused},
    {RefEventKind::kWorkerDied, Transition::kHolderDied},
    {RefEventKind::kWorkerDied, Transition::kGiverDied},
    {RefEventKind::kWorkerDied, Transition::kDecided},
    {RefEventKind::kWorkerDied, Transition::kIdled},
    {RefEventKind::kWorkerDied, Transition::kWithdrawn, kRare},
    {RefEventKind::kGranted, Transition::kNeedEnded},
    {RefEventKind::kGranted, Transition::kRepeated, kRare},
    {RefEventKind::kGranted, Transition::kUnknown},
    {RefEventKind::kGranted, Transition::kGranted},
    {RefEventKind::kGranted, Transition::kGiverFreed},
    {RefEventKind::kGranted, Transition::kLetGo},
    {RefEventKind::kGranted, Transition::kDecided},
    {RefEventKind::kGranted, Transition::kIdled},
    {RefEventKind::kGone, Transition::kNeedEnded},
    {RefEventKind::kGone, Transition::kRepeated, kRare},
    {RefEventKind::kGone, Transition::kUnknown},
    {RefEventKind::kGone, Transition::kGiverFreed},
    {RefEventKind::kGone, Transition::kLetGo},
    {RefEventKind::kGone, Transition::kLost},
    {RefEventKind::kGone, Transition::kLostUnused},
    {RefEventKind::kGone, Transition::kDecided},
    {RefEventKind::kGone, Transition::kIdled},
    {RefEventKind::kTaken, Transition::kNeedEnded},
    {RefEventKind::kTaken, Transition::kRepeated},
    {RefEventKind::kTaken, Transition::kUnknown},
    {RefEventKind::kTaken, Transition::kLetGo},
    {RefEventKind::kTaken, Transition::kDecided},
    {RefEventKind::kTaken, Transition::kIdled},
};

const Step* Find(RefEventKind cause, Transition transition) {
  for (const Step& step : kSteps) {
    if (step.cause == cause && step.transition == transition) return &step;
  }
  return nullptr;
}

// What has happened and is not in the list, and what is in the list and has not happened in so many histories.
std::string Compare(const History& history, uint64_t history_count) {
  std::string wrong;
  uint64_t seen_count = 0;
  uint64_t wanted_count = 0;
  for (uint32_t i = 0; i <= kRefEventKindMax; ++i) {
    for (uint32_t j = 0; j < kTransitionCount; ++j) {
      const auto cause = static_cast<RefEventKind>(i);
      const auto transition = static_cast<Transition>(j);
      const uint64_t count = history.count(cause, transition);
      const Step* const step = Find(cause, transition);
      if (count > 0) {
        std::printf("event %2u  %-40s %12llu\n", i, std::string(Name(transition)).c_str(),
                    static_cast<unsigned long long>(count));
      }
      if (step == nullptr) {
        if (count > 0 && !IsScarce(cause, transition)) {
          wrong += Concat("event ", i, " has led to \"", Name(transition), "\"; ");
        }
        continue;
      }
      ++wanted_count;
      if (count > 0) ++seen_count;
      if (count == 0 && history_count >= (step->frequency == kRare ? kManySeeds : kFewSeeds)) {
        wrong += Concat("event ", i, " has never led to \"", Name(transition), "\"; ");
      }
    }
  }
  std::printf("%llu histories, transition coverage %.1f%%: %llu of %llu; %llu more are shown in participant_test\n",
              static_cast<unsigned long long>(history_count),
              100.0 * static_cast<double>(seen_count) / static_cast<double>(wanted_count),
              static_cast<unsigned long long>(seen_count), static_cast<unsigned long long>(wanted_count),
              static_cast<unsigned long long>(std::size(kScarceSteps)));
  return wrong;
}

TEST(HistoriesTest, NothingDiesEarlyAndNothingLeaks) {
  History history(/*recent_count_max=*/0);
  const SeedsRun run = RunEachSeed({.first_seed = 1, .count = kSeedCount}, [&history](uint64_t seed) {
    std::string failure = RunRandomHistory(seed, history);
    if (failure.empty()) return failure;
    std::vector<std::string> trace;
    History past;
    RunRandomHistory(seed, past, &trace);
    for (const std::string& step : trace) std::fprintf(stderr, "%s\n", step.c_str());
    return failure;
  });
  EXPECT_TRUE(run.ok()) << run.failure;
  EXPECT_EQ(Compare(history, run.run_count), "");
}

TEST(HistoriesTest, ASeedIsOneHistory) {
  std::vector<std::string> one;
  std::vector<std::string> two;
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    History history;
    RunRandomHistory(seed, history, &one);
    RunRandomHistory(seed, history, &two);
  }
  EXPECT_GT(one.size(), 5'000u);
  EXPECT_EQ(one, two);
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
