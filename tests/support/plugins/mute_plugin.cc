// A serializer that has words for nothing.
#include "core/interface/serializer.h"
#include "core/plugin/export.h"

namespace {

class MuteSerializer final : public manta::Serializer {
 public:
  std::string_view format() const override { return "mute"; }
  absl::Status Write(const manta::TypeDescriptor&, const void*, manta::SerialSink&) override { return Refuse(); }
  absl::Status Read(const manta::TypeDescriptor&, const manta::SerialSource&, const manta::ReadLimits&, void*,
                    void*) override {
    return Refuse();
  }

 private:
  static absl::Status Refuse() { return absl::UnimplementedError("mute has words for nothing"); }
};

absl::StatusOr<std::unique_ptr<manta::Serializer>> MakeMute(const manta::Host&, std::span<const std::byte>) {
  return std::make_unique<MuteSerializer>();
}

}  // namespace

MANTA_PLUGIN(manta::Serializer, MakeMute, .name = "test.serializer.mute", .summary = "Has words for nothing")

// SPDX-License-Identifier: Apache-2.0
