// tests/conformance/serializer_types.h -- values that the suite needs besides those of tests/support/serial_values.h.
//
// Threads   Values; no shared state.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>

#include "core/describe/describe.h"

namespace manta::conformance {

// A kMessage: writes and reads its own bytes, its text. "fails" cannot be written, "?..." cannot be read.
struct Note {
  std::string text;
  bool operator==(const Note&) const = default;
};

// Throws when it is made of a negative number: a variant that was to hold it then holds nothing.
struct Picky {
  explicit Picky(int32_t number) : text(std::to_string(number)) {
    if (number < 0) throw number;
  }
  std::string text;  // Variants of types that are copied as bytes always hold something.
  bool operator==(const Picky&) const = default;
};

}  // namespace manta::conformance

template <>
struct manta::Codec<manta::conformance::Picky> {
  using Wire = int32_t;
  static Wire ToWire(const conformance::Picky& picky) { return std::stoi(picky.text); }
  static std::optional<conformance::Picky> FromWire(Wire number) { return conformance::Picky(number); }
};

template <>
struct manta::MessageTraits<manta::conformance::Note> {
  static uint64_t Size(const void* message) noexcept {
    return static_cast<const conformance::Note*>(message)->text.size();
  }
  static bool Write(const void* message, std::span<std::byte> out) noexcept {
    const std::string& text = static_cast<const conformance::Note*>(message)->text;
    if (text == "fails") return false;
    if (!text.empty()) std::memcpy(out.data(), text.data(), text.size());
    return true;
  }
  static bool Read(void* message, std::span<const std::byte> bytes) noexcept {
    const auto* const text = reinterpret_cast<const char*>(bytes.data());
    if (!bytes.empty() && text[0] == '?') return false;
    try {
      static_cast<conformance::Note*>(message)->text.assign(text, bytes.size());
      return true;
    } catch (...) {
      return false;
    }
  }
  static constexpr MessageOps kOps = {.format = "note", .size_bytes = &Size, .write = &Write, .read = &Read};
};

// SPDX-License-Identifier: Apache-2.0
