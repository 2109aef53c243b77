// What is msgpack's own; the contract is tested by //tests/conformance:serializer.
#include "plugins/serializer/msgpack/msgpack_serializer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <thread>

#include "tests/support/rich_types.h"

namespace manta {
namespace {

using namespace serial_values;  // NOLINT: the types of this test.
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string Hex(std::span<const std::byte> bytes) {
  std::string hex;
  for (const std::byte byte : bytes) {
    for (const int digit : {static_cast<int>(byte) / 16, static_cast<int>(byte) % 16}) {
      hex += "0123456789abcdef"[digit];
    }
  }
  return hex;
}

std::vector<std::byte> Unhex(std::string_view hex) {
  std::vector<std::byte> bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes.push_back(static_cast<std::byte>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  }
  return bytes;
}

class MsgpackSerializerTest : public testing::Test {
 protected:
  template <typename T>
  absl::Status ReadInto(const Sent& sent, T& value, ReadLimits limits = {}) {
    return serializer_.Read(Describe<T>(), sent.source(), limits, &binder_, &value);
  }

  template <typename T>
  absl::Status ReadHex(std::string_view hex, T& value, ReadLimits limits = {}) {
    const std::vector<std::byte> stream = Unhex(hex);
    return serializer_.Read(Describe<T>(), {.stream = stream}, limits, &binder_, &value);
  }

  template <typename T>
  void RoundTrip(const T& value) {
    const Sent sent(serializer_, value);
    ASSERT_TRUE(sent.status.ok()) << sent.status;
    EXPECT_TRUE(sent.payloads.empty());
    T back{};
    const absl::Status status = ReadInto(sent, back);
    ASSERT_TRUE(status.ok()) << status;
    EXPECT_TRUE(back == value) << Describe<T>().name;
  }

  // Both ways: what is written, and what these bytes are read as.
  template <typename T>
  void Is(const T& value, std::string_view hex) {
    EXPECT_EQ(Hex(Sent(serializer_, value).stream), hex);
    T back{};
    const absl::Status status = ReadHex(hex, back);
    EXPECT_TRUE(status.ok()) << status;
    EXPECT_TRUE(back == value) << Describe<T>().name;
  }

  // Other bytes that are read as the value, too.
  template <typename T>
  void ReadsAs(std::string_view hex, const T& value) {
    T back{};
    const absl::Status status = ReadHex(hex, back);
    EXPECT_TRUE(status.ok()) << hex << ": " << status;
    EXPECT_TRUE(back == value) << hex;
  }

  template <typename T>
  std::string WhyNot(std::string_view hex) {
    T back{};
    const absl::Status status = ReadHex(hex, back);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << hex;
    return std::string(status.message());
  }

