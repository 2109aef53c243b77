// tests/fuzz/decode_harness.h -- gives any bytes to a serializer's decoder, and checks all that must hold after it.
//
//   extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
//     static manta::MySerializer serializer;
//     manta::DecodeAny(serializer, {data, size});
//     return 0;
//   }
//
// An input says how it is read: flags, and which of the types (kFuzzTypeCount) it is read as; the payloads' sizes; and
// the stream is the rest.
//
//   byte 0    bits 0-1 count of payloads, 2 no keeper, 3 small limits, 4 misaligned payloads, 5-7 type
//   2 bytes   size of each payload; what they hold is all the same
//
// Threads   One thread.
// Errors    What must hold and does not, aborts: the fuzzer takes that for a crash.
#pragma once

#include <cstdint>
#include <span>

#include "core/interface/serializer.h"
#include "core/interface/type_descriptor.h"

namespace manta {

inline constexpr uint64_t kFuzzTypeCount = 8;
inline constexpr uint8_t kFuzzMisaligned = 1 << 4;  // Bit 4 of byte 0.

// Types that have all there is in them (rich_types.h). REQUIRES: index < kFuzzTypeCount.
const TypeDescriptor& FuzzType(uint64_t index);

// Reads the input. The outcome is an error with a documented code and one sentence, or a value; a value is written, and
// read back, equal (any_value.h). Memory stays within a small multiple of the limit that is set, and no payload is
// kept.
void DecodeAny(Serializer& serializer, std::span<const uint8_t> data);

// Makes a value of a type out of the input's choices, writes it, and reads it back; then reads its bytes with one of
// them changed, or cut, as DecodeAny does.
void WriteAny(Serializer& serializer, std::span<const uint8_t> data);

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
