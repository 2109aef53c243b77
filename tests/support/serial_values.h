// tests/support/serial_values.h -- values of every kind that a serializer may meet, and their bytes as they arrive.
//
// Threads   Values; no shared state.
#pragma once

#include <array>
#include <bitset>
#include <chrono>
#include <complex>
#include <cstring>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "core/base/array.h"
#include "core/base/buffer.h"
#include "core/base/ids.h"
#include "core/describe/blob.h"
#include "core/describe/describe.h"
#include "core/describe/encoded_value.h"
#include "core/interface/serializer.h"

namespace manta::serial_values {

struct Point {
  float x = 0;
  float y = 0;
  bool operator==(const Point&) const = default;
};

// Padding, a bool, and a bool in a row of its own.
struct Padded {
  char letter = 0;
  int32_t number = 0;
  bool flag = false;
  int64_t wide = 0;
  bool flags[3] = {};
  bool operator==(const Padded&) const = default;
};

// No padding, and not every pattern of bytes is a value.
struct Switch {
  bool on = false;
  uint8_t level = 0;
  bool operator==(const Switch&) const = default;
};

enum class Color : uint16_t { kRed = 1, kGreen = 500 };
enum Old { kOld, kOlder };

struct Empty {
  bool operator==(const Empty&) const = default;
};

// A type without a default value, by its Codec.
struct Angle {
  explicit Angle(double radians) : radians(radians) {}
  double radians;
  bool operator==(const Angle&) const = default;
};

// Its wire value owns memory, and would be large enough for a payload.
struct Text {
  Text() = default;
  explicit Text(std::string text) : text(std::move(text)) {}
  std::string text;
  bool operator==(const Text&) const = default;
};
struct TextWire {
  std::string text;
  std::vector<int32_t> sizes;
  Array<uint16_t> blob;
};

// An aggregate without a default value: it is made of its parts.
struct Sector {
  Angle from;
  std::string name;
  Angle bounds[2];
  bool open;
  bool operator==(const Sector&) const = default;
};

struct Link {
  ObjectId id;
  bool operator==(const Link&) const = default;
};

struct Tree {
  int32_t value = 0;
  std::vector<Tree> children;
  bool operator==(const Tree&) const = default;
};

struct Chain {
  int64_t value = 0;
  std::unique_ptr<Chain> next;
  bool operator==(const Chain& other) const {
    if (value != other.value || (next == nullptr) != (other.next == nullptr)) return false;
    return next == nullptr || *next == *other.next;
  }
};

class Account {
 public:
  Account() = default;
  Account(int64_t cents, std::string owner) : cents_(cents), owner_(std::move(owner)) {}
  bool operator==(const Account&) const = default;

 private:
  int64_t cents_ = 0;
  std::string owner_;
  MANTA_DESCRIBE(Account, cents_, owner_)
};

struct Rich {
  bool flag = false;
  int8_t small = 0;
  uint64_t large = 0;
  double real = 0;
  Color color = Color::kRed;
  Padded padded;
  std::string text;
  std::vector<float> floats;
  std::vector<bool> bools;
  std::vector<Padded> rows;
  std::vector<Switch> switches;
  std::vector<std::string> words;
  std::deque<int16_t> deque;
  std::list<std::string> list;
  std::set<int32_t> set;
  std::map<std::string, std::vector<Point>> map;
  std::unordered_map<int32_t, std::string> hash_map;
  std::optional<std::string> maybe;
  std::optional<std::optional<int32_t>> twice;
  std::variant<std::monostate, int32_t, std::string, std::vector<Angle>> choice;
  std::unique_ptr<Tree> tree;
  std::array<std::string, 2> pair_of_words;
  std::tuple<int8_t, std::string, bool> tuple;
  std::chrono::milliseconds duration{0};
  std::bitset<5> bits;
  std::vector<Sector> sectors;
  std::map<int32_t, Angle> angles;
  std::vector<Empty> empties;
  Text converted;
  Array<float> blob;
  std::optional<Link> link;
  Account account;

