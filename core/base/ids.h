// core/base/ids.h -- names things by fixed-size, trivially copyable ids.
//
// An ObjectId is drawn by the worker that creates the reference and names that worker, so that anyone who
// holds an id knows whom to ask. Ids are never reused within the life of a cluster.
//
// Shapes    16 bytes: 64-bit worker incarnation, 48-bit sequence, 16-bit return index.
// Threads   Values; no shared state.
// Memory    Trivially copyable: ids cross the plugin boundary and lie in tables as they are.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace manta {

class ObjectId {
 public:
  static constexpr uint64_t kSequenceMax = (uint64_t{1} << 48) - 1;

  // The nil id: names no object.
  constexpr ObjectId() = default;

  // REQUIRES: sequence <= kSequenceMax.
  constexpr ObjectId(uint64_t worker, uint64_t sequence, uint16_t return_index)
      : worker_(worker), sequence_and_index_(sequence << 16 | return_index) {}

  // An id that no worker draws (worker 0), for tests and tools.
  static constexpr ObjectId ForTest(uint64_t sequence) { return ObjectId(0, sequence, 0); }

  // Reads what ToHex writes; nothing when `hex` is not 32 hexadecimal digits.
  static std::optional<ObjectId> FromHex(std::string_view hex);

  // 32 lower-case hexadecimal digits: worker, sequence, return index, most significant digit first.
  std::string ToHex() const;

  constexpr uint64_t worker() const { return worker_; }
  constexpr uint64_t sequence() const { return sequence_and_index_ >> 16; }
  constexpr uint16_t return_index() const { return static_cast<uint16_t>(sequence_and_index_); }
  constexpr bool nil() const { return worker_ == 0 && sequence_and_index_ == 0; }

  friend constexpr bool operator==(const ObjectId&, const ObjectId&) = default;
  friend constexpr auto operator<=>(const ObjectId&, const ObjectId&) = default;

  // Makes ids keys of Abseil's hash containers.
  template <typename H>
  friend H AbslHashValue(H state, const ObjectId& id) {
    return H::combine(std::move(state), id.worker_, id.sequence_and_index_);
  }

 private:
  uint64_t worker_ = 0;
  uint64_t sequence_and_index_ = 0;
};

static_assert(sizeof(ObjectId) == 16 && std::is_trivially_copyable_v<ObjectId>);

}  // namespace manta

template <>
struct std::hash<manta::ObjectId> {
  size_t operator()(const manta::ObjectId& id) const noexcept {
    // Sequences are dense and workers random: one multiplication by 2^64 / golden ratio spreads both.
    const uint64_t low = id.sequence() << 16 | id.return_index();
    const uint64_t mixed = (low ^ id.worker()) * 0x9e3779b97f4a7c15u;
    return static_cast<size_t>(mixed ^ mixed >> 32);
  }
};

// SPDX-License-Identifier: Apache-2.0
