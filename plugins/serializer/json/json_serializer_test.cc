// What is json's own; the contract is tested by //tests/conformance:serializer.
#include "plugins/serializer/json/json_serializer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <limits>
#include <random>

#include "tests/support/serial_values.h"

namespace manta {
namespace {

using namespace serial_values;  // NOLINT: the types of this test.
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string TextOf(const Sent& sent) { return {reinterpret_cast<const char*>(sent.stream.data()), sent.stream.size()}; }

class JsonSerializerTest : public testing::Test {
 protected:
  template <typename T>
  std::string Json(const T& value) {
    const Sent sent(serializer_, value);
    EXPECT_TRUE(sent.status.ok()) << sent.status;
    EXPECT_TRUE(sent.payloads.empty());
    return TextOf(sent);
  }

  template <typename T>
  absl::Status ReadText(std::string_view text, T& value, ReadLimits limits = {}) {
    SerialSource source;
    source.stream = std::as_bytes(std::span(text));
    return serializer_.Read(Describe<T>(), source, limits, &binder_, &value);
  }

  // There and back, in one line and in many.
  template <typename T>
  void RoundTrip(const T& value) {
    for (Serializer* serializer : {static_cast<Serializer*>(&serializer_), static_cast<Serializer*>(&pretty_)}) {
      const Sent sent(*serializer, value);
      ASSERT_TRUE(sent.status.ok()) << sent.status;
      T back{};
      const absl::Status status = serializer_.Read(Describe<T>(), sent.source(), {}, &binder_, &back);
      ASSERT_TRUE(status.ok()) << status << "\n" << TextOf(sent);
      EXPECT_TRUE(back == value) << Describe<T>().name << "\n" << TextOf(sent);
    }
  }

  // It is written as `text`, and comes back.
  template <typename T>
  void Looks(const T& value, std::string_view text) {
    EXPECT_EQ(Json(value), text);
    RoundTrip(value);
  }