  MsgpackSerializer serializer_;
  Binder binder_;
};

TEST_F(MsgpackSerializerTest, IntegersTakeTheSmallestForm) {
  Is(uint64_t{0}, "00");
  Is(int8_t{127}, "7f");
  Is(uint8_t{128}, "cc80");
  Is(int64_t{255}, "ccff");
  Is(int32_t{256}, "cd0100");
  Is(uint16_t{65535}, "cdffff");
  Is(int64_t{65536}, "ce00010000");
  Is(uint32_t{4294967295}, "ceffffffff");
  Is(uint64_t{4294967296}, "cf0000000100000000");
  Is(std::numeric_limits<int64_t>::max(), "cf7fffffffffffffff");
  Is(UINT64_MAX, "cfffffffffffffffff");
  Is(int8_t{-1}, "ff");
  Is(int64_t{-32}, "e0");
  Is(int8_t{-33}, "d0df");
  Is(int64_t{-128}, "d080");
  Is(int16_t{-129}, "d1ff7f");
  Is(int64_t{-32768}, "d18000");
  Is(int32_t{-32769}, "d2ffff7fff");
  Is(std::numeric_limits<int32_t>::min(), "d280000000");
  Is(int64_t{-2147483649}, "d3ffffffff7fffffff");
  Is(std::numeric_limits<int64_t>::min(), "d38000000000000000");
  Is('c', "63");
  Is(std::byte{200}, "ccc8");
  Is(Color::kGreen, "cd01f4");
  Is(kOlder, "01");
}

TEST_F(MsgpackSerializerTest, IntegersAreReadInEveryFormAndRange) {
  for (const std::string_view five : {"05", "cc05", "cd0005", "ce00000005", "cf0000000000000005", "d005", "d10005",
                                      "d200000005", "d30000000000000005"}) {
    ReadsAs(five, int8_t{5});
    ReadsAs(five, uint64_t{5});
    ReadsAs(five, 5.0);
    ReadsAs(five, 5.0f);
  }
  ReadsAs("d3ffffffffffffff80", int8_t{-128});
  EXPECT_THAT(WhyNot<int8_t>("cc80"), HasSubstr("int8: an integer that it can hold is wanted, and the integer 128"));
  EXPECT_THAT(WhyNot<int8_t>("d1ff7f"), HasSubstr("the integer -129"));
  EXPECT_THAT(WhyNot<uint64_t>("ff"), HasSubstr("the integer -1"));
  EXPECT_THAT(WhyNot<int64_t>("cfffffffffffffffff"), HasSubstr("the integer 18446744073709551615"));
  EXPECT_THAT(WhyNot<int32_t>("cb3ff0000000000000"), HasSubstr("int32: an integer is wanted, and a float is here"));
  EXPECT_THAT(WhyNot<bool>("01"), HasSubstr("bool: true or false is wanted, and the integer 1 is here"));
  EXPECT_THAT(WhyNot<int32_t>("c1"), HasSubstr("193"));
  EXPECT_THAT(WhyNot<int32_t>("cd01"), HasSubstr("an integer, cut off, is here"));
}

TEST_F(MsgpackSerializerTest, FloatsComeBackBitForBit) {
  Is(1.5f, "ca3fc00000");
  Is(1.0, "cb3ff0000000000000");
  Is(-0.5, "cbbfe0000000000000");
  Is(-std::numeric_limits<float>::infinity(), "caff800000");
  EXPECT_EQ(Hex(Sent(serializer_, -0.0).stream), "cb8000000000000000");
  double zero = 1;
  ASSERT_TRUE(ReadHex("cb8000000000000000", zero).ok());
  EXPECT_TRUE(std::signbit(zero));
  float signalling = 0;
  ASSERT_TRUE(ReadHex("ca7fa00123", signalling).ok());
  EXPECT_EQ(std::bit_cast<uint32_t>(signalling), 0x7fa00123u);
  EXPECT_EQ(Hex(Sent(serializer_, signalling).stream), "ca7fa00123");
  ReadsAs("ca3fc00000", 1.5);           // A float widens,
  ReadsAs("cb3fb999999999999a", 0.1f);  // a double is rounded,
  ReadsAs("cb7ff0000000000000", std::numeric_limits<float>::infinity());
  EXPECT_THAT(WhyNot<float>("cb7e37e43c8800759c"),
              HasSubstr("float32: a number that it can hold"));  // unless too large.
  ReadsAs("cf0020000000000000", 9007199254740992.0);
  EXPECT_THAT(WhyNot<double>("cf0020000000000001"), HasSubstr("the integer 9007199254740993"));
  EXPECT_THAT(WhyNot<double>("cfffffffffffffffff"), HasSubstr("the integer"));
  ReadsAs("d38000000000000000", -9223372036854775808.0);
  EXPECT_THAT(WhyNot<double>("d38000000000000001"), HasSubstr("the integer"));
}

TEST_F(MsgpackSerializerTest, EachKindHasItsForm) {
  Is(std::monostate(), "c0");
  Is(true, "c3");
  Is(std::string("hi"), "a26869");
  Is(std::string("\xff\x00", 2), "a2ff00");
  Is(std::vector<uint8_t>{1, 2}, "c4020102");
  Is(std::vector<char>{'a'}, "c40161");
  Is(std::array<std::byte, 2>{std::byte{1}, std::byte{2}}, "c4020102");
  Is(std::vector<int8_t>{1, -1}, "9201ff");
  Is(std::vector<bool>{true, false}, "92c3c2");
  Is(std::set<int32_t>{3, 1}, "920103");
  Is(std::map<int32_t, std::string>{{1, "a"}}, "8101a161");
  Is(std::array<int32_t, 2>{1, 2}, "920102");
  Is(std::pair<int32_t, bool>(1, true), "9201c3");
  Is(std::tuple<>(), "90");
  Is(Point{1, 2}, "82a178ca3f800000a179ca40000000");
  Is(std::optional<int32_t>(), "c0");
  Is(std::optional<int32_t>(5), "05");
  Is(std::variant<std::monostate, int32_t>(5), "920105");
  Is(std::variant<std::monostate, int32_t>(), "9200c0");
  Is(std::chrono::milliseconds(5), "05");
  Is(Array<uint16_t>{1, 2}, "c40401000200");
  const ObjectId id = ObjectId::ForTest(3);
  Is(Link{id}, "d84d" + Hex(std::as_bytes(std::span(&id, 1))));
}

TEST_F(MsgpackSerializerTest, OptionalsOfOptionalsLoseNothing) {
  using One = std::optional<int32_t>;
  using Two = std::optional<One>;
  using Three = std::optional<Two>;
  Is(Two(), "90");
  Is(Two(One()), "91c0");
  Is(Two(One(5)), "9105");
  Is(Three(), "90");
  Is(Three(Two()), "9190");
  Is(Three(Two(One())), "9191c0");
  Is(std::optional<std::monostate>(), "90");
  Is(std::optional<std::monostate>(std::monostate()), "91c0");
  EXPECT_THAT(WhyNot<Two>("920101"), HasSubstr("an array of 2 is here"));
}

TEST_F(MsgpackSerializerTest, HeadsHaveEverySize) {
  for (const size_t size : {0, 15, 16, 31, 32, 255, 256, 511, 512, 513, 2047, 65'535, 65'536, 100'000}) {
    RoundTrip(std::string(size, 's'));
    RoundTrip(std::vector<uint8_t>(size, 7));
    RoundTrip(std::vector<int64_t>(size, -70'000'000'000));
    RoundTrip(std::vector<Point>(size % 3000, Point{1, 2}));
    RoundTrip(Array<double>::CopyOf(std::vector<double>(size, 0.5)));
  }
  std::map<int32_t, std::string> map;
  for (int32_t i = 0; i < 70'000; ++i) map.emplace_hint(map.end(), i, "x");
  RoundTrip(map);
}

TEST_F(MsgpackSerializerTest, EveryKindComesBack) {
  RoundTrip(MakeRich());
  RoundTrip(Rich());
  RoundTrip(std::vector<Padded>{{'x', 1, true, 2, {}}, {}});
  RoundTrip(std::list<Tree>{{1, {{2, {}}}}});
  RoundTrip(std::vector<Empty>(1000));
  RoundTrip(std::multimap<int32_t, int32_t>{{1, 1}, {1, 2}});
  RoundTrip(std::map<std::monostate, std::monostate>{{{}, {}}});
  RoundTrip(std::variant<int32_t, int32_t>(std::in_place_index<1>, 5));
  RoundTrip(std::bitset<70>(12345));
  RoundTrip(Account(5, "owner"));
  RoundTrip(Text(std::string(10'000, 't')));
  RoundTrip(std::complex<double>(1, -2));
  RoundTrip(std::array<bool, 100>{true});
  RoundTrip(std::vector<std::array<Angle, 2>>{{Angle(1), Angle(2)}});
  RoundTrip(std::vector<std::pair<Angle, std::string>>{{Angle(1), "one"}});
  RoundTrip(std::variant<int32_t, Angle>(Angle(3)));
  std::unique_ptr<Angle> pointer = std::make_unique<Angle>(5), back;
  ASSERT_TRUE(ReadInto(Sent(serializer_, pointer), back).ok());
  EXPECT_EQ(*back, *pointer);
}

TEST_F(MsgpackSerializerTest, TextAndBytesAreReadAsOneAnother) {
  ReadsAs("c4026869", std::string("hi"));
  ReadsAs("a26869", std::vector<uint8_t>{'h', 'i'});
  ReadsAs("920102", std::vector<uint8_t>{1, 2});
  ReadsAs("920102", std::array<uint8_t, 2>{1, 2});
  EXPECT_THAT((WhyNot<std::array<uint8_t, 2>>("c40101")),
              HasSubstr("a run of 2 bytes is wanted, and 1 bytes are here"));
  EXPECT_THAT((WhyNot<std::array<int32_t, 2>>("9101")),
              HasSubstr("an array of 2 is wanted, and an array of 1 is here"));
  EXPECT_THAT(WhyNot<Array<uint16_t>>("c40101"), HasSubstr("a run of elements of 2 bytes"));
}

TEST_F(MsgpackSerializerTest, UnknownFieldsAreSkippedAndMissingOnesKeepTheirDefault) {
  SettingsV1 v1;
  v1.name = "changed";
  v1.size = 77;
  v1.limits = {1, 2, 3};
  v1.origin = {4, 5};
  SettingsV2 v2;
  ASSERT_TRUE(ReadInto(Sent(serializer_, v1), v2).ok());
  SettingsV2 wanted_v2;
  wanted_v2.name = "changed";
  wanted_v2.limits = {1, 2, 3};
  wanted_v2.origin = {4, 5};
  EXPECT_EQ(v2, wanted_v2);
  v2.profiles["p"] = v1;
  SettingsV1 back;
  ASSERT_TRUE(ReadInto(Sent(serializer_, v2), back).ok());
  SettingsV1 wanted_v1 = v1;
  wanted_v1.size = 1;
  EXPECT_EQ(back, wanted_v1);
  // Everything that can be skipped, under names that are no text, too.
  std::string hex = "de001a";
  for (const std::string_view skipped : {"c0",
                                         "c2",
                                         "01",
                                         "e1",
                                         "cc01",
                                         "cd0001",
                                         "ce00000001",
                                         "cf0000000000000001",
                                         "d001",
                                         "d10001",
                                         "d200000001",
                                         "d30000000000000001",
                                         "ca00000000",
                                         "cb0000000000000000",
                                         "a161",
                                         "d90161",
                                         "da000161",
                                         "db0000000161",
                                         "c40161",
                                         "c7010161",
                                         "d40101",
                                         "d80100000000000000000000000000000000",
                                         "93019201c08101c0",
                                         "dc0001c0",
                                         "df0000000101c0"}) {
    hex += std::string("a17a") + std::string(skipped);
  }
  Point point;
  const absl::Status status = ReadHex(hex + "a178ca3f800000", point);
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(point, (Point{1, 0}));
  ReadsAs("82c0c0910291c0", Point());
  ReadsAs("81c40178ca3f800000", Point{1, 0});  // A name that is bytes.
}

TEST_F(MsgpackSerializerTest, TuplesMayBeShorterOrLonger) {
  using Pair = std::pair<int32_t, std::string>;
  ReadsAs("90", Pair());
  ReadsAs("9107", Pair(7, ""));
  ReadsAs("9307a16181c001", Pair(7, "a"));
  EXPECT_THAT(WhyNot<Pair>("80"), HasSubstr("an array of its fields is wanted, and a map of 0 is here"));
}

TEST_F(MsgpackSerializerTest, FieldsOfTypesWithoutADefaultValueMustBeThere) {
  const std::vector<Sector> value = {{Angle(1), "a", {Angle(2), Angle(3)}, true}};
  RoundTrip(value);
  std::vector<Sector> back;
  // bounds, name, from; open is missing.
  const std::string angle = "cb3ff0000000000000";
  const std::string bounds = "a6626f756e647392" + angle + angle;
  ASSERT_TRUE(ReadHex("9183" + bounds + "a46e616d65a161" + "a466726f6d" + angle, back).ok());
  EXPECT_EQ(back[0], (Sector{Angle(1), "a", {Angle(1), Angle(1)}, false}));
  EXPECT_THAT(WhyNot<std::vector<Sector>>("9182" + bounds + "a46e616d65bf" + std::string(62, '6')),
              HasSubstr("field from is missing, and its type manta::serial_values::Angle has no default value"));
  EXPECT_THAT((WhyNot<std::vector<std::pair<Angle, Angle>>>("9191" + angle)), HasSubstr("field 1 is missing"));
}

TEST_F(MsgpackSerializerTest, AFieldThatComesTwiceIsRefused) {
  EXPECT_THAT(WhyNot<Point>("82a178ca3f800000a178ca3f800000"), HasSubstr("byte 8"));
  EXPECT_THAT(WhyNot<Point>("82a178ca3f800000a178ca3f800000"), HasSubstr("the field x comes twice"));
}

struct LongNames {
  int32_t a_name_that_is_longer_than_what_is_kept_as_written = 0;
  int32_t b = 0;
  bool operator==(const LongNames&) const = default;
};

TEST_F(MsgpackSerializerTest, NamesMayBeLong) {
  RoundTrip(LongNames{1, 2});
  RoundTrip(std::vector<LongNames>(1000, LongNames{1, 2}));
}

struct Outer {
  std::vector<Point> points;
};

TEST_F(MsgpackSerializerTest, MismatchesNameTheFieldAndBothTypes) {
  EXPECT_THAT(
      WhyNot<Outer>("81a6706f696e747392c081a178a161"),
      HasSubstr("field points[0], manta::serial_values::Point: a map of its fields is wanted, and nil is here"));
  EXPECT_THAT(
      WhyNot<Outer>("81a6706f696e74739181a178a161"),
      HasSubstr("byte 12, field points[0].x, float32: a number that it can hold is wanted, and the text \"a\""));
  EXPECT_THAT(WhyNot<std::string>("05"), HasSubstr("string: text is wanted, and the integer 5 is here"));
  EXPECT_THAT((WhyNot<std::map<int32_t, int32_t>>("9101")), HasSubstr("a map is wanted, and an array of 1 is here"));
  EXPECT_THAT(WhyNot<Tree>(""), HasSubstr("a map of its fields is wanted, and the bytes end"));
}

TEST_F(MsgpackSerializerTest, OwnedPointersMakeChains) {
  Chain chain;
  Chain* last = &chain;
  for (int i = 1; i <= 100; ++i) {
    last->next = std::make_unique<Chain>();
    last = last->next.get();
    last->value = i;
  }
  Chain back;
  ASSERT_TRUE(ReadInto(Sent(serializer_, chain), back).ok());
  EXPECT_TRUE(back == chain);
  last->next = std::make_unique<Chain>();
  const Sent too_deep(serializer_, chain);
  EXPECT_EQ(too_deep.status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(too_deep.status.ToString(), HasSubstr("more than 100 levels"));
}

TEST_F(MsgpackSerializerTest, ReferencesAreListedWrittenAndBound) {
  const std::map<std::string, std::vector<Link>> value = {{"a", {{ObjectId::ForTest(1)}, {ObjectId::ForTest(2)}}},
                                                          {"b", {{ObjectId::ForTest(1)}}}};
  const Sent sent(serializer_, value);
  EXPECT_THAT(sent.references, ElementsAre(ObjectId::ForTest(1), ObjectId::ForTest(2), ObjectId::ForTest(1)));
  std::map<std::string, std::vector<Link>> back;
  ASSERT_TRUE(ReadInto(sent, back).ok());
  EXPECT_EQ(back, value);
  EXPECT_THAT(binder_.bound, ElementsAre(ObjectId::ForTest(1), ObjectId::ForTest(2), ObjectId::ForTest(1)));
  binder_.refuses = true;
  EXPECT_THAT(ReadInto(sent, back).ToString(), HasSubstr(ObjectId::ForTest(1).ToHex()));
  EXPECT_THAT(WhyNot<Link>("d84e00000000000000000000000000000000"), HasSubstr("an extension of type 77 and 16 bytes"));
}

struct HoldsLocal {
  int32_t number = 0;
  std::optional<LocalOnly<int32_t>> local;
};

TEST_F(MsgpackSerializerTest, TypesThatCannotLeaveAreUnimplemented) {
  const Sent sent(serializer_, HoldsLocal());
  EXPECT_EQ(sent.status.code(), absl::StatusCode::kUnimplemented);
  EXPECT_THAT(sent.status.ToString(), HasSubstr("HoldsLocal contains a LocalOnly"));
  HoldsLocal back;
  EXPECT_EQ(ReadInto(sent, back).code(), absl::StatusCode::kUnimplemented);
  using Never = std::variant<Angle, int32_t>;  // No default value, and no parts to make it of.
  EXPECT_THAT(Sent(serializer_, std::vector<Never>()).status.ToString(), HasSubstr("has no default value"));
}

struct ThrowsOnCopy {
  ThrowsOnCopy() = default;
  ThrowsOnCopy(const ThrowsOnCopy&) { throw 1; }
  ThrowsOnCopy& operator=(const ThrowsOnCopy&) { throw 1; }
  int32_t value = 0;
  MANTA_DESCRIBE(ThrowsOnCopy, value)
};

TEST_F(MsgpackSerializerTest, ValuesThatCannotBeWrittenAreRefused) {
  std::pair<int32_t, std::variant<int32_t, ThrowsOnCopy>> valueless;
  try {
    const ThrowsOnCopy source;
    valueless.second.emplace<1>(source);
  } catch (int) {
  }
  EncodedValue encoded;
  const absl::Status status = serializer_.Write(Describe<decltype(valueless)>(), &valueless, encoded);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(status.ToString(), HasSubstr("holds no alternative"));
  Rich rich;
  rich.converted = Text("throws");
  const Sent sent(serializer_, rich);
  EXPECT_EQ(sent.status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(sent.status.ToString(), HasSubstr("field converted"));
}

TEST_F(MsgpackSerializerTest, EverySinkThatIsTooSmallIsFull) {
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
}

TEST_F(MsgpackSerializerTest, ThreadsShareItsPlans) {
  const Rich rich = MakeRich();
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      Binder binder;
      for (int round = 0; round < 20; ++round) {
        const Sent sent(serializer_, rich);
        Rich back;
        ASSERT_TRUE(serializer_.Read(Describe<Rich>(), sent.source(), {}, &binder, &back).ok());
        ASSERT_TRUE(back == rich);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
