// core/ownership/simulation/random_history.h -- one history of a few processes, drawn from a seed.
//
// Programs create, send, pack, read, drop, lock and free; tasks run, fail and run again; messages are lost, repeated,
// late and out of order; up to two processes crash, and each other one hears of it at its own moment. In one history of
// eight every message comes twice; one of eight is a crowd, in which few objects go from hand to hand and answers are
// slow. Then everything arrives, and what the participants know must be what is true; then everything is dropped, and
// nobody may know of anything.
//
// Threads   [one-at-a-time].
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/ownership/history.h"

namespace manta {

// What was wrong, or "". Each step is added to `trace`, unless that is null.
std::string RunRandomHistory(uint64_t seed, History& history, std::vector<std::string>* trace = nullptr);

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
