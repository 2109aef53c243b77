// Says that its format evolves, and it does not.
#include "tests/conformance/broken/broken_serializer.h"

namespace {

using namespace manta;

class Broken final : public conformance::BrokenSerializer {};

}  // namespace

MANTA_PLUGIN(manta::Serializer, manta::conformance::MakeSerializer<Broken>,
             .name = "test.serializer.lies_about_evolving", .summary = "Says that its format evolves, and it does not",
             .capabilities = manta::Serializer::kCapabilityEvolves | manta::Serializer::kCapabilitySelfDescribing,
             .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
