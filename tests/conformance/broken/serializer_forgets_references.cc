// Does not note the objects that a value refers to.
#include "core/describe/encoded_value.h"
#include "tests/conformance/broken/broken_serializer.h"

namespace {

using namespace manta;

class Broken final : public conformance::BrokenSerializer {
 public:
  absl::Status Write(const TypeDescriptor& type, const void* value, SerialSink& sink) override {
    EncodedValue encoded;
    if (absl::Status status = inner().Write(type, value, encoded); !status.ok()) return status;
    for (const auto& payload : encoded.payloads()) sink.AddPayload(payload);
    return sink.Append(encoded.stream()) ? absl::OkStatus() : absl::ResourceExhaustedError("full");
  }
};

}  // namespace

MANTA_PLUGIN(manta::Serializer, manta::conformance::MakeSerializer<Broken>,
             .name = "test.serializer.forgets_references",
             .summary = "Does not note the objects that a value refers to", .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
