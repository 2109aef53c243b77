// core/ownership/facts.h -- what a ledger knows, in the words of ref_counter.h, for tools.
#pragma once

#include <vector>

#include "core/interface/ref_counter.h"
#include "core/ownership/ledger.h"

namespace manta {

// In the order of ids; what is decided is left out. Times are not known.
std::vector<RefFact> FactsOf(const Ledger& ledger);

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
