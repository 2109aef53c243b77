// What is decided stays decided.
#include "tests/conformance/broken/reference_ref_counter.h"

namespace {

using namespace manta;
using namespace manta::conformance;

class Broken final : public ReferenceRefCounter {
 protected:
  void Hear(const RefEvent& event) override {
    if (std::find(decided_.begin(), decided_.end(), event.object) == decided_.end() ||
        event.kind == RefEventKind::kDied) {
      ReferenceRefCounter::Hear(event);
    }
  }
};

}  // namespace

MANTA_PLUGIN(manta::RefCounter, manta::conformance::MakeRefCounter<Broken>, .name = "test.ref_counter.never_withdraws",
             .summary = "What is decided stays decided", .capabilities = manta::conformance::kReferenceCapabilities,
             .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
