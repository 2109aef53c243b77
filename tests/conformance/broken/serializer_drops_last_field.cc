// Knows nothing of the last field of a struct.
#include <map>
#include <memory>
#include <mutex>

#include "tests/conformance/broken/broken_serializer.h"

namespace {

using namespace manta;

class Broken final : public conformance::BrokenSerializer {
 public:
  absl::Status Write(const TypeDescriptor& type, const void* value, SerialSink& sink) override {
    return inner().Write(Shorter(type), value, sink);
  }
  absl::Status Read(const TypeDescriptor& type, const SerialSource& source, const ReadLimits& limits, void* binder,
                    void* value) override {
    return inner().Read(Shorter(type), source, limits, binder, value);
  }

 private:
  // As `type`, without its last field if it has several. Kept, as descriptors must live on.
  const TypeDescriptor& Shorter(const TypeDescriptor& type) {
    if (type.kind != TypeKind::kStruct || type.fields.size() < 2) return type;
    const std::lock_guard lock(mutex_);
    std::unique_ptr<TypeDescriptor>& shorter = shorter_[&type];
    if (shorter == nullptr) {
      shorter = std::make_unique<TypeDescriptor>(type);
      shorter->plain = 0;
      shorter->fields = type.fields.first(type.fields.size() - 1);
    }
    return *shorter;
  }

  std::mutex mutex_;
  std::map<const TypeDescriptor*, std::unique_ptr<TypeDescriptor>> shorter_;
};

}  // namespace

MANTA_PLUGIN(manta::Serializer, manta::conformance::MakeSerializer<Broken>, .name = "test.serializer.drops_last_field",
             .summary = "Knows nothing of the last field of a struct", .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
