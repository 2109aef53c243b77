// my_serializer.cc -- a serializer for Manta whose numbers take as few bytes as they need.
//
// docs/plugin_author/your_own_serializer.md explains it, and shows what stands between the markers.

//(begin serializer)
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/interface/basic_serializer.h"
#include "core/plugin/export.h"

namespace {

// Numbers as LEB128: seven bits in each byte, the lowest first; the eighth bit says that more follow.
class Compact final : public manta::BasicSerializer {
 public:
  explicit Compact(const manta::Host& host) : host_(host) {}
  ~Compact() override { host_.Log(manta::LogLevel::kInfo, "compact.done", "numbers=" + std::to_string(number_count_)); }

  std::string_view format() const override { return "compact"; }

  bool PutNumber(uint64_t number, manta::SerialSink& sink) override {
    number_count_.fetch_add(1, std::memory_order_relaxed);
    std::byte bytes[10];
    size_t size = 0;
    for (; number > 0x7f; number >>= 7) bytes[size++] = static_cast<std::byte>(number | 0x80);
    bytes[size++] = static_cast<std::byte>(number);
    return sink.Append(std::span(bytes, size));
  }

  bool TakeNumber(std::span<const std::byte>& stream, uint64_t& number) override {
    number = 0;
    for (size_t i = 0; i < stream.size() && i < 10; ++i) {
      const auto byte = static_cast<uint64_t>(stream[i]);
      if (i == 9 && byte > 1) return false;  // More than 64 bits.
      number |= (byte & 0x7f) << (7 * i);
      if (byte > 0x7f) continue;
      stream = stream.subspan(i + 1);
      return true;
    }
    return false;
  }

 private:
  const manta::Host& host_;
  std::atomic<uint64_t> number_count_ = 0;  // Written.
};

absl::StatusOr<std::unique_ptr<manta::Serializer>> MakeCompact(const manta::Host& host, std::span<const std::byte>) {
  return std::make_unique<Compact>(host);
}

}  // namespace

MANTA_PLUGIN(manta::Serializer, MakeCompact, .name = "example.serializer.compact",
             .summary = "Numbers take as few bytes as they need")
//(end serializer)

// SPDX-License-Identifier: Apache-2.0
