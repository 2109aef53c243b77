// Copies large runs, and makes blobs of copies.
#include <mutex>
#include <vector>

#include "core/base/buffer.h"
#include "core/describe/encoded_value.h"
#include "tests/conformance/broken/broken_serializer.h"

namespace {

using namespace manta;

class Broken final : public conformance::BrokenSerializer {
 public:
  absl::Status Write(const TypeDescriptor& type, const void* value, SerialSink& sink) override {
    EncodedValue encoded;
    if (absl::Status status = inner().Write(type, value, encoded); !status.ok()) return status;
    for (const ObjectId id : encoded.references()) sink.AddReference(id);
    const std::lock_guard lock(mutex_);
    for (size_t i = 0; i < encoded.payloads().size(); ++i) {
      copies_.push_back(Buffer::CopyOf(encoded.payloads()[i]));
      if (sink.AddPayload(copies_.back().bytes()) != i) return absl::ResourceExhaustedError("full");
    }
    return sink.Append(encoded.stream()) ? absl::OkStatus() : absl::ResourceExhaustedError("full");
  }
  absl::Status Read(const TypeDescriptor& type, const SerialSource& source, const ReadLimits& limits, void* binder,
                    void* value) override {
    const SerialSource copied = {.stream = source.stream, .payloads = source.payloads};
    return inner().Read(type, copied, limits, binder, value);
  }

 private:
  std::mutex mutex_;
  std::vector<Buffer> copies_;
};

}  // namespace

MANTA_PLUGIN(manta::Serializer, manta::conformance::MakeSerializer<Broken>, .name = "test.serializer.copies_payloads",
             .summary = "Copies large runs, and makes blobs of copies", .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
