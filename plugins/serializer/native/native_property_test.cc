// Values of composite types, generated: what is written comes back, and its bytes, cut anywhere, do not.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "plugins/serializer/native/native_serializer.h"
#include "tests/support/serial_values.h"

namespace rc {

using manta::serial_values::Account;
using manta::serial_values::Angle;
using manta::serial_values::Padded;
using manta::serial_values::Point;
using manta::serial_values::Sector;
using manta::serial_values::Tree;

template <>
struct Arbitrary<Point> {
  static Gen<Point> arbitrary() {
    return gen::apply([](float x, float y) { return Point{x, y}; }, gen::arbitrary<float>(), gen::arbitrary<float>());
  }
};

template <>
struct Arbitrary<Padded> {
  static Gen<Padded> arbitrary() {
    return gen::apply(
        [](char letter, int32_t number, bool flag, int64_t wide, bool last) {
          return Padded{letter, number, flag, wide, {flag, !flag, last}};
        },
        gen::arbitrary<char>(), gen::arbitrary<int32_t>(), gen::arbitrary<bool>(), gen::arbitrary<int64_t>(),
        gen::arbitrary<bool>());
  }
};

template <>
struct Arbitrary<Angle> {
  static Gen<Angle> arbitrary() {
    return gen::map(gen::arbitrary<uint32_t>(), [](uint32_t radians) { return Angle(radians); });
  }
};

template <>
struct Arbitrary<Sector> {
  static Gen<Sector> arbitrary() {
    return gen::apply(
        [](Angle from, std::string name, bool open) {
          return Sector{from, std::move(name), {from, from}, open};
        },
        gen::arbitrary<Angle>(), gen::arbitrary<std::string>(), gen::arbitrary<bool>());
  }
};

template <>
struct Arbitrary<Account> {
  static Gen<Account> arbitrary() {
    return gen::apply([](int64_t cents, std::string owner) { return Account(cents, std::move(owner)); },
                      gen::arbitrary<int64_t>(), gen::arbitrary<std::string>());
  }
};

// At most four levels, each of smaller trees.
Gen<Tree> TreeOf(int levels) {
  const auto children =
      levels == 0 ? gen::just(std::vector<Tree>())
                  : gen::scale(0.3, gen::container<std::vector<Tree>>(gen::lazy([=] { return TreeOf(levels - 1); })));
  return gen::apply(
      [](int32_t value, std::vector<Tree> children) {
        return Tree{value, std::move(children)};
      },
      gen::arbitrary<int32_t>(), children);
}
template <>
struct Arbitrary<Tree> {
  static Gen<Tree> arbitrary() { return TreeOf(4); }
};

}  // namespace rc

namespace manta {
namespace {

using namespace serial_values;  // NOLINT: the types of this test.

template <typename T>
void ComesBackAndOnlyWhole(const T& value) {
  static NativeSerializer serializer;
  const Sent sent(serializer, value);
  RC_ASSERT(sent.status.ok());
  T back{};
  RC_ASSERT(serializer.Read(Describe<T>(), sent.source(), {}, nullptr, &back).ok());
  RC_ASSERT(back == value);
  const auto size = *rc::gen::inRange<size_t>(0, sent.stream.size() + 1);
  if (size == sent.stream.size()) return;
  const std::vector<std::byte> cut(sent.stream.begin(), sent.stream.begin() + static_cast<ptrdiff_t>(size));
  const SerialSource source = {.stream = cut, .payloads = sent.payloads};
  T part{};
  RC_ASSERT(serializer.Read(Describe<T>(), source, {}, nullptr, &part).code() == absl::StatusCode::kInvalidArgument);
}

using Table = std::map<std::string, std::vector<Point>>;
using Grid = std::vector<std::vector<std::vector<int16_t>>>;
using Row = std::tuple<int8_t, std::string, std::vector<bool>, double>;
using Rows = std::vector<Row>;
using Pairs = std::vector<std::pair<std::string, Padded>>;
using Sectors = std::vector<Sector>;
using Accounts = std::unordered_map<int32_t, Account>;
using Sets = std::list<std::set<std::string>>;
using Bytes = std::vector<uint8_t>;

RC_GTEST_PROP(NativePropertyTest, Table, (const Table& value)) { ComesBackAndOnlyWhole(value); }
RC_GTEST_PROP(NativePropertyTest, Grid, (const Grid& value)) { ComesBackAndOnlyWhole(value); }
RC_GTEST_PROP(NativePropertyTest, Rows, (const Rows& value)) { ComesBackAndOnlyWhole(value); }
RC_GTEST_PROP(NativePropertyTest, Pairs, (const Pairs& value)) { ComesBackAndOnlyWhole(value); }
RC_GTEST_PROP(NativePropertyTest, Sectors, (const Sectors& value)) { ComesBackAndOnlyWhole(value); }
RC_GTEST_PROP(NativePropertyTest, Accounts, (const Accounts& value)) { ComesBackAndOnlyWhole(value); }
RC_GTEST_PROP(NativePropertyTest, Sets, (const Sets& value)) { ComesBackAndOnlyWhole(value); }
RC_GTEST_PROP(NativePropertyTest, Trees, (const Tree& value)) { ComesBackAndOnlyWhole(value); }

RC_GTEST_PROP(NativePropertyTest, Choices, (const std::vector<std::string>& words, const Tree& tree)) {
  std::vector<std::variant<std::monostate, std::string, Tree, std::optional<Angle>>> value;
  for (const std::string& word : words) {
    value.emplace_back(word);
    value.emplace_back(std::monostate());
    value.emplace_back(std::optional<Angle>(Angle(static_cast<double>(word.size()))));
    value.emplace_back(std::optional<Angle>());
  }
  value.emplace_back(tree);
  ComesBackAndOnlyWhole(value);
}

// Some runs are payloads, some are not.
RC_GTEST_PROP(NativePropertyTest, Runs, (const std::vector<uint16_t>& sizes)) {
  std::vector<std::pair<Bytes, Array<int32_t>>> value;
  for (const uint16_t size : sizes) {
    value.emplace_back(Bytes(size % 8192, 1), Array<int32_t>::CopyOf(std::vector<int32_t>(size % 100, 2)));
  }
  ComesBackAndOnlyWhole(value);
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
