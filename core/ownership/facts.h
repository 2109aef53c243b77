// core/ownership/facts.h -- what a ledger knows, in the words of ref_counter.h, for tools.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/interface/ref_counter.h"
#include "core/ownership/ledger.h"

namespace manta {

// In the order of ids; what is decided is left out. Times are not known.
std::vector<RefFact> FactsOf(const Ledger& ledger);

// Copies the first ones, as many as there is room for; returns how many there are.
uint64_t ListFacts(const Ledger& ledger, std::span<RefFact> facts);

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
