// All references are the main part's.
#include "tests/conformance/broken/reference_ref_counter.h"

namespace {

using namespace manta;
using namespace manta::conformance;

class Broken final : public ReferenceRefCounter {
 protected:
  void Hear(const RefEvent& event) override {
    RefEvent heard = event;
    if (event.kind == RefEventKind::kMade || event.kind == RefEventKind::kLocalAdded) heard.other = {};
    ReferenceRefCounter::Hear(heard);
  }
};

}  // namespace

MANTA_PLUGIN(manta::RefCounter, manta::conformance::MakeRefCounter<Broken>, .name = "test.ref_counter.makes_it_mains",
             .summary = "All references are the main part's",
             .capabilities = manta::conformance::kReferenceCapabilities, .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
