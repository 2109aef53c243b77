// What is decided is shown as before.
#include "tests/conformance/broken/reference_ref_counter.h"

namespace {

using namespace manta;
using namespace manta::conformance;

class Broken final : public ReferenceRefCounter {
 public:
  uint64_t List(std::span<RefFact> facts) const override {
    uint64_t count = ReferenceRefCounter::List(facts);
    for (const ObjectId object : decided_) {
      if (count < facts.size()) facts[count] = {.event = {.kind = RefEventKind::kEscaped, .object = object}};
      ++count;
    }
    return count;
  }
};

}  // namespace

MANTA_PLUGIN(manta::RefCounter, manta::conformance::MakeRefCounter<Broken>,
             .name = "test.ref_counter.lists_what_is_decided", .summary = "What is decided is shown as before",
             .capabilities = manta::conformance::kReferenceCapabilities, .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
