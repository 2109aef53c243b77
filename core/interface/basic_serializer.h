// core/interface/basic_serializer.h -- walks values for a serializer, for authors who only say how numbers are written.
//
// Containers, choices, conversions, limits, payloads and references are the same in every simple format. Here they are
// done; an author writes numbers, and has a serializer that passes the conformance suite.
//
//   class Compact final : public manta::BasicSerializer {
//     std::string_view format() const override { return "compact"; }
//     bool PutNumber(uint64_t number, SerialSink& sink) override;
//     bool TakeNumber(std::span<const std::byte>& stream, uint64_t& number) override;
//   };
//
//   unit, empty struct            0 (so that every element takes a byte: a count is then limited by the bytes)
//   bool, unsigned; int           the number; zigzag: 0, -1, 1, -2 are 0, 1, 2, 3
//   float                         its bytes
//   struct, array                 the parts in a row
//   string, plain contiguous      count, then the bytes of all; from kPayloadBytesMin on: count, payload's index
//   sequence, set, map            count, then each element, or each key and its value
//   optional, variant             0, or 1 and the element; the alternative's position, and the alternative
//   wire                          its wire value, without payloads
//   message, blob                 count of bytes, then the bytes; for a blob outside a wire value: payload's index
//   reference                     16 bytes
//
// Shapes    As serializer.h, without capabilities: bytes are read by the type that wrote them.
// Threads   [any-thread]: PutNumber and TakeNumber too.
// Cost      A call for each number: right for small values and for arrays. plugins/serializer/native is the one to look
//           at for more.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "absl/status/status.h"
#include "core/interface/serializer.h"
#include "core/interface/type_descriptor.h"

namespace manta {

class BasicSerializer : public Serializer {
 public:
  absl::Status Write(const TypeDescriptor& type, const void* value, SerialSink& sink) final;
  absl::Status Read(const TypeDescriptor& type, const SerialSource& source, const ReadLimits& limits, void* binder,
                    void* value) final;

  // Appends a number, in at least one byte. False: the sink is full.
  virtual bool PutNumber(uint64_t number, SerialSink& sink) = 0;

  // Takes the number at the front of `stream` off it. False: there is none, whatever else is there.
  virtual bool TakeNumber(std::span<const std::byte>& stream, uint64_t& number) = 0;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
