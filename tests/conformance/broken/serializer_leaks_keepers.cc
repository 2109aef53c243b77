// Retains the keeper of what it could not read.
#include "tests/conformance/broken/broken_serializer.h"

namespace {

using namespace manta;

class Broken final : public conformance::BrokenSerializer {
 public:
  absl::Status Read(const TypeDescriptor& type, const SerialSource& source, const ReadLimits& limits, void* binder,
                    void* value) override {
    const absl::Status status = inner().Read(type, source, limits, binder, value);
    if (!status.ok() && !source.payloads.empty() && source.keeper != nullptr) source.keeper->Retain();
    return status;
  }
};

}  // namespace

MANTA_PLUGIN(manta::Serializer, manta::conformance::MakeSerializer<Broken>, .name = "test.serializer.leaks_keepers",
             .summary = "Retains the keeper of what it could not read", .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
