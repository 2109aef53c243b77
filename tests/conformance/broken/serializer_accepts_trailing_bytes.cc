// Ignores what is left over after the value.
#include "tests/conformance/broken/broken_serializer.h"

namespace {

using namespace manta;

class Broken final : public conformance::BrokenSerializer {
 public:
  absl::Status Read(const TypeDescriptor& type, const SerialSource& source, const ReadLimits& limits, void* binder,
                    void* value) override {
    SerialSource shorter = source;
    absl::Status status = inner().Read(type, shorter, limits, binder, value);
    if (status.ok() || source.stream.empty()) return status;
    shorter.stream = source.stream.first(source.stream.size() - 1);
    return inner().Read(type, shorter, limits, binder, value).ok() ? absl::OkStatus() : status;
  }
};

}  // namespace

MANTA_PLUGIN(manta::Serializer, manta::conformance::MakeSerializer<Broken>,
             .name = "test.serializer.accepts_trailing_bytes", .summary = "Ignores what is left over after the value",
             .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
