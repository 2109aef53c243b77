// A batch that fails is heard up to the wrong event.
#include "tests/conformance/broken/reference_ref_counter.h"

namespace {

using namespace manta;
using namespace manta::conformance;

class Broken final : public ReferenceRefCounter {
 public:
  absl::Status Observe(std::span<const RefEvent> events) override {
    for (const RefEvent& event : events) {
      if (!Complete(event)) return Check(events);
      Hear(event);
    }
    return absl::OkStatus();
  }
};

}  // namespace

MANTA_PLUGIN(manta::RefCounter, manta::conformance::MakeRefCounter<Broken>,
             .name = "test.ref_counter.keeps_half_a_batch",
             .summary = "A batch that fails is heard up to the wrong event",
             .capabilities = manta::conformance::kReferenceCapabilities, .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
