// core/ownership/scarce_steps.h -- names what the protocol does a few times in a hundred million random histories, so
// that no test of those can ask for it.
//
// simulation/histories_test.cc allows each and does not wait for it; participant_test.cc shows each.
#pragma once

#include <algorithm>
#include <iterator>

#include "core/interface/ref_counter.h"
#include "core/ownership/transition.h"

namespace manta {

// An event, and something it may lead to.
struct ScarceStep {
  RefEventKind cause;
  Transition transition;

  friend bool operator==(const ScarceStep&, const ScarceStep&) = default;
};

inline constexpr ScarceStep kScarceSteps[] = {
    {RefEventKind::kUnnested, Transition::kWithdrawn},   {RefEventKind::kTaskEnded, Transition::kWithdrawn},
    {RefEventKind::kLineageGone, Transition::kRepeated}, {RefEventKind::kRebuildable, Transition::kIdled},
    {RefEventKind::kFinal, Transition::kNeededAgain},
};

inline bool IsScarce(RefEventKind cause, Transition transition) {
  return std::find(std::begin(kScarceSteps), std::end(kScarceSteps), ScarceStep{cause, transition}) !=
         std::end(kScarceSteps);
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