  bool operator==(const Rich& other) const {
    const auto fields = [](const Rich& r) {
      return std::tie(r.flag, r.small, r.large, r.real, r.color, r.padded, r.text, r.floats, r.bools, r.rows,
                      r.switches, r.words, r.deque, r.list, r.set, r.map, r.hash_map, r.maybe, r.twice, r.choice,
                      r.pair_of_words, r.tuple, r.duration, r.bits, r.sectors, r.angles, r.empties, r.converted, r.blob,
                      r.link, r.account);
    };
    if ((tree == nullptr) != (other.tree == nullptr)) return false;
    return fields(*this) == fields(other) && (tree == nullptr || *tree == *other.tree);
  }
};

// Every field holds something.
inline Rich MakeRich() {
  Rich rich;
  rich.flag = true;
  rich.small = -3;
  rich.large = UINT64_MAX - 1;
  rich.real = -0.5;
  rich.color = Color::kGreen;
  rich.padded = {'p', -7, true, 1'000'000'007, {true, false, true}};
  rich.text = "text";
  rich.floats = {1, 2.5f, -3};
  rich.bools = {true, false, true, true};
  rich.rows = {{'a', 1, false, 2, {}}, {'b', 3, true, 4, {true, true, true}}};
  rich.switches = {{true, 200}, {false, 1}};
  rich.words = {"", "one", std::string(300, 'w')};
  rich.deque = {1, -2, 3};
  rich.list = {"first", "second"};
  rich.set = {-5, 0, 9};
  rich.map = {{"a", {{1, 2}}}, {"b", {}}};
  rich.hash_map = {{1, "one"}, {2, "two"}};
  rich.maybe = "maybe";
  rich.twice.emplace(std::nullopt);
  rich.choice = std::vector<Angle>{Angle(1), Angle(2)};
  rich.tree = std::make_unique<Tree>(Tree{1, {{2, {}}, {3, {{4, {}}}}}});
  rich.pair_of_words = {"left", "right"};
  rich.tuple = {7, "seven", true};
  rich.duration = std::chrono::milliseconds(1234);
  rich.bits = 0b10110;
  rich.sectors.push_back({Angle(0), "north", {Angle(1), Angle(2)}, true});
  rich.sectors.push_back({Angle(3), "south", {Angle(4), Angle(5)}, false});
  rich.angles.emplace(1, Angle(0.25));
  rich.empties.resize(3);
  rich.converted = Text("converted");
  rich.blob = {1, 2, 3, 4};
  rich.link = Link{ObjectId::ForTest(77)};
  rich.account = Account(1999, "owner");
  return rich;
}

class CountingKeeper final : public PayloadKeeper {
 public:
  void Retain() override { ++held_count; }
  void Release() override { --held_count; }

  int held_count = 0;
};

// Refuses references when asked to.
struct Binder {
  bool refuses = false;
  std::vector<ObjectId> bound;
};

// A value's bytes as they arrive elsewhere: in a block of their own, so that reading past it is found.
class Sent {
 public:
  template <typename T>
  Sent(Serializer& serializer, const T& value) {
    EncodedValue encoded;
    status = serializer.Write(Describe<T>(), &value, encoded);
    if (!status.ok()) return;
    stream.assign(encoded.stream().begin(), encoded.stream().end());
    stream.shrink_to_fit();
    for (const auto& payload : encoded.payloads()) payloads_.push_back(Buffer::CopyOf(payload));
    for (const Buffer& payload : payloads_) payloads.push_back(payload.bytes());
    references.assign(encoded.references().begin(), encoded.references().end());
  }

  SerialSource source(PayloadKeeper* keeper = nullptr) const {
    return {.stream = stream, .payloads = payloads, .keeper = keeper};
  }

  absl::Status status;
  std::vector<std::byte> stream;
  std::vector<std::span<const std::byte>> payloads;
  std::vector<ObjectId> references;

 private:
  std::vector<Buffer> payloads_;
};

}  // namespace manta::serial_values

template <>
struct manta::Codec<manta::serial_values::Angle> {
  using Wire = double;
  static double ToWire(const serial_values::Angle& angle) { return angle.radians; }
  static std::optional<serial_values::Angle> FromWire(double radians) {
    if (!(radians >= 0)) return std::nullopt;
    return serial_values::Angle(radians);
  }
};

template <>
struct manta::Codec<manta::serial_values::Text> {
  using Wire = serial_values::TextWire;
  static Wire ToWire(const serial_values::Text& text) {
    if (text.text == "throws") throw 1;
    Wire wire;
    wire.text = text.text;
    wire.sizes.assign(text.text.size(), 7);
    wire.blob = Array<uint16_t>::CopyOf(std::vector<uint16_t>(text.text.size(), 9));
    return wire;
  }
  static std::optional<serial_values::Text> FromWire(Wire wire) {
    if (wire.text == "throws") return std::nullopt;  // Could not be written.
    if (wire.sizes.size() != wire.text.size() || wire.blob.size() != wire.text.size()) return std::nullopt;
    return serial_values::Text(std::move(wire.text));
  }
};

template <>
struct manta::ReferenceTraits<manta::serial_values::Link> {
  static ObjectId Id(const serial_values::Link& link) { return link.id; }
  static bool Bind(serial_values::Link& link, ObjectId id, void* binder) {
    auto* const to = static_cast<serial_values::Binder*>(binder);
    if (to == nullptr || to->refuses) return false;
    to->bound.push_back(id);
    link.id = id;
    return true;
  }
};

// SPDX-License-Identifier: Apache-2.0
