// Throws where a value cannot be written.
#include <stdexcept>

#include "tests/conformance/broken/broken_serializer.h"

namespace {

using namespace manta;

class Broken final : public conformance::BrokenSerializer {
 public:
  absl::Status Write(const TypeDescriptor& type, const void* value, SerialSink& sink) override {
    absl::Status status = inner().Write(type, value, sink);
    if (status.code() == absl::StatusCode::kInvalidArgument) throw std::invalid_argument(status.ToString());
    return status;
  }
};

}  // namespace

MANTA_PLUGIN(manta::Serializer, manta::conformance::MakeSerializer<Broken>, .name = "test.serializer.throws",
             .summary = "Throws where a value cannot be written", .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
