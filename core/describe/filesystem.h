// core/describe/filesystem.h -- makes std::filesystem::path describable: as its text.
//
// Shapes    kWire over string: the bytes of the path as the system has them, which need not be UTF-8.
// Threads   [any-thread].
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "core/describe/codec.h"

namespace manta {

template <>
struct Codec<std::filesystem::path> {
  using Wire = std::string;
  static Wire ToWire(const std::filesystem::path& path) { return path.native(); }
  static std::optional<std::filesystem::path> FromWire(Wire text) { return std::filesystem::path(std::move(text)); }
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
