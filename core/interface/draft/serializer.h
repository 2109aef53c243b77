// core/interface/draft/serializer.h -- turns a described value into bytes, and bytes into a value.
//
// Draft: no promise yet. A value is described by a table of its fields (kind, offset, children), made once per
// type; the serializer walks the table, so one virtual call handles a whole object.
//
// Shapes    A TypeDescriptor and a pointer to a value of that type. Large contiguous payloads may stay apart from
//           the bytes ("out of band") and are read in place.
// Units     Bytes.
// Threads   All methods are [any-thread]; no state is kept between calls, plans cached per type excepted.
// Memory    Sinks and values belong to the caller.
// Errors    Only the codes named below. Input is hostile: no allocation for elements that are not in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "absl/status/status.h"

namespace manta::draft {

class TypeDescriptor;

// Takes what is written.
class ByteSink {
 public:
  // Appends `bytes` (copied before the call returns).
  //   kResourceExhausted  the sink is full.
  virtual absl::Status Append(std::span<const std::byte> bytes) = 0;

 protected:
  ~ByteSink() = default;
};

class Serializer {
 public:
  static constexpr std::string_view kInterfaceName = "serializer";

  virtual ~Serializer() = default;

  // The format's name, stored in each object's metadata.
  virtual std::string_view format() const = 0;

  // Appends the bytes of `value` to `sink`.
  //   kUnimplemented      the format cannot express the type.
  //   kResourceExhausted  the sink is full.
  virtual absl::Status Write(const TypeDescriptor& type, const void* value, ByteSink& sink) = 0;

  // Fills `value`, a default-constructed value of the type. It is not specified after an error.
  //   kInvalidArgument    the bytes are no value of the type; the message says where and why.
  //   kResourceExhausted  the value would be larger than the limits allow.
  virtual absl::Status Read(const TypeDescriptor& type, std::span<const std::byte> bytes, void* value) = 0;
};

}  // namespace manta::draft

// SPDX-License-Identifier: Apache-2.0