  JsonSerializer serializer_;
  JsonSerializer pretty_{2};
  Binder binder_;
};

TEST_F(JsonSerializerTest, EveryKindLooksAsTheReadmeSays) {
  Looks(std::monostate(), "null");
  Looks(true, "true");
  Looks(int8_t{-128}, "-128");
  Looks('c', "99");
  Looks(std::byte{200}, "200");
  Looks(std::numeric_limits<int64_t>::min(), "-9223372036854775808");
  Looks(UINT64_MAX, "18446744073709551615");
  Looks(Color::kGreen, "500");
  Looks(kOlder, "1");
  Looks(0.1, "0.1");
  Looks(0.1f, "0.1");
  Looks(100000.0, "100000");
  Looks(-0.0, "-0");
  Looks(1e300, "1e+300");
  Looks(5e-324, "5e-324");
  Looks(-std::numeric_limits<float>::infinity(), "\"-inf\"");
  Looks(std::numeric_limits<double>::infinity(), "\"inf\"");
  Looks(std::complex<double>(1, -2.5), "[1,-2.5]");
  Looks(std::string("text"), "\"text\"");
  Looks(Point{1, 2}, "{\"x\":1,\"y\":2}");
  Looks(std::array<std::string, 2>{"a", "b"}, "[\"a\",\"b\"]");
  Looks(std::array<Empty, 2>(), "[null,null]");
  Looks(std::tuple<int8_t, std::string, bool>(1, "b", true), "[1,\"b\",true]");
  Looks(std::tuple<>(), "[]");
  Looks(std::vector<int32_t>{1, 2, 3}, "[1,2,3]");
  Looks(std::vector<uint8_t>{1, 2, 3, 255}, "\"AQID/w==\"");
  Looks(std::vector<std::byte>(3), "\"AAAA\"");
  Looks(std::array<uint8_t, 2>{1, 2}, "[1,2]");
  Looks(std::vector<bool>{true, false}, "[true,false]");
  Looks(std::set<std::string>{"a", "b"}, "[\"a\",\"b\"]");
  Looks(std::map<std::string, Point>{{"p", {1, 2}}}, "{\"p\":{\"x\":1,\"y\":2}}");
  Looks(std::map<int32_t, std::string>{{1, "one"}, {2, "two"}}, "[[1,\"one\"],[2,\"two\"]]");
  Looks(std::multimap<std::string, int32_t>{{"a", 1}, {"a", 2}}, "{\"a\":1,\"a\":2}");
  Looks(std::optional<int32_t>(), "null");
  Looks(std::optional<int32_t>(5), "5");
  Looks(std::optional<std::monostate>(), "[]");
  Looks(std::optional<std::monostate>(std::monostate()), "[null]");
  using Twice = std::optional<std::optional<int32_t>>;
  Looks(Twice(), "[]");
  Looks(Twice(std::optional<int32_t>()), "[null]");
  Looks(Twice(std::optional<int32_t>(5)), "[5]");
  using Choice = std::variant<std::monostate, int32_t, std::string>;
  Looks(Choice(), "[0,null]");
  Looks(Choice("there"), "[2,\"there\"]");
  Looks(std::chrono::milliseconds(1500), "1500");
  Looks(std::bitset<5>(0b10110), "\"10110\"");
  Looks(Link{ObjectId(1, 2, 3)}, "{\"$object\":\"00000000000000010000000000020003\"}");
  Looks(Array<double>{1, 2.5}, "[1,2.5]");
  Looks(Array<Point>{{1, 2}}, "[{\"x\":1,\"y\":2}]");
  Looks(Array<uint8_t>{1, 2, 3}, "\"AQID\"");
  Looks(Account(5, "owner"), "{\"cents_\":5,\"owner_\":\"owner\"}");
  Looks(Tree{1, {{2, {}}}}, "{\"value\":1,\"children\":[{\"value\":2,\"children\":[]}]}");
}

TEST_F(JsonSerializerTest, EverythingComesBack) {
  RoundTrip(MakeRich());
  RoundTrip(Rich());
  RoundTrip(std::vector<Padded>{{'x', 1, true, 2, {}}, {}});
  RoundTrip(std::vector<Switch>(1000, Switch{true, 2}));
  RoundTrip(std::list<double>{1, 2});
  RoundTrip(std::deque<std::string>{"a", std::string(5000, 'b')});
  RoundTrip(std::multiset<int32_t>{1, 1, 2});
  RoundTrip(std::unordered_map<std::string, Point>{{"a", {1, 2}}, {"b", {3, 4}}});
  RoundTrip(std::map<std::monostate, std::monostate>{{{}, {}}});
  RoundTrip(std::vector<std::vector<std::vector<int32_t>>>(3));
  RoundTrip(std::vector<uint8_t>(10'000, 77));
  RoundTrip(Array<std::byte>());
  RoundTrip(Array<float>());
  RoundTrip(Text(std::string(10'000, 't')));
  RoundTrip(std::u8string(u8"gr\u00fcn"));
}

TEST_F(JsonSerializerTest, AllTextComesBackAndIsUtf8) {
  Looks(std::string("\"\\/\b\f\n\r\t"), R"("\"\\/\b\f\n\r\t")");
  Looks(std::string("\0\x1f\x7f", 3), "\"\\u0000\\u001f\x7f\"");
  Looks(std::string("gr\u00fcn \u20ac \U0001f600"), "\"gr\u00fcn \u20ac \U0001f600\"");
  Looks(std::string("\xff"), R"("\udcff")");
  Looks(std::string("\x80 a\xc3"), R"("\udc80 a\udcc3")");
  Looks(std::string("\xc0\x80"), R"("\udcc0\udc80")");                      // Longer than needed.
  Looks(std::string("\xed\xa0\x80"), R"("\udced\udca0\udc80")");            // A surrogate.
  Looks(std::string("\xf4\x90\x80\x80"), R"("\udcf4\udc90\udc80\udc80")");  // Beyond the last character.
  Looks(std::string("\xf0\x9f\x98"), R"("\udcf0\udc9f\udc98")");            // Cut off.
  for (int byte = 0; byte < 256; ++byte) RoundTrip(std::string(3, static_cast<char>(byte)));
  std::mt19937_64 random(5);
  for (int round = 0; round < 2000; ++round) {
    std::string text(random() % 40, ' ');
    for (char& c : text) c = static_cast<char>(random() % 3 == 0 ? random() : 'a' + random() % 26);
    RoundTrip(text);
    RoundTrip(std::map<std::string, std::string>{{text, text}});
  }
}

TEST_F(JsonSerializerTest, EscapesOfOthersAreRead) {
  std::string text;
  ASSERT_TRUE(ReadText(R"("\u00fc\u20AC\ud83d\ude00\/\u0041")", text).ok());
  EXPECT_EQ(text, "\u00fc\u20ac\U0001f600/A");
  Point point;
  ASSERT_TRUE(ReadText("{\"\\u0078\":1,\"y\":2}", point).ok());
  EXPECT_EQ(point, (Point{1, 2}));
}

TEST_F(JsonSerializerTest, FloatsComeBackBitForBit) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 20'000; ++round) {
    const uint64_t bits = random();
    const double wide = std::bit_cast<double>(bits);
    const float narrow = std::bit_cast<float>(static_cast<uint32_t>(bits));
    double wide_back = 0;
    float narrow_back = 0;
    ASSERT_TRUE(ReadText(Json(wide), wide_back).ok()) << Json(wide);
    ASSERT_TRUE(ReadText(Json(narrow), narrow_back).ok()) << Json(narrow);
    EXPECT_EQ(std::bit_cast<uint64_t>(wide_back), bits);
    EXPECT_EQ(std::bit_cast<uint32_t>(narrow_back), static_cast<uint32_t>(bits));
  }
  EXPECT_EQ(Json(std::numeric_limits<double>::quiet_NaN()), "\"nan\"");
  const uint64_t signalling = 0x7ff4000000000123;
  EXPECT_EQ(Json(std::bit_cast<double>(signalling)), "\"nan:7ff4000000000123\"");
  double back = 0;
  ASSERT_TRUE(ReadText("\"nan:7ff4000000000123\"", back).ok());
  EXPECT_EQ(std::bit_cast<uint64_t>(back), signalling);
  ASSERT_TRUE(ReadText("\"nan\"", back).ok());
  EXPECT_EQ(std::bit_cast<uint64_t>(back), std::bit_cast<uint64_t>(std::numeric_limits<double>::quiet_NaN()));
  for (const double whole : {9007199254740992.0, -9007199254740991.0, 9007199254740994.0, 1e15, 1e22}) RoundTrip(whole);
}

TEST_F(JsonSerializerTest, IndentIsForEyes) {
  struct Shown {
    std::vector<int32_t> numbers = {1, 2, 3};
    std::vector<Point> points = {{1, 2}};
    std::map<std::string, int32_t> map = {{"a", 1}};
    std::vector<Point> none;
    std::pair<int32_t, bool> pair = {1, true};
  };
  EXPECT_EQ(TextOf(Sent(pretty_, Shown())), R"({
  "numbers": [1, 2, 3],
  "points": [
    {
      "x": 1,
      "y": 2
    }
  ],
  "map": {
    "a": 1
  },
  "none": [],
  "pair": [1, true]
})");
}

TEST_F(JsonSerializerTest, FieldsComeInAnyOrderAndMissingOnesKeepTheirDefault) {
  struct Old {
    int32_t a = 1, b = 2;
  };
  Old old;
  ASSERT_TRUE(
      ReadText(R"( { "b" : 20 , "new" : {"deep":[1,{"x":[]},"\u0041",null,true,-1.5e3]} , "a":10} )", old).ok());
  EXPECT_EQ(old.a, 10);
  EXPECT_EQ(old.b, 20);
  Old other;
  ASSERT_TRUE(ReadText(R"({"b":20})", other).ok());
  EXPECT_EQ(other.a, 1);
  EXPECT_EQ(other.b, 20);
  ASSERT_TRUE(ReadText("{}", other).ok());
  std::vector<Sector> sectors;
  EXPECT_THAT(ReadText(R"([{"name":"no from","bounds":[1,2]}])", sectors).ToString(),
              HasSubstr("field from is missing, and has no default value"));
  ASSERT_TRUE(ReadText(R"([{"bounds":[1,2],"from":0}])", sectors).ok());
  EXPECT_EQ(sectors[0].bounds[1].radians, 2);
}

TEST_F(JsonSerializerTest, ValuesWithoutADefaultValueAreMadeWhereverTheyStand) {
  const auto round_trip = [&](const auto& value) {
    RoundTrip(value);
    RoundTrip(std::remove_cvref_t<decltype(value)>());
  };
  round_trip(std::vector<Angle>{Angle(1), Angle(2)});
  round_trip(std::list<Angle>{Angle(1), Angle(2)});
  round_trip(std::optional<Angle>(Angle(3)));
  round_trip(std::variant<int32_t, Angle>(Angle(3)));
  round_trip(std::map<int32_t, Angle>{{1, Angle(4)}});
  round_trip(std::map<std::string, Sector>{{"a", {Angle(1), "a", {Angle(2), Angle(3)}, true}}});
  round_trip(std::optional<Sector>(Sector{Angle(1), "a", {Angle(2), Angle(3)}, true}));
  round_trip(std::vector<std::array<Angle, 2>>{{Angle(1), Angle(2)}});
  round_trip(std::vector<std::pair<Angle, std::string>>{{Angle(1), "one"}});
}

Tree TreeOfDepth(int levels) { return levels == 0 ? Tree() : Tree{levels, {TreeOfDepth(levels - 1)}}; }

TEST_F(JsonSerializerTest, DeepValuesAreRefusedOnBothWays) {
  EXPECT_EQ(Sent(serializer_, TreeOfDepth(100)).status.code(), absl::StatusCode::kInvalidArgument);
  const Sent sent(serializer_, TreeOfDepth(99));  // The leaf's empty vector is level 100.
  ASSERT_TRUE(sent.status.ok());
  Tree back;
  ASSERT_TRUE(ReadText(TextOf(sent), back).ok());
  EXPECT_EQ(back, TreeOfDepth(99));
  const absl::Status status = ReadText(TextOf(sent), back, {.depth_max = 99});
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(status.ToString(), HasSubstr("more than 99 levels"));
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "{\"children\":[";
  EXPECT_EQ(ReadText(deep, back, {.depth_max = 1'000'000}).code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(JsonSerializerTest, ReferencesAreListedWrittenAndBound) {
  const std::map<std::string, std::vector<Link>> value = {{"a", {{ObjectId::ForTest(1)}, {ObjectId::ForTest(2)}}},
                                                          {"b", {{ObjectId::ForTest(1)}}}};
  const Sent sent(serializer_, value);
  EXPECT_THAT(sent.references, ElementsAre(ObjectId::ForTest(1), ObjectId::ForTest(2), ObjectId::ForTest(1)));
  std::map<std::string, std::vector<Link>> back;
  ASSERT_TRUE(ReadText(TextOf(sent), back).ok());
  EXPECT_EQ(back, value);
  EXPECT_THAT(binder_.bound, ElementsAre(ObjectId::ForTest(1), ObjectId::ForTest(2), ObjectId::ForTest(1)));
  binder_.refuses = true;
  EXPECT_THAT(ReadText(TextOf(sent), back).ToString(), HasSubstr("refuses a reference"));
}

TEST_F(JsonSerializerTest, WhatCannotBeWrittenIsRefused) {
  const LocalOnly<int32_t> local;
  EXPECT_EQ(Sent(serializer_, std::vector<LocalOnly<int32_t>>{local}).status.code(), absl::StatusCode::kUnimplemented);
  LocalOnly<int32_t> read;
  EXPECT_EQ(ReadText("null", read).code(), absl::StatusCode::kUnimplemented);
  // No default value, and not made of parts.
  const std::vector<std::variant<Angle, int32_t>> variants;
  const Sent sent(serializer_, variants);
  EXPECT_EQ(sent.status.code(), absl::StatusCode::kUnimplemented);
  EXPECT_THAT(sent.status.ToString(), HasSubstr("give it a default value or a manta::Codec"));
  std::vector<std::variant<Angle, int32_t>> back;
  EXPECT_EQ(ReadText("[]", back).code(), absl::StatusCode::kUnimplemented);
  Rich rich;
  rich.converted = Text("throws");
  const absl::Status status = Sent(serializer_, rich).status;
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(status.ToString(), HasSubstr("at converted: "));
}

TEST_F(JsonSerializerTest, EverySinkThatIsTooSmallIsFull) {
  const Rich rich = MakeRich();
  const Sent whole(serializer_, rich);
  for (size_t size = 0; size <= whole.stream.size(); ++size) {
    std::vector<std::byte> memory(size);
    std::array<ObjectId, 1> references;
    FixedSink sink(memory, {}, references);
    const absl::Status status = serializer_.Write(Describe<Rich>(), &rich, sink);
    if (size == whole.stream.size()) {
      EXPECT_TRUE(status.ok()) << status;
      EXPECT_EQ(memory, whole.stream);
    } else {
      EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << size;
    }
  }
  FixedSink small({});
  const std::string text(10'000, 'x');
  EXPECT_EQ(serializer_.Write(Describe<std::string>(), &text, small).code(), absl::StatusCode::kResourceExhausted);
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
