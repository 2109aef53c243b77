// Bytes that no Write made: cut off, flipped, made up. Each must be refused or make a value; sanitizers watch.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "plugins/serializer/native/native_serializer.h"
#include "tests/support/heap_meter.h"
#include "tests/support/serial_values.h"

namespace manta {
namespace {

using namespace serial_values;  // NOLINT: the types of this test.
using ::testing::HasSubstr;

class NativeHostileTest : public testing::Test {
 protected:
  // Reads `stream` from a block of exactly its size.
  template <typename T>
  absl::Status Read(std::span<const std::byte> stream, T& value,
                    std::span<const std::span<const std::byte>> payloads = {}, ReadLimits limits = {}) {
    const auto block = std::make_unique<std::byte[]>(stream.size());
    if (!stream.empty()) std::memcpy(block.get(), stream.data(), stream.size());
    const SerialSource source = {.stream = {block.get(), stream.size()}, .payloads = payloads, .keeper = &keeper_};
    const uint64_t before_bytes = HeapBytesAskedFor();
    absl::Status status = serializer_.Read(Describe<T>(), source, limits, &binder_, &value);
    read_bytes_ = HeapBytesAskedFor() - before_bytes;
    return status;
  }

  template <typename T>
  absl::Status ReadBytes(std::initializer_list<int> bytes, T& value, ReadLimits limits = {}) {
    std::vector<std::byte> stream;
    for (const int byte : bytes) stream.push_back(static_cast<std::byte>(byte));
    return Read(stream, value, {}, limits);
  }

