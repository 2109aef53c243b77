// tests/conformance/broken/broken_serializer.h -- a right serializer, for broken ones to override what they break.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

#include "absl/status/statusor.h"
#include "core/interface/basic_serializer.h"
#include "core/interface/host.h"
#include "core/interface/serializer_wrapper.h"
#include "core/plugin/export.h"

namespace manta::conformance {

// Numbers of eight bytes, as in memory.
class RightSerializer : public BasicSerializer {
 public:
  std::string_view format() const override { return "right"; }

  bool PutNumber(uint64_t number, SerialSink& sink) override {
    return sink.Append(std::as_bytes(std::span(&number, 1)));
  }

  bool TakeNumber(std::span<const std::byte>& stream, uint64_t& number) override {
    if (stream.size() < sizeof(number)) return false;
    std::memcpy(&number, stream.data(), sizeof(number));
    stream = stream.subspan(sizeof(number));
    return true;
  }
};

class BrokenSerializer : public SerializerWrapper {
 public:
  BrokenSerializer() : SerializerWrapper(right_) {}

 private:
  RightSerializer right_;
};

template <typename T>
absl::StatusOr<std::unique_ptr<Serializer>> MakeSerializer(const Host&, std::span<const std::byte>) {
  return std::make_unique<T>();
}

}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
