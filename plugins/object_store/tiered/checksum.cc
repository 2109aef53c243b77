#include "plugins/object_store/tiered/checksum.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <new>

namespace manta {
namespace {

const XXH3_state_t* Of(const std::byte* state) { return std::launder(reinterpret_cast<const XXH3_state_t*>(state)); }

XXH3_state_t* Of(std::byte* state) { return std::launder(reinterpret_cast<XXH3_state_t*>(state)); }

}  // namespace

Checksum::Checksum() {
  static_assert(sizeof(XXH3_state_t) <= kStateBytes && alignof(XXH3_state_t) <= 64);
  XXH3_64bits_reset(new (state_) XXH3_state_t);
}

void Checksum::Add(std::span<const std::byte> bytes) {
  if (!bytes.empty()) XXH3_64bits_update(Of(state_), bytes.data(), bytes.size());
}

uint64_t Checksum::value() const { return XXH3_64bits_digest(Of(state_)); }

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
