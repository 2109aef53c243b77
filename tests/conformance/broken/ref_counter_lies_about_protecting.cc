// Declares that it protects, and knows local references only.
#include "tests/conformance/broken/reference_ref_counter.h"

namespace {

using namespace manta;
using namespace manta::conformance;

class Broken final : public ReferenceRefCounter {
 protected:
  void Hear(const RefEvent& event) override {
    if (event.kind == RefEventKind::kEscaped || event.kind == RefEventKind::kLocalGone ||
        event.kind == RefEventKind::kLocalBack || event.kind == RefEventKind::kDied) {
      ReferenceRefCounter::Hear(event);
    }
  }
};

}  // namespace

MANTA_PLUGIN(manta::RefCounter, manta::conformance::MakeRefCounter<Broken>,
             .name = "test.ref_counter.lies_about_protecting",
             .summary = "Declares that it protects, and knows local references only",
             .capabilities = manta::RefCounter::kCapabilityProtects, .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
