// plugins/object_store/tiered/checksum.h -- tells whether bytes are still what was written: XXH3, 64 bits.
//
//   Checksum checksum;
//   checksum.Add(metadata);
//   checksum.Add(data);
//   if (checksum.value() != written) ...
//
// Shapes    The value depends on the bytes alone, not on how they are cut into calls.
// Cost      About 0.1 ns a byte.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace manta {

class Checksum {
 public:
  Checksum();
  void Add(std::span<const std::byte> bytes);
  uint64_t value() const;

 private:
  static constexpr size_t kStateBytes = 576;

  alignas(64) std::byte state_[kStateBytes];  // An XXH3_state_t.
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