  NativeSerializer serializer_;
  Binder binder_;
  CountingKeeper keeper_;
  uint64_t read_bytes_ = 0;  // What the last Read asked the heap for.
};

// A count in nine bytes.
std::vector<std::byte> LongCount(uint64_t count) {
  std::vector<std::byte> bytes(9, std::byte{255});
  std::memcpy(bytes.data() + 1, &count, sizeof(count));
  return bytes;
}

TEST_F(NativeHostileTest, EveryTruncationIsRefused) {
  const Sent sent(serializer_, MakeRich());
  ASSERT_TRUE(sent.status.ok());
  for (size_t size = 0; size < sent.stream.size(); ++size) {
    Rich value;
    const absl::Status status = Read(std::span(sent.stream).first(size), value, sent.payloads);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << size;
    EXPECT_LT(read_bytes_, 20'000u) << size;
  }
  EXPECT_EQ(keeper_.held_count, 0);
}

TEST_F(NativeHostileTest, EveryFlippedByteIsRefusedOrMakesAnotherValue) {
  const Sent sent(serializer_, MakeRich());
  ASSERT_TRUE(sent.status.ok());
  int refused_count = 0;
  int made_count = 0;
  for (size_t at = 0; at < sent.stream.size(); ++at) {
    for (const uint8_t flip : {0x01, 0x02, 0x80, 0xff, 0x55}) {
      std::vector<std::byte> stream = sent.stream;
      stream[at] ^= std::byte{flip};
      Rich value;
      const absl::Status status = Read(stream, value, sent.payloads, {.decode_bytes_max = 1'000'000});
      EXPECT_LT(read_bytes_, 1'100'000u) << at;  // The limit, and what messages and nodes take.
      if (status.ok()) {                         // A whole value, which can be written again.
        EXPECT_TRUE(Sent(serializer_, value).status.ok());
        ++made_count;
      } else {
        ++refused_count;
        EXPECT_TRUE(status.code() == absl::StatusCode::kInvalidArgument ||
                    status.code() == absl::StatusCode::kResourceExhausted)
            << status;
        EXPECT_THAT(status.ToString(), HasSubstr("byte "));
      }
    }
  }
  EXPECT_GT(refused_count, 100);  // Counts, bools, choices.
  EXPECT_GT(made_count, 100);     // Numbers, text.
  EXPECT_EQ(keeper_.held_count, 0);
}

TEST_F(NativeHostileTest, RandomBytesAreRefusedOrMakeAValue) {
  std::mt19937_64 random(2024);
  for (int round = 0; round < 20'000; ++round) {
    std::vector<std::byte> stream(random() % 200);
    // Small numbers pass for counts and choices more often.
    for (std::byte& byte : stream) byte = static_cast<std::byte>(random() % 4 == 0 ? random() : random() % 3);
    Rich rich;
    Tree tree;
    Chain chain;
    std::vector<std::map<std::string, std::variant<std::monostate, Sector, Text>>> mixed;
    const ReadLimits limits = {.decode_bytes_max = 1'000'000};
    EXPECT_NE(Read(stream, rich, {}, limits).code(), absl::StatusCode::kUnimplemented);
    EXPECT_NE(Read(stream, tree, {}, limits).code(), absl::StatusCode::kUnimplemented);
    EXPECT_NE(Read(stream, chain, {}, limits).code(), absl::StatusCode::kUnimplemented);
    EXPECT_NE(Read(stream, mixed, {}, limits).code(), absl::StatusCode::kUnimplemented);
    EXPECT_LT(read_bytes_, 1'100'000u);
  }
}

TEST_F(NativeHostileTest, WhatIsLeftOverIsRefused) {
  int32_t number = 0;
  const absl::Status status = ReadBytes({1, 2, 3, 4, 5}, number);
  EXPECT_THAT(status.ToString(), HasSubstr("byte 4: the value ends here, and 1 bytes are left"));
}

TEST_F(NativeHostileTest, ABoolIsZeroOrOne) {
  bool flag = false;
  EXPECT_TRUE(ReadBytes({1}, flag).ok());
  EXPECT_THAT(ReadBytes({2}, flag).ToString(), HasSubstr("a bool is 0 or 1, and not 2"));
  std::vector<bool> bits;
  EXPECT_EQ(ReadBytes({2, 1, 3}, bits).code(), absl::StatusCode::kInvalidArgument);
  std::vector<Switch> switches;
  EXPECT_TRUE(ReadBytes({2, 1, 3, 0, 9}, switches).ok());
  EXPECT_THAT(ReadBytes({2, 1, 3, 7, 9}, switches).ToString(), HasSubstr("byte 3"));
  std::optional<int8_t> maybe;
  EXPECT_EQ(ReadBytes({2, 1}, maybe).code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(NativeHostileTest, AVariantHasThatManyAlternatives) {
  std::variant<std::monostate, int8_t> variant;
  EXPECT_TRUE(ReadBytes({1, 7}, variant).ok());
  EXPECT_THAT(ReadBytes({2, 7}, variant).ToString(), HasSubstr("alternative 2 is wanted, and there are 2"));
  EXPECT_EQ(Read(LongCount(UINT64_MAX), variant).code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(NativeHostileTest, ACountIsWrittenInOneWay) {
  std::string text;
  std::vector<std::byte> stream = LongCount(2);
  stream.resize(11);
  EXPECT_THAT(Read(stream, text).ToString(), HasSubstr("fits in one"));
}

TEST_F(NativeHostileTest, CountsAreBoundedByTheBytesLeftBeforeMemoryIsTaken) {
  const auto refuses = [&](auto value, uint64_t count) {
    ASSERT_TRUE(Sent(serializer_, value).status.ok());  // The plan is made here, and is no part of the reading.
    std::vector<std::byte> stream = LongCount(count);
    stream.resize(stream.size() + 100);
    const absl::Status status = Read(stream, value);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
    EXPECT_LT(read_bytes_, 1000u) << Describe<decltype(value)>().name;  // The message.
  };
  for (const uint64_t count : {uint64_t{300}, uint64_t{1'000'000'000'000}, uint64_t{1} << 61, UINT64_MAX}) {
    refuses(std::string(), count);
    refuses(std::vector<double>(), count);
    refuses(std::vector<Switch>(), count);
    refuses(std::vector<Padded>(), count);
    refuses(std::vector<std::string>(), count);
    refuses(std::vector<std::monostate>(), count);
    refuses(std::vector<Empty>(), count);
    refuses(std::vector<std::array<double, 1000>>(), count);
    refuses(std::vector<bool>(), count);
    refuses(std::deque<int8_t>(), count);
    refuses(std::list<Empty>(), count);
    refuses(std::vector<Angle>(), count);
    refuses(std::vector<Sector>(), count);
    refuses(std::vector<std::unique_ptr<Tree>>(), count);
    refuses(std::set<int32_t>(), count);
    refuses(std::map<std::monostate, std::monostate>(), count);
    refuses(std::multimap<std::monostate, std::monostate>(), count);
    refuses(std::unordered_map<int32_t, std::string>(), count);
    refuses(Array<float>(), count);
  }
}

TEST_F(NativeHostileTest, DecodeBytesMaxBoundsWhatElementsTake) {
  // A byte of input for 2,000 bytes of memory each.
  std::vector<std::byte> stream = LongCount(1000);
  stream.resize(stream.size() + 1000);
  std::vector<std::optional<std::array<double, 250>>> value;
  EXPECT_TRUE(Read(stream, value, {}, {.decode_bytes_max = 3'000'000}).ok());
  EXPECT_EQ(value.size(), 1000u);
  const absl::Status status = Read(stream, value, {}, {.decode_bytes_max = 2'000'000});
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(status.ToString(), HasSubstr("decode_bytes_max 2000000"));
  // In small portions, too.
  const std::vector<std::string> words(1000, std::string(1000, 'w'));
  const Sent sent(serializer_, words);
  std::vector<std::string> back;
  EXPECT_EQ(Read(sent.stream, back, {}, {.decode_bytes_max = 500'000}).code(), absl::StatusCode::kResourceExhausted);
  EXPECT_LT(read_bytes_, 600'000u);
  EXPECT_TRUE(Read(sent.stream, back, {}, {.decode_bytes_max = 1'100'000}).ok());
}

TEST_F(NativeHostileTest, EqualKeysAreRefused) {
  std::set<int8_t> set;
  EXPECT_TRUE(ReadBytes({2, 5, 6}, set).ok());
  EXPECT_THAT(ReadBytes({2, 5, 5}, set).ToString(), HasSubstr("element 1 equals an earlier one"));
  std::map<int8_t, int8_t> map;
  EXPECT_THAT(ReadBytes({2, 5, 0, 5, 1}, map).ToString(), HasSubstr("key 1 equals an earlier one"));
}

TEST_F(NativeHostileTest, WhatACodecRefusesLeavesAValidValue) {
  const double negative = -1;
  std::vector<std::byte> stream(8);
  std::memcpy(stream.data(), &negative, 8);
  std::pair<Text, std::optional<Angle>> pair(Text("before"), Angle(2));
  std::vector<std::byte> in_pair = {std::byte{1}, std::byte{'t'}, std::byte{0}, std::byte{0}, std::byte{1}};
  in_pair.insert(in_pair.end(), stream.begin(), stream.end());
  EXPECT_THAT(Read(in_pair, pair).ToString(), HasSubstr("FromWire"));
  EXPECT_EQ(pair.first, Text("before"));
  std::vector<Sector> sectors;  // The second bound is negative: what was made before it is destroyed.
  const Sent good(serializer_, std::vector<Sector>{{Angle(0), "north and further north", {Angle(1), Angle(2)}, true}});
  std::vector<std::byte> bad = good.stream;
  std::memcpy(bad.data() + bad.size() - 9, &negative, 8);
  EXPECT_TRUE(Read(good.stream, sectors).ok());
  EXPECT_THAT(Read(bad, sectors).ToString(), HasSubstr("FromWire"));
}

TEST_F(NativeHostileTest, PayloadsAreNamedOnceAndHaveTheirSize) {
  const std::vector<std::vector<double>> value(2, std::vector<double>(1000, 1));
  const Sent sent(serializer_, value);
  ASSERT_EQ(sent.payloads.size(), 2u);
  std::vector<std::vector<double>> back;
  ASSERT_TRUE(Read(sent.stream, back, sent.payloads).ok());
  EXPECT_EQ(back, value);
  // [2] [count 1000] [index 0] [count 1000] [index 1]
  ASSERT_EQ(sent.stream.size(), 21u);
  std::vector<std::byte> twice = sent.stream;
  twice[20] = std::byte{0};
  EXPECT_THAT(Read(twice, back, sent.payloads).ToString(), HasSubstr("payload 0 comes after payload 0"));
  EXPECT_THAT(Read(sent.stream, back, std::span(sent.payloads).first(1)).ToString(),
              HasSubstr("payload 1 is wanted, and there are 1"));
  const std::vector<std::span<const std::byte>> cut = {sent.payloads[0], sent.payloads[1].first(7999)};
  EXPECT_THAT(Read(sent.stream, back, cut).ToString(), HasSubstr("its payload has 7999 bytes"));
  Array<float> blob;
  const Buffer odd = Buffer::CopyOf(sent.payloads[0].first(6));
  const std::vector<std::span<const std::byte>> part = {odd.bytes()};
  const std::vector<std::byte> one_element = {std::byte{1}, std::byte{0}};
  EXPECT_THAT(Read(one_element, blob, part).ToString(), HasSubstr("its payload has 6 bytes"));
  EXPECT_EQ(keeper_.held_count, 0);
}

TEST_F(NativeHostileTest, AMisalignedPayloadIsCopied) {
  const Array<double> value = {1, 2, 3};
  const Sent sent(serializer_, value);
  alignas(64) std::array<std::byte, 64> block = {};
  std::memcpy(block.data() + 3, sent.payloads[0].data(), 24);
  const std::vector<std::span<const std::byte>> misaligned = {std::span<const std::byte>(block).subspan(3, 24)};
  Array<double> back;
  ASSERT_TRUE(Read(sent.stream, back, misaligned).ok());
  EXPECT_EQ(back, value);
  EXPECT_EQ(keeper_.held_count, 0);
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
