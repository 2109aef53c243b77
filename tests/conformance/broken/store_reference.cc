// The reference itself, which is not broken: the suite passes.
#include "core/plugin/export.h"
#include "tests/conformance/broken/reference_store.h"

MANTA_PLUGIN(manta::ObjectStore, manta::conformance::MakeStore<manta::conformance::ReferenceStore>,
             .name = "test.object_store.reference", .summary = "The smallest store that keeps the contract",
             .capabilities = manta::conformance::kAllCapabilities, .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
