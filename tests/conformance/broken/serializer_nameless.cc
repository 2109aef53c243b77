// Its format has no name.
#include <string_view>

#include "tests/conformance/broken/broken_serializer.h"

namespace {

using namespace manta;

class Broken final : public conformance::BrokenSerializer {
 public:
  std::string_view format() const override { return ""; }
};

}  // namespace

MANTA_PLUGIN(manta::Serializer, manta::conformance::MakeSerializer<Broken>, .name = "test.serializer.nameless",
             .summary = "Its format has no name", .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
