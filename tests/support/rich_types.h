// tests/support/rich_types.h -- one type with everything in it that a type can have.
//
// serial_values.h has types that show one thing each, and Rich, which has a field of most kinds. Here they are nested
// in one another: what fuzzers and the conformance suite write, read and generate (any_value.h).
//
// Threads   Values; no shared state.
#pragma once

#include <array>
#include <complex>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

#include "core/base/array.h"
#include "core/base/buffer.h"
#include "core/describe/codec.h"
#include "tests/support/serial_values.h"

namespace manta::serial_values {

// Contains itself by every way there is.
struct Node {
  std::string name;
  std::unique_ptr<Node> next;
  std::vector<Node> children;
  std::map<std::string, Node> by_name;
  std::variant<std::monostate, double, std::vector<Node>> choice;
};

struct Everything {
  Rich rich;
  std::vector<Rich> riches;
  Node node;
  Chain chain;
  Buffer buffer;
  std::vector<Buffer> buffers;
  std::optional<Array<double>> reals;
  std::map<uint64_t, Array<Point>> rows;
  Array<std::array<int16_t, 3>> triples;
  int16_t grid[2][3] = {};
  std::string words[2];
  std::vector<std::vector<std::vector<uint8_t>>> nested;
  std::unordered_map<std::string, std::map<int32_t, std::vector<std::string>>> tables;
  std::unordered_set<std::string> names;
  std::set<std::pair<int32_t, std::string>> pairs;
  std::multimap<int8_t, bool> many;
  std::vector<std::optional<std::unique_ptr<Padded>>> maybes;
  std::vector<std::variant<std::string, Link, Switch, std::vector<Color>>> choices;
  std::vector<Link> links;
  std::map<Color, Old> colors;
  std::complex<float> complex;
  uint16_t port = 0;
  int64_t wide = 0;
  std::vector<std::byte> bytes;
};

// Plain, without a default value: a row of them cannot be made before it is filled.
struct Level {
  explicit Level(int32_t height) : height(height) {}
  int32_t height;
  MANTA_DESCRIBE(Level, height)
};

// Every kind of row: as in memory, with bools or padding, without default values, of nothing.
struct Runs {
  std::vector<float> floats;
  std::vector<bool> bools;
  std::vector<Switch> switches;
  std::vector<Padded> rows;
  std::vector<Level> levels;
  std::vector<Angle> angles;
  std::vector<Empty> empties;
  std::array<std::string, 3> words;
  std::array<Empty, 2> nothing;
  std::vector<std::unique_ptr<Level>> owned;
};

// Parts so large that they are payloads, and long ones that are not.
struct Large {
  std::array<double, 600> reals = {};
  std::array<bool, 70> flags = {};
  std::array<Padded, 30> rows = {};
  std::vector<std::array<int32_t, 1024>> blocks;
  std::vector<uint64_t> run;
  std::string text;
  Buffer buffer;
  std::optional<Array<Point>> points;
};

// The same settings before and after a change: `size` went, `width` and what follows came, others changed places.
struct SettingsV1 {
  std::string name = "first";
  int32_t size = 1;
  std::vector<int32_t> limits;
  Point origin;
  bool operator==(const SettingsV1&) const = default;
};
struct SettingsV2 {
  Point origin;
  std::vector<int32_t> limits;
  double width = 2.5;
  std::optional<std::string> comment = "none";
  std::map<std::string, SettingsV1> profiles;
  std::string name = "second";
  bool operator==(const SettingsV2&) const = default;
};

}  // namespace manta::serial_values

// SPDX-License-Identifier: Apache-2.0
