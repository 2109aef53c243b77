#include "tests/fuzz/decode_harness.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <new>
#include <string>
#include <vector>

#include "core/base/buffer.h"
#include "core/base/text.h"
#include "core/describe/describe.h"
#include "core/describe/encoded_value.h"
#include "tests/support/any_value.h"
#include "tests/support/choices.h"
#include "tests/support/heap_meter.h"
#include "tests/support/rich_types.h"

namespace manta {
namespace {

using serial_values::Binder;
using serial_values::CountingKeeper;

constexpr ReadLimits kLimits = {.decode_bytes_max = 1 << 20, .depth_max = 100};
constexpr ReadLimits kSmallLimits = {.decode_bytes_max = 1 << 12, .depth_max = 4};

// What may be asked of the heap while the limit is L: L itself, what elements take that were counted by their size
// (a deque has memory from the start), vectors of ids in the binder, and the message.
constexpr uint64_t kAskedForPerByte = 4;
constexpr uint64_t kAskedForBytes = 1 << 16;

void Require(bool good, const char* what) {
  if (good) return;
  std::fprintf(stderr, "fuzz: %s\n", what);
  std::abort();
}

// A default value of a type.
class Value {
 public:
  explicit Value(const TypeDescriptor& type)
      : type_(type), memory_(::operator new (type.size_bytes, std::align_val_t{type.alignment_bytes})) {
    Require(type.construct != nullptr && type.construct(memory_), "the type has no default value");
  }
  Value(const Value&) = delete;
  Value& operator=(const Value&) = delete;
  ~Value() {
    type_.destroy(memory_);
    ::operator delete (memory_, std::align_val_t{type_.alignment_bytes});
  }

  void* get() const { return memory_; }

 private:
  const TypeDescriptor& type_;
  void* const memory_;
};

void RequireSentence(const absl::Status& status) {
  const std::string_view message = ToStd(status.message());
  Require(status.code() == absl::StatusCode::kInvalidArgument || status.code() == absl::StatusCode::kResourceExhausted,
          "an error has a documented code");
  Require(!message.empty() && message.find('\n') == std::string_view::npos, "an error is one sentence");
}

std::span<const std::byte> Pattern() {
  static const Buffer pattern = [] {
    BufferBuilder builder(UINT16_MAX + 2);
    std::memset(builder.bytes().data(), 0x2a, builder.bytes().size());
    return std::move(builder).Seal();
  }();
  return pattern.bytes();
}

// Writes `value`, which must succeed, and reads it back from a run of bytes, equal.
void RoundTrip(Serializer& serializer, const TypeDescriptor& type, const void* value) {
  EncodedValue encoded;
  Require(serializer.Write(type, value, encoded).ok(), "a value can be written");
  BufferBuilder run(encoded.run_bytes());
  encoded.WriteRun(run.bytes());
  EncodedRun parsed;
  Require(parsed.Parse(run.bytes()).ok(), "a run can be parsed");
  Require(std::ranges::equal(parsed.stream(), encoded.stream()), "a run holds the stream");
  Binder binder;
  CountingKeeper keeper;
  {
    const Value back(type);
    Require(serializer.Read(type, parsed.source(&keeper), {}, &binder, back.get()).ok(),
            "what was written can be read");
    Require(PrintValue(type, back.get()) == PrintValue(type, value), "what comes back is equal");
    Require(std::ranges::equal(binder.bound, encoded.references()), "the references are those that were noted");
  }
  Require(keeper.held_count == 0, "the keeper is released with the value");
}

// Reads `source`, which may be anything.
void DecodeAs(Serializer& serializer, const TypeDescriptor& type, const SerialSource& source,
              const ReadLimits& limits) {
  Binder binder;
  const Value value(type);
  absl::Status status;
  const auto read_in_bounds = [&] {
    binder.bound.clear();
    const uint64_t before_bytes = HeapBytesAskedFor();
    status = serializer.Read(type, source, limits, &binder, value.get());
    return HeapBytesAskedFor() - before_bytes <= kAskedForPerByte * limits.decode_bytes_max + kAskedForBytes;
  };
  // The first time, a serializer may also make what it keeps for the type.
  Require(read_in_bounds() || read_in_bounds(), "memory stays within the limit");
  // After an error, too, the value is one: printing it looks at all of it.
  if (!status.ok()) {
    RequireSentence(status);
    Require(!PrintValue(type, value.get()).empty(), "a value has a text");
    return;
  }
  RoundTrip(serializer, type, value.get());
}

}  // namespace

const TypeDescriptor& FuzzType(uint64_t index) {
  using namespace serial_values;  // NOLINT: the types of this list.
  constexpr DescriptorAccessor kTypes[kFuzzTypeCount] = {
      &Describe<Rich>, &Describe<Everything>, &Describe<Node>,       &Describe<Chain>,
      &Describe<Runs>, &Describe<Large>,      &Describe<SettingsV2>, &Describe<std::map<Color, std::vector<Sector>>>,
  };
  return kTypes[index]();
}

void DecodeAny(Serializer& serializer, std::span<const uint8_t> data) {
  if (data.empty()) return;
  const uint8_t flags = data[0];
  const size_t payload_count = flags & 3;
  if (data.size() < 1 + 2 * payload_count) return;
  std::vector<std::span<const std::byte>> payloads;
  for (size_t i = 0; i < payload_count; ++i) {
    const size_t size = data[1 + 2 * i] | data[2 + 2 * i] << 8;
    payloads.push_back(Pattern().subspan((flags & kFuzzMisaligned) != 0 ? 1 : 0, size));
  }
  CountingKeeper keeper;
  const SerialSource source = {
      .stream = std::as_bytes(data.subspan(1 + 2 * payload_count)),
      .payloads = payloads,
      .keeper = (flags & 4) != 0 ? nullptr : &keeper,
  };
  DecodeAs(serializer, FuzzType(flags >> 5), source, (flags & 8) != 0 ? kSmallLimits : kLimits);
  Require(keeper.held_count == 0, "the keeper is released with the value");
}

void WriteAny(Serializer& serializer, std::span<const uint8_t> data) {
  ByteChoices choices(std::as_bytes(data));
  const TypeDescriptor& type = FuzzType(choices.Below(kFuzzTypeCount));
  Binder binder;
  const Value value(type);
  const uint64_t place = choices.Below(uint64_t{1} << 16);
  const auto flip = static_cast<std::byte>(choices.Below(256));
  const bool cut = choices.Below(2) != 0;
  const uint64_t long_row_bytes = choices.OneIn(2) ? Serializer::kPayloadBytesMin : 0;
  GenerateValue(type, value.get(), choices,
                {.value_count_max = 100, .element_count_max = 3, .long_row_bytes = long_row_bytes, .binder = &binder});
  RoundTrip(serializer, type, value.get());

  EncodedValue encoded;
  Require(serializer.Write(type, value.get(), encoded).ok(), "a value can be written again");
  if (encoded.stream().empty()) return;
  std::vector<std::byte> changed(encoded.stream().begin(), encoded.stream().end());
  const size_t at = place % changed.size();
  if (cut) {
    changed.resize(at);
    changed.shrink_to_fit();
  } else {
    changed[at] ^= flip;
  }
  DecodeAs(serializer, type, {.stream = changed, .payloads = encoded.payloads()}, kLimits);
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
