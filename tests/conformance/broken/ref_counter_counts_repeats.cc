// An event that is told twice counts twice.
#include "tests/conformance/broken/reference_ref_counter.h"

namespace {

using namespace manta;
using namespace manta::conformance;

class Broken final : public ReferenceRefCounter {
 protected:
  void Hear(const RefEvent& event) override {
    if (event.kind == RefEventKind::kEscaped) ++escapes_[event.object];
    if (event.kind == RefEventKind::kDied) escapes_.erase(event.object);
    if (event.kind == RefEventKind::kLocalGone && escapes_[event.object] > 1 && --escapes_[event.object] > 0) return;
    ReferenceRefCounter::Hear(event);
  }

 private:
  std::map<ObjectId, int> escapes_;
};

}  // namespace

MANTA_PLUGIN(manta::RefCounter, manta::conformance::MakeRefCounter<Broken>, .name = "test.ref_counter.counts_repeats",
             .summary = "An event that is told twice counts twice",
             .capabilities = manta::conformance::kReferenceCapabilities, .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
