// A decision stays when its object has died.
#include "tests/conformance/broken/reference_ref_counter.h"

namespace {

using namespace manta;
using namespace manta::conformance;

class Broken final : public ReferenceRefCounter {
 protected:
  void Hear(const RefEvent& event) override {
    const bool decided = std::find(decided_.begin(), decided_.end(), event.object) != decided_.end();
    if (event.kind != RefEventKind::kDied || !decided) ReferenceRefCounter::Hear(event);
  }
};

}  // namespace

MANTA_PLUGIN(manta::RefCounter, manta::conformance::MakeRefCounter<Broken>, .name = "test.ref_counter.forgets_deaths",
             .summary = "A decision stays when its object has died",
             .capabilities = manta::conformance::kReferenceCapabilities, .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
