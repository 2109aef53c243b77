// Reads values however much memory they need.
#include "tests/conformance/broken/broken_serializer.h"

namespace {

using namespace manta;

class Broken final : public conformance::BrokenSerializer {
 public:
  absl::Status Read(const TypeDescriptor& type, const SerialSource& source, const ReadLimits& limits, void* binder,
                    void* value) override {
    ReadLimits larger = limits;
    larger.decode_bytes_max = UINT64_MAX;
    return inner().Read(type, source, larger, binder, value);
  }
};

}  // namespace

MANTA_PLUGIN(manta::Serializer, manta::conformance::MakeSerializer<Broken>,
             .name = "test.serializer.ignores_decode_bytes_max",
             .summary = "Reads values however much memory they need", .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
