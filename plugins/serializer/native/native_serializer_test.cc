// What is native's own; the contract is tested by //tests/conformance:serializer.
#include "plugins/serializer/native/native_serializer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <thread>

#include "tests/support/serial_values.h"

namespace manta {
namespace {

using namespace serial_values;  // NOLINT: the types of this test.
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class NativeSerializerTest : public testing::Test {
 protected:
  template <typename T>
  absl::Status ReadInto(const Sent& sent, T& value, ReadLimits limits = {}, PayloadKeeper* keeper = nullptr) {
    return serializer_.Read(Describe<T>(), sent.source(keeper), limits, &binder_, &value);
  }

  // There and back, from an aligned stream and from misaligned ones.
  template <typename T>
  void RoundTrip(const T& value) {
    const Sent sent(serializer_, value);
    ASSERT_TRUE(sent.status.ok()) << sent.status;
    for (size_t shift = 0; shift < 4; ++shift) {
      std::vector<std::byte> shifted(sent.stream.size() + shift);
      if (!sent.stream.empty()) std::memcpy(shifted.data() + shift, sent.stream.data(), sent.stream.size());
      const SerialSource source = {.stream = std::span<const std::byte>(shifted).subspan(shift),
                                   .payloads = sent.payloads};
      T back{};
      const absl::Status status = serializer_.Read(Describe<T>(), source, {}, &binder_, &back);
      ASSERT_TRUE(status.ok()) << status;
      EXPECT_TRUE(back == value) << Describe<T>().name;
    }
  }

  NativeSerializer serializer_;
  Binder binder_;
};

TEST_F(NativeSerializerTest, NumbersComeBackBitForBit) {
  RoundTrip(true);
  RoundTrip(int8_t{-128});
  RoundTrip(std::numeric_limits<int64_t>::min());
  RoundTrip(UINT64_MAX);
  RoundTrip('c');
  RoundTrip(std::byte{200});
  RoundTrip(Color::kGreen);
  RoundTrip(kOlder);
  RoundTrip(1e-300);
  RoundTrip(-std::numeric_limits<float>::infinity());
  RoundTrip(std::complex<double>(1, -2));
  const uint64_t bits = 0x7ff4000000000123;  // A signalling NaN.
  double nan;
  std::memcpy(&nan, &bits, sizeof(nan));
  const Sent sent(serializer_, nan);
  double back = 0;
  ASSERT_TRUE(ReadInto(sent, back).ok());
  EXPECT_EQ(std::memcmp(&back, &nan, sizeof(nan)), 0);
}

TEST_F(NativeSerializerTest, EveryKindComesBack) {
  RoundTrip(std::monostate());
  RoundTrip(Empty());
  RoundTrip(std::string("text with \0 inside", 18));
  RoundTrip(Point{1, 2});
  RoundTrip(Padded{'x', 1, true, 2, {false, true, false}});
  RoundTrip(std::array<int32_t, 3>{1, 2, 3});
  RoundTrip(std::array<std::string, 2>{"a", "b"});
  RoundTrip(std::array<bool, 100>{true});
  RoundTrip(std::array<Empty, 5>());
  RoundTrip(std::pair<std::string, int32_t>("a", 1));
  RoundTrip(std::tuple<int8_t, std::string, bool, double>(1, "b", true, 2));
  RoundTrip(std::vector<int32_t>{1, 2, 3});
  RoundTrip(std::vector<Point>{{1, 2}, {3, 4}});
  RoundTrip(std::vector<Padded>{{'x', 1, true, 2, {}}, {}});
  RoundTrip(std::vector<Switch>{{true, 2}, {false, 3}});
  RoundTrip(std::vector<Old>{kOld, kOlder});
  RoundTrip(std::vector<bool>{true, false, true});
  RoundTrip(std::vector<Empty>(1000));
  RoundTrip(std::deque<std::string>{"a", "b"});
  RoundTrip(std::list<double>{1, 2});
  RoundTrip(std::list<Empty>(3));
  RoundTrip(std::set<std::string>{"a", "b"});
  RoundTrip(std::multiset<int32_t>{1, 1, 2});
  RoundTrip(std::unordered_set<int32_t>{1, 2, 3});
  RoundTrip(std::map<std::string, std::vector<int32_t>>{{"a", {1}}, {"b", {}}});
  RoundTrip(std::multimap<int32_t, int32_t>{{1, 1}, {1, 2}});
  RoundTrip(std::unordered_map<std::string, Point>{{"a", {1, 2}}});
  RoundTrip(std::map<int32_t, Empty>{{1, {}}, {2, {}}});
  RoundTrip(std::map<std::monostate, std::monostate>{{{}, {}}});
  RoundTrip(std::optional<int32_t>());
  RoundTrip(std::optional<std::string>("there"));
  RoundTrip(std::optional<std::optional<std::optional<int32_t>>>(std::optional<std::optional<int32_t>>()));
  RoundTrip(std::variant<std::monostate, int32_t, std::string>());
  RoundTrip(std::variant<std::monostate, int32_t, std::string>("there"));
  RoundTrip(std::variant<int32_t, int32_t>(std::in_place_index<1>, 5));
  RoundTrip(std::chrono::nanoseconds(-5));
  RoundTrip(std::chrono::system_clock::time_point(std::chrono::seconds(77)));
  RoundTrip(std::vector<std::chrono::milliseconds>(3, std::chrono::milliseconds(9)));
  RoundTrip(std::bitset<70>(12345));
  RoundTrip(Array<double>{1, 2, 3});
  RoundTrip(Account(5, "owner"));
  RoundTrip(Text("converted"));
  RoundTrip(Text(std::string(10'000, 't')));
  RoundTrip(Link{ObjectId::ForTest(3)});
  RoundTrip(Tree{1, {{2, {{3, {}}}}, {4, {}}}});
  RoundTrip(MakeRich());
}

TEST_F(NativeSerializerTest, EmptyThingsComeBack) {
  RoundTrip(Rich());
  RoundTrip(std::string());
  RoundTrip(std::vector<int32_t>());
  RoundTrip(std::vector<std::string>());
  RoundTrip(std::vector<bool>());
  RoundTrip(std::list<Tree>());
  RoundTrip(std::set<int32_t>());
  RoundTrip(std::map<int32_t, std::string>());
  RoundTrip(Array<float>());
  RoundTrip(std::vector<std::vector<std::vector<int32_t>>>(3));
}

TEST_F(NativeSerializerTest, WhatAFieldHeldBeforeIsGone) {
  Rich back = MakeRich();
  const Sent sent(serializer_, Rich());
  ASSERT_TRUE(ReadInto(sent, back).ok());
  EXPECT_TRUE(back == Rich());
}

TEST_F(NativeSerializerTest, ValuesWithoutADefaultValueAreMadeWhereverTheyStand) {
  const auto round_trip = [&](const auto& value) {
    RoundTrip(value);
    RoundTrip(std::remove_cvref_t<decltype(value)>());
  };
  round_trip(std::vector<Angle>{Angle(1), Angle(2)});
  round_trip(std::list<Angle>{Angle(1), Angle(2)});
  round_trip(std::optional<Angle>(Angle(3)));
  round_trip(std::variant<int32_t, Angle>(Angle(3)));
  round_trip(std::map<int32_t, Angle>{{1, Angle(4)}});
  round_trip(std::vector<Sector>{{Angle(1), "a", {Angle(2), Angle(3)}, true}});
  round_trip(std::optional<Sector>(Sector{Angle(1), "a", {Angle(2), Angle(3)}, true}));
  round_trip(std::vector<std::array<Angle, 2>>{{Angle(1), Angle(2)}});
  round_trip(std::vector<std::pair<Angle, std::string>>{{Angle(1), "one"}});
  std::unique_ptr<Angle> pointer = std::make_unique<Angle>(5), back;
  ASSERT_TRUE(ReadInto(Sent(serializer_, pointer), back).ok());
  EXPECT_EQ(*back, *pointer);
}

TEST_F(NativeSerializerTest, OwnedPointersMakeChains) {
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

Tree TreeOfDepth(int levels) { return levels == 0 ? Tree() : Tree{levels, {TreeOfDepth(levels - 1)}}; }

TEST_F(NativeSerializerTest, DeepTreesAreRefusedOnBothWays) {
  EXPECT_EQ(Sent(serializer_, TreeOfDepth(100)).status.code(), absl::StatusCode::kInvalidArgument);
  const Sent sent(serializer_, TreeOfDepth(99));  // The leaf's empty vector is level 100.
  ASSERT_TRUE(sent.status.ok());
  Tree back;
  EXPECT_TRUE(ReadInto(sent, back).ok());
  EXPECT_EQ(back, TreeOfDepth(99));
  const absl::Status status = ReadInto(sent, back, {.depth_max = 99});
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(status.ToString(), HasSubstr("more than 99 levels"));
  // Bytes that nest deeper than what Write makes, and limits that would allow it.
  Sent deeper = sent;
  for (int i = 0; i < 100'000; ++i) {
    for (const uint8_t byte : {0, 0, 0, 0, 1}) deeper.stream.push_back(std::byte{byte});
  }
  EXPECT_EQ(ReadInto(deeper, back, {.depth_max = 1'000'000}).code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(NativeSerializerTest, RunsOf4096BytesAndMoreArePayloads) {
  for (const size_t size : {4095, 4096, 4097}) {
    const bool is_payload = size >= Serializer::kPayloadBytesMin;
    const std::vector<uint8_t> bytes(size, 7);
    const Sent sent(serializer_, bytes);
    ASSERT_EQ(sent.payloads.size(), is_payload ? 1u : 0u);
    if (is_payload) {
      EXPECT_EQ(sent.payloads[0].size(), size);
      EXPECT_EQ(sent.stream.size(), 10u);  // The count and the index.
    }
    RoundTrip(bytes);
    EXPECT_EQ(Sent(serializer_, std::string(size, 's')).payloads.size(), is_payload ? 1u : 0u);
    RoundTrip(std::string(size, 's'));
    EXPECT_EQ(Sent(serializer_, std::vector<float>(size / 4)).payloads.size(), size / 4 >= 1024 ? 1u : 0u);
    RoundTrip(std::map<int32_t, std::vector<uint8_t>>{{1, bytes}, {2, bytes}});
  }
  RoundTrip(std::array<uint8_t, 4095>{1});
  RoundTrip(std::array<uint8_t, 4096>{1});
  RoundTrip(std::vector<std::array<double, 600>>(3));
  EXPECT_EQ(Sent(serializer_, std::array<uint8_t, 4095>()).payloads.size(), 0u);
  EXPECT_EQ(Sent(serializer_, std::array<uint8_t, 4096>()).payloads.size(), 1u);
  EXPECT_EQ(Sent(serializer_, std::vector<std::array<double, 600>>(3)).payloads.size(), 1u);
  EXPECT_EQ((Sent(serializer_, std::pair<std::string, std::array<double, 600>>()).payloads.size()), 1u);
  // Not plain: not every pattern of bytes is a value.
  EXPECT_EQ(Sent(serializer_, std::vector<Switch>(5000)).payloads.size(), 0u);
}

TEST_F(NativeSerializerTest, PayloadsAreBorrowedFromTheValue) {
  const std::vector<double> value(1000, 1.5);
  EncodedValue encoded;
  ASSERT_TRUE(serializer_.Write(Describe<std::vector<double>>(), &value, encoded).ok());
  ASSERT_EQ(encoded.payloads().size(), 1u);
  EXPECT_EQ(static_cast<const void*>(encoded.payloads()[0].data()), value.data());
}

TEST_F(NativeSerializerTest, WhatACodecMakesIsNeverBorrowed) {
  const Text text(std::string(10'000, 't'));
  const Sent sent(serializer_, text);
  EXPECT_TRUE(sent.payloads.empty());
  EXPECT_GT(sent.stream.size(), 70'000u);
}

TEST_F(NativeSerializerTest, BlobsLookAtThePayloadAsLongAsTheyLive) {
  const Array<float> value = {1, 2, 3};
  const Sent sent(serializer_, value);
  ASSERT_EQ(sent.payloads.size(), 1u);  // However small.
  CountingKeeper keeper;
  {
    Array<float> back;
    ASSERT_TRUE(ReadInto(sent, back, {.decode_bytes_max = 0}, &keeper).ok());  // Takes no memory.
    EXPECT_EQ(static_cast<const void*>(back.data()), sent.payloads[0].data());
    const Array<float> copy = back;
    EXPECT_EQ(keeper.held_count, 1);
    back = {};
    EXPECT_EQ(copy, value);
    EXPECT_EQ(keeper.held_count, 1);
  }
  EXPECT_EQ(keeper.held_count, 0);
  Array<float> copied;
  ASSERT_TRUE(ReadInto(sent, copied).ok());
  EXPECT_NE(static_cast<const void*>(copied.data()), sent.payloads[0].data());
  EXPECT_EQ(copied, value);
}

TEST_F(NativeSerializerTest, ReferencesAreListedWrittenAndBound) {
  const std::map<std::string, std::vector<Link>> value = {{"a", {{ObjectId::ForTest(1)}, {ObjectId::ForTest(2)}}},
                                                          {"b", {{ObjectId::ForTest(1)}}}};
  const Sent sent(serializer_, value);
  EXPECT_THAT(sent.references, ElementsAre(ObjectId::ForTest(1), ObjectId::ForTest(2), ObjectId::ForTest(1)));
  std::map<std::string, std::vector<Link>> back;
  ASSERT_TRUE(ReadInto(sent, back).ok());
  EXPECT_EQ(back, value);
  EXPECT_THAT(binder_.bound, ElementsAre(ObjectId::ForTest(1), ObjectId::ForTest(2), ObjectId::ForTest(1)));
  binder_.refuses = true;
  const absl::Status status = ReadInto(sent, back);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(status.ToString(), HasSubstr(ObjectId::ForTest(1).ToHex()));
}

TEST_F(NativeSerializerTest, PaddingIsNotWritten) {
  EXPECT_EQ(Sent(serializer_, Padded()).stream.size(), 1u + 4 + 1 + 8 + 3);
  EXPECT_EQ(Sent(serializer_, std::vector<Padded>(10)).stream.size(), 1u + 10 * 17);
}

struct HoldsLocal {
  int32_t number = 0;
  std::optional<LocalOnly<int32_t>> local;
};

TEST_F(NativeSerializerTest, TypesThatCannotLeaveAreUnimplemented) {
  const Sent sent(serializer_, HoldsLocal());
  EXPECT_EQ(sent.status.code(), absl::StatusCode::kUnimplemented);
  EXPECT_THAT(sent.status.ToString(), HasSubstr("HoldsLocal contains a LocalOnly"));
  HoldsLocal back;
  EXPECT_EQ(ReadInto(sent, back).code(), absl::StatusCode::kUnimplemented);
  EXPECT_EQ(ReadInto(sent, back).code(), absl::StatusCode::kUnimplemented);
}

TEST_F(NativeSerializerTest, ElementsThatCannotBeMadeAreUnimplemented) {
  using Never = std::variant<Angle, int32_t>;  // No default value, and no parts to make it of.
  const Sent sent(serializer_, std::vector<Never>());
  EXPECT_EQ(sent.status.code(), absl::StatusCode::kUnimplemented);
  EXPECT_THAT(sent.status.ToString(), HasSubstr("has no default value"));
}

struct ThrowsOnCopy {
  ThrowsOnCopy() = default;
  ThrowsOnCopy(const ThrowsOnCopy&) { throw 1; }
  ThrowsOnCopy& operator=(const ThrowsOnCopy&) { throw 1; }
  int32_t value = 0;
  MANTA_DESCRIBE(ThrowsOnCopy, value)
};

TEST_F(NativeSerializerTest, ValuesThatCannotBeWrittenAreRefused) {
  std::pair<int32_t, std::variant<int32_t, ThrowsOnCopy>> valueless;
  try {
    const ThrowsOnCopy source;
    valueless.second.emplace<1>(source);
  } catch (int) {
  }
  ASSERT_TRUE(valueless.second.valueless_by_exception());
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

TEST_F(NativeSerializerTest, EverySinkThatIsTooSmallIsFull) {
  const Rich rich = MakeRich();
  const Sent whole(serializer_, rich);
  for (size_t size = 0; size <= whole.stream.size(); ++size) {
    std::vector<std::byte> memory(size);
    std::array<std::span<const std::byte>, 1> payloads;
    std::array<ObjectId, 1> references;
    FixedSink sink(memory, payloads, references);
    const absl::Status status = serializer_.Write(Describe<Rich>(), &rich, sink);
    if (size == whole.stream.size()) {
      EXPECT_TRUE(status.ok()) << status;
      EXPECT_EQ(memory, whole.stream);
    } else {
      EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << size;
    }
  }
  std::vector<std::byte> memory(whole.stream.size());
  FixedSink without_payloads(memory);
  EXPECT_EQ(serializer_.Write(Describe<Rich>(), &rich, without_payloads).code(), absl::StatusCode::kResourceExhausted);
}

template <size_t kCount>
bool ArrayComesBack(NativeSerializer& serializer) {
  const std::array<Switch, kCount> value = {};
  std::array<Switch, kCount> back;
  return serializer.Read(Describe<std::array<Switch, kCount>>(), Sent(serializer, value).source(), {}, nullptr, &back)
             .ok() &&
         back == value;
}

// More types than the first table of plans has room for.
template <size_t... kCount>
bool ArraysComeBack(NativeSerializer& serializer, std::index_sequence<kCount...>) {
  return (ArrayComesBack<kCount + 1>(serializer) && ...);
}

TEST_F(NativeSerializerTest, ThreadsShareItsPlans) {
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
        ASSERT_TRUE(ArraysComeBack(serializer_, std::make_index_sequence<150>()));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
