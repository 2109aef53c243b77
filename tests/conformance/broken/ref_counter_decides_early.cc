// Borrowers do not keep an object.
#include "tests/conformance/broken/reference_ref_counter.h"

namespace {

using namespace manta;
using namespace manta::conformance;

class Broken final : public ReferenceRefCounter {
 protected:
  void Hear(const RefEvent& event) override {
    if (event.kind != RefEventKind::kBorrowed) ReferenceRefCounter::Hear(event);
  }
};

}  // namespace

MANTA_PLUGIN(manta::RefCounter, manta::conformance::MakeRefCounter<Broken>, .name = "test.ref_counter.decides_early",
             .summary = "Borrowers do not keep an object", .capabilities = manta::conformance::kReferenceCapabilities,
             .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
