// Nothing is broken: the suite passes.
#include "tests/conformance/broken/reference_ref_counter.h"

MANTA_PLUGIN(manta::RefCounter, manta::conformance::MakeRefCounter<manta::conformance::ReferenceRefCounter>,
             .name = "test.ref_counter.reference", .summary = "A right counter that protects",
             .capabilities = manta::conformance::kReferenceCapabilities, .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
