// Calls malformed bytes an internal error.
#include "tests/conformance/broken/broken_serializer.h"

namespace {

using namespace manta;

class Broken final : public conformance::BrokenSerializer {
 public:
  absl::Status Read(const TypeDescriptor& type, const SerialSource& source, const ReadLimits& limits, void* binder,
                    void* value) override {
    const absl::Status status = inner().Read(type, source, limits, binder, value);
    if (status.code() != absl::StatusCode::kInvalidArgument) return status;
    return absl::Status(absl::StatusCode::kInternal, status.message());
  }
};

}  // namespace

MANTA_PLUGIN(manta::Serializer, manta::conformance::MakeSerializer<Broken>, .name = "test.serializer.wrong_code",
             .summary = "Calls malformed bytes an internal error", .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
