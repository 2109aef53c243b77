// Reads values however deep they nest.
#include "tests/conformance/broken/broken_serializer.h"

namespace {

using namespace manta;

class Broken final : public conformance::BrokenSerializer {
 public:
  absl::Status Read(const TypeDescriptor& type, const SerialSource& source, const ReadLimits& limits, void* binder,
                    void* value) override {
    ReadLimits deeper = limits;
    deeper.depth_max = UINT32_MAX;
    return inner().Read(type, source, deeper, binder, value);
  }
};

}  // namespace

MANTA_PLUGIN(manta::Serializer, manta::conformance::MakeSerializer<Broken>, .name = "test.serializer.ignores_depth_max",
             .summary = "Reads values however deep they nest", .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
