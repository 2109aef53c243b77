// An incomplete event is left out, and nobody is told.
#include "tests/conformance/broken/reference_ref_counter.h"

namespace {

using namespace manta;
using namespace manta::conformance;

class Broken final : public ReferenceRefCounter {
 public:
  absl::Status Observe(std::span<const RefEvent> events) override {
    for (const RefEvent& event : events) {
      if (Complete(event)) Hear(event);
    }
    return absl::OkStatus();
  }
};

}  // namespace

MANTA_PLUGIN(manta::RefCounter, manta::conformance::MakeRefCounter<Broken>, .name = "test.ref_counter.accepts_anything",
             .summary = "An incomplete event is left out, and nobody is told",
             .capabilities = manta::conformance::kReferenceCapabilities, .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
