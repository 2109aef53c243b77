// core/interface/serializer.h -- turns a described value into bytes, and bytes into a value.
//
// A value that leaves its process, or is put away by the store, becomes bytes. The bytes have two parts: a stream,
// which holds everything small, and payloads, which are large runs of plain elements that are never copied into the
// stream: they are written straight to where they will lie, and read in place.
//
//   value --Write--> stream + payloads + references          Read gives an equal value back.
//
// Shapes    A value is a TypeDescriptor and an address. A stream is any bytes; a payload is named by its index.
// Units     Bytes.
// Threads   [any-thread]: one serializer serves many threads at once. Sinks and sources are used by one thread.
// Memory    What Write appends as a payload is borrowed from the value until the caller has taken it. What Read is
//           given outlives the call; payloads outlive it for as long as the keeper is retained.
// Errors    Only the codes named below. Messages say where (field or byte), what was found and what was wanted.
// Limits    Input is hostile. Memory is taken only for elements that can be in the rest of the input (a count is at
//           most the bytes left, divided by the least size of an element), never more than decode_bytes_max in all;
//           values nest at most depth_max deep.
// Versions  Declared by the plugin's capabilities. With kCapabilityEvolves, a field that the bytes have and the type
//           has not is skipped, and one that the type has and the bytes have not keeps its default value. Without it,
//           bytes are read by the very type that wrote them, and the caller checks that (core/describe/signature.h).
//
// Source    docs/adr/0010-serializers.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "absl/status/status.h"
#include "core/base/ids.h"
#include "core/interface/type_descriptor.h"

namespace manta {

// Takes what Write makes. Appending is inline while the current chunk lasts.
class SerialSink {
 public:
  // `size_bytes` bytes to fill at the end of the stream, or null: the sink is full. The next call may move them.
  std::byte* Append(uint64_t size_bytes) {
    if (size_bytes > static_cast<uint64_t>(end_ - cursor_) && !Grow(size_bytes)) return nullptr;
    std::byte* appended = cursor_;
    cursor_ += size_bytes;
    return appended;
  }

  bool Append(std::span<const std::byte> bytes) {
    std::byte* to = Append(bytes.size());
    if (to == nullptr) return false;
    if (!bytes.empty()) std::memcpy(to, bytes.data(), bytes.size());
    return true;
  }

  // Gives the last `size_bytes` of the stream back. REQUIRES: they were appended since the last Grow, or fewer.
  void Trim(uint64_t size_bytes) { cursor_ -= size_bytes; }

  // What can be appended before the sink has to grow: whoever does not know yet how much it writes may append all of
  // it, and Trim what is left.
  uint64_t room_bytes() const { return static_cast<uint64_t>(end_ - cursor_); }

  // Adds a payload; it is not copied now, so the value must stay as it is. Returns its index.
  virtual uint64_t AddPayload(std::span<const std::byte> bytes) = 0;

  // Notes that the value refers to an object. The id is written to the stream too, by the serializer.
  virtual void AddReference(ObjectId id) = 0;

 protected:
  SerialSink() = default;
  ~SerialSink() = default;

  // Makes room for at least `size_bytes` more at cursor_, keeping what was appended; false: full.
  virtual bool Grow(uint64_t size_bytes) = 0;

  std::byte* cursor_ = nullptr;
  std::byte* end_ = nullptr;
};

// Keeps payloads where they are while values look into them.
class PayloadKeeper {
 public:
  virtual void Retain() = 0;   // [any-thread]
  virtual void Release() = 0;  // [any-thread] The last one may free the payloads.

 protected:
  ~PayloadKeeper() = default;
};

// What Read is given.
struct SerialSource {
  std::span<const std::byte> stream;
  std::span<const std::span<const std::byte>> payloads = {};  // Each starts at a multiple of 64 bytes.
  PayloadKeeper* keeper = nullptr;                            // Null: blobs are copies.
};

struct ReadLimits {
  uint64_t decode_bytes_max = uint64_t{1} << 32;
  uint32_t depth_max = 100;
};

class Serializer {
 public:
  static constexpr std::string_view kInterfaceName = "serializer";
  static constexpr uint32_t kInterfaceVersion = 1;

  static constexpr uint64_t kCapabilityEvolves = 1;         // See Versions above.
  static constexpr uint64_t kCapabilitySelfDescribing = 2;  // The bytes can be read without the type.

  static constexpr uint64_t kFormatBytesMax = 64;

  // Plain runs of at least this size are payloads, in formats that have payloads; blobs always are.
  static constexpr uint64_t kPayloadBytesMin = 4096;

  virtual ~Serializer() = default;

  // The format's name, "native" for example, of 1 to kFormatBytesMax bytes; stored beside each object. Always the same,
  // and lives as long as the serializer.
  virtual std::string_view format() const = 0;

  // Appends the bytes of `value`, a T where `type` is Describe<T>().
  //   kUnimplemented      the type cannot be written: it contains a LocalOnly, or what the format has no words for.
  //   kInvalidArgument    the value cannot: a variant without a value, a Codec or a message that failed, more than
  //                       depth_max levels.
  //   kResourceExhausted  the sink is full, or memory is short.
  virtual absl::Status Write(const TypeDescriptor& type, const void* value, SerialSink& sink) = 0;

  // Fills `value`, a default value of the type; after an error it is a valid value, but not specified. All of the
  // stream belongs to the value. `binder` is handed to the references inside.
  //   kInvalidArgument    the bytes are no value of the type, or of one that nests deeper than depth_max.
  //   kResourceExhausted  the value needs more than decode_bytes_max, or memory is short.
  //   kUnimplemented      as for Write.
  virtual absl::Status Read(const TypeDescriptor& type, const SerialSource& source, const ReadLimits& limits,
                            void* binder, void* value) = 0;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
