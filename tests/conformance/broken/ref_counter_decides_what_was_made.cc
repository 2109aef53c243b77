// An object without references is decided before it has escaped.
#include "tests/conformance/broken/reference_ref_counter.h"

namespace {

using namespace manta;
using namespace manta::conformance;

class Broken final : public ReferenceRefCounter {
 protected:
  void Hear(const RefEvent& event) override {
    ReferenceRefCounter::Hear(event);
    std::vector<RefFact> facts(100);
    facts.resize(List(facts));
    const auto held = [&](const RefFact& fact) {
      return fact.event.object == event.object && fact.event.kind != RefEventKind::kMade;
    };
    if (event.kind != RefEventKind::kLocalDropped || Dead(event.object)) return;
    if (std::none_of(facts.begin(), facts.end(), held)) decided_.push_back(event.object);
  }
};

}  // namespace

MANTA_PLUGIN(manta::RefCounter, manta::conformance::MakeRefCounter<Broken>,
             .name = "test.ref_counter.decides_what_was_made",
             .summary = "An object without references is decided before it has escaped",
             .capabilities = manta::conformance::kReferenceCapabilities, .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
