// The same bytes as msgpack-cxx, and what it wrote is read.
#include <gtest/gtest.h>

#include <bit>
#include <map>
#include <msgpack.hpp>
#include <string>
#include <vector>

#include "core/describe/msgpack.h"
#include "plugins/serializer/msgpack/msgpack_serializer.h"
#include "tests/support/choices.h"
#include "tests/support/serial_values.h"

namespace manta {
namespace {

using serial_values::Sent;

enum class Level : uint8_t { kLow = 1, kHigh = 200 };

struct Inner {
  int32_t number = 0;
  std::string text;
  bool operator==(const Inner&) const = default;
  MSGPACK_DEFINE(number, text)
};

class Outer {
 public:
  Outer() = default;
  explicit Outer(Choices& choices)
      : id_(choices.Below(0) >> choices.Below(64)),
        balance_(static_cast<int64_t>(choices.Below(0)) >> choices.Below(64)),
        real_(static_cast<double>(choices.Below(1000)) + 0.25),
        small_(static_cast<float>(choices.Below(1000)) + 0.5f),
        flag_(choices.Below(2) != 0),
        text_(choices.Below(300), 't'),
        bytes_(choices.Below(300), 'b'),
        inner_{static_cast<int32_t>(choices.Below(100'000)) - 50'000, "inner"},
        rows_(choices.Below(20), inner_) {
    for (uint64_t i = choices.Below(20); i > 0; --i) table_[std::to_string(i)] = static_cast<int16_t>(i * 1000);
  }
  bool operator==(const Outer&) const = default;
  MSGPACK_DEFINE_MAP(id_, balance_, real_, small_, flag_, text_, bytes_, inner_, rows_, table_)

 private:
  uint64_t id_ = 0;
  int64_t balance_ = 0;
  double real_ = 0;
  float small_ = 0;
  bool flag_ = false;
  std::string text_;
  std::vector<unsigned char> bytes_;
  Inner inner_;
  std::vector<Inner> rows_;
  std::map<std::string, int16_t> table_;
};

class MsgpackCxxTest : public testing::Test {
 protected:
  // Writes the same bytes, and each side reads what the other wrote.
  template <typename T>
  void IsTheSame(const T& value) {
    msgpack::sbuffer theirs;
    msgpack::pack(theirs, value);
    const Sent ours(serializer_, value);
    ASSERT_TRUE(ours.status.ok()) << ours.status;
    const auto their_bytes = std::as_bytes(std::span(theirs.data(), theirs.size()));
    ASSERT_TRUE(std::equal(ours.stream.begin(), ours.stream.end(), their_bytes.begin(), their_bytes.end()))
        << Describe<T>().name << ", of " << theirs.size() << " bytes";
    ComesBack(value, theirs);
    T back{};
    msgpack::unpack(reinterpret_cast<const char*>(ours.stream.data()), ours.stream.size()).get().convert(back);
    ASSERT_TRUE(back == value);
  }

  template <typename T>
  void ComesBack(const T& value, const msgpack::sbuffer& theirs) {
    T back{};
    const SerialSource source = {.stream = std::as_bytes(std::span(theirs.data(), theirs.size()))};
    const absl::Status status = serializer_.Read(Describe<T>(), source, {}, nullptr, &back);
    ASSERT_TRUE(status.ok()) << status;
    ASSERT_TRUE(back == value);
  }

  MsgpackSerializer serializer_;
};

TEST_F(MsgpackCxxTest, IntegersOfEveryWidth) {
  for (int bit = 0; bit < 64; ++bit) {
    for (const int64_t off : {-2, -1, 0, 1, 2}) {
      const uint64_t value = (uint64_t{1} << bit) + static_cast<uint64_t>(off);
      IsTheSame(value);
      IsTheSame(static_cast<int64_t>(value));
      IsTheSame(-static_cast<int64_t>(value & INT64_MAX));
      IsTheSame(static_cast<int32_t>(value));
      IsTheSame(static_cast<uint16_t>(value));
      IsTheSame(static_cast<int8_t>(value));
    }
  }
}

TEST_F(MsgpackCxxTest, HeadsOfEveryWidth) {
  for (const size_t size : {0, 1, 15, 16, 31, 32, 255, 256, 65'535, 65'536}) {
    IsTheSame(std::string(size, 's'));
    IsTheSame(std::vector<unsigned char>(size, 7));
    IsTheSame(std::vector<char>(size, 'c'));
    IsTheSame(std::vector<int32_t>(size, 1000));
    IsTheSame(std::vector<bool>(size, true));
    std::map<uint32_t, bool> map;
    for (uint32_t i = 0; i < size; ++i) map.emplace(i, i % 2 == 0);
    IsTheSame(map);
  }
}

TEST_F(MsgpackCxxTest, OtherKinds) {
  IsTheSame(true);
  IsTheSame(0.1);
  IsTheSame(0.1f);
  IsTheSame(std::numeric_limits<double>::infinity());
  IsTheSame(std::optional<int32_t>());
  IsTheSame(std::optional<int32_t>(5));
  IsTheSame(std::pair<int32_t, std::string>(1, "a"));
  IsTheSame(std::tuple<int32_t, bool, std::string>(1, true, "a"));
  IsTheSame(std::array<int32_t, 3>{1, 2, 3});
  IsTheSame(std::array<unsigned char, 3>{1, 2, 3});
  IsTheSame(std::set<std::string>{"a", "b"});
  IsTheSame(std::list<double>{0.5, 1.5});
  IsTheSame(std::unordered_map<std::string, int32_t>{{"a", 1}, {"b", 2}});
  IsTheSame(std::map<std::string, std::vector<std::optional<double>>>{{"a", {0.5, {}}}, {"b", {}}});
  IsTheSame(Inner{7, "seven"});
}

TEST_F(MsgpackCxxTest, RandomClasses) {
  SeededChoices choices(11);
  for (int i = 0; i < 20'000; ++i) ASSERT_NO_FATAL_FAILURE(IsTheSame(Outer(choices)));
}

// The one difference: msgpack-cxx writes a whole number that is a float as an integer, and so loses the sign of -0.
TEST_F(MsgpackCxxTest, WholeFloatsAreReadFromIntegers) {
  SeededChoices choices(12);
  for (int i = 0; i < 20'000; ++i) {
    const auto value = static_cast<double>(static_cast<int64_t>(choices.Below(0)) >> choices.Below(64));
    msgpack::sbuffer theirs;
    msgpack::pack(theirs, value);
    ASSERT_NO_FATAL_FAILURE(ComesBack(value, theirs));
    EXPECT_EQ(Sent(serializer_, value).stream.size(), 9u);
  }
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
