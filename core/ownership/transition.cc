#include "core/ownership/transition.h"

#include <array>

namespace manta {
namespace {

constexpr std::array<std::string_view, kTransitionCount> kNames = {
    "escaped",
    "local reference began",
    "local references ended",
    "asked its owner",
    "came again before the owner's answer",
    "came back after its death",
    "need began",
    "need ended",
    "heard again",
    "unknown",
    "sent to this process itself",
    "weak references began",
    "weak references ended",
    "weak references to another's object",
    "rebuildable",
    "final",
    "freed",
    "lent",
    "refused",
    "granted",
    "giver freed",
    "let go",
    "lost",
    "lost unused",
    "holder died",
    "giver died",
    "decided",
    "idle",
    "needed again",
    "decision withdrawn",
    "decision acted on",
    "a stranger was asked for it",
    "returned by who was not granted it",
    "answered without being asked",
    "heard without being said",
    "told by another process, which has no say in it",
};
static_assert(!kNames.back().empty(), "each transition has a name");

}  // namespace

std::string_view Name(Transition transition) {
  const auto index = static_cast<uint32_t>(transition);
  return index < kTransitionCount ? kNames[index] : "no transition";
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
