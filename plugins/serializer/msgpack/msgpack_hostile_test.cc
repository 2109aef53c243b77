// Bytes that no Write made: cut off, flipped, made up. Each must be refused or make a value; sanitizers watch.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "plugins/serializer/msgpack/msgpack_serializer.h"
#include "tests/support/heap_meter.h"
#include "tests/support/serial_values.h"

namespace manta {
namespace {

using namespace serial_values;  // NOLINT: the types of this test.
using ::testing::HasSubstr;

using Bytes = std::vector<std::byte>;

class MsgpackHostileTest : public testing::Test {
 protected:
  // Reads `stream` from a block of exactly its size.
  template <typename T>
  absl::Status Read(std::span<const std::byte> stream, T& value, ReadLimits limits = {}) {
    const auto block = std::make_unique<std::byte[]>(stream.size());
    if (!stream.empty()) std::memcpy(block.get(), stream.data(), stream.size());
    const uint64_t before_bytes = HeapBytesAskedFor();
    absl::Status status =
        serializer_.Read(Describe<T>(), {.stream = {block.get(), stream.size()}}, limits, &binder_, &value);
    read_bytes_ = HeapBytesAskedFor() - before_bytes;
    return status;
  }

  MsgpackSerializer serializer_;
  Binder binder_;
  uint64_t read_bytes_ = 0;  // What the last Read asked the heap for.
};

// A first byte, and a number of `size_bytes` after it, and 100 bytes that are numbers.
Bytes Head(uint8_t first, size_t size_bytes, uint64_t number) {
  Bytes bytes = {static_cast<std::byte>(first)};
  for (size_t i = size_bytes; i-- > 0;) bytes.push_back(static_cast<std::byte>(number >> 8 * i));
  bytes.resize(bytes.size() + 100);
  return bytes;
}

TEST_F(MsgpackHostileTest, EveryTruncationIsRefused) {
  const Sent sent(serializer_, MakeRich());
  ASSERT_TRUE(sent.status.ok());
  for (size_t size = 0; size < sent.stream.size(); ++size) {
    Rich value;
    const absl::Status status = Read(std::span(sent.stream).first(size), value);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << size;
    EXPECT_LT(read_bytes_, 20'000u) << size;
  }
}

TEST_F(MsgpackHostileTest, EveryFlippedByteIsRefusedOrMakesAnotherValue) {
  const Sent sent(serializer_, MakeRich());
  ASSERT_TRUE(sent.status.ok());
  int refused_count = 0;
  int made_count = 0;
  for (size_t at = 0; at < sent.stream.size(); ++at) {
    for (const uint8_t flip : {0x01, 0x02, 0x80, 0xff, 0x55}) {
      Bytes stream = sent.stream;
      stream[at] ^= std::byte{flip};
      Rich value;
      const absl::Status status = Read(stream, value, {.decode_bytes_max = 1'000'000});
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
  EXPECT_GT(refused_count, 100);  // First bytes.
  EXPECT_GT(made_count, 100);     // Numbers, text, names.
}

TEST_F(MsgpackHostileTest, RandomBytesAreRefusedOrMakeAValue) {
  std::mt19937_64 random(2024);
  for (int round = 0; round < 20'000; ++round) {
    Bytes stream(random() % 200);
    // Small numbers, small maps and arrays are what values are made of.
    for (std::byte& byte : stream) {
      const uint64_t kind = random() % 6;
      byte = static_cast<std::byte>(kind == 0   ? random()
                                    : kind == 1 ? random() % 3
                                    : kind == 2 ? 0x80 + random() % 4
                                    : kind == 3 ? 0xa0 + random() % 3
                                                : 0x90 + random() % 4);
    }
    Rich rich;
    Tree tree;
    Chain chain;
    std::vector<std::map<std::string, std::variant<std::monostate, std::optional<Sector>, Text>>> mixed;
    std::vector<std::tuple<std::optional<Tree>, std::vector<std::vector<int32_t>>>> tuples;
    const ReadLimits limits = {.decode_bytes_max = 1'000'000};
    EXPECT_NE(Read(stream, rich, limits).code(), absl::StatusCode::kUnimplemented);
    EXPECT_NE(Read(stream, tree, limits).code(), absl::StatusCode::kUnimplemented);
    EXPECT_NE(Read(stream, chain, limits).code(), absl::StatusCode::kUnimplemented);
    EXPECT_NE(Read(stream, mixed, limits).code(), absl::StatusCode::kUnimplemented);
    EXPECT_NE(Read(stream, tuples, limits).code(), absl::StatusCode::kUnimplemented);
    EXPECT_LT(read_bytes_, 1'100'000u);
  }
}

TEST_F(MsgpackHostileTest, WhatIsLeftOverIsRefused) {
  int32_t number = 0;
  EXPECT_THAT(Read(Bytes{std::byte{1}, std::byte{2}}, number).ToString(),
              HasSubstr("byte 1: the value ends here, and 1 bytes are left"));
}

TEST_F(MsgpackHostileTest, AVariantHasThatManyAlternatives) {
  std::variant<std::monostate, int8_t> variant;
  const auto two = [](uint8_t index) { return Bytes{std::byte{0x92}, std::byte{index}, std::byte{7}}; };
  EXPECT_TRUE(Read(two(1), variant).ok());
  EXPECT_THAT(Read(two(2), variant).ToString(), HasSubstr("alternative 2 is wanted, and there are 2"));
  EXPECT_THAT(Read(two(0xff), variant).ToString(), HasSubstr("alternative -1 is wanted, and there are 2"));
  EXPECT_THAT(Read(two(0xc0), variant).ToString(), HasSubstr("the index of an alternative is wanted, and nil"));
}

TEST_F(MsgpackHostileTest, CountsAreBoundedByTheBytesLeftBeforeMemoryIsTaken) {
  const auto refuses = [&](auto value) {
    ASSERT_TRUE(Sent(serializer_, value).status.ok());  // The plan is made here, and is no part of the reading.
    for (const uint64_t count : {101, 300, 65'535}) {
      for (const uint8_t first : {0xdc, 0xde, 0xda, 0xc5}) {
        const absl::Status status = Read(Head(first, 2, count), value);
        EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
        EXPECT_LT(read_bytes_, 1000u) << Describe<decltype(value)>().name;  // The message.
      }
    }
    for (const uint64_t count : {uint64_t{101}, uint64_t{1'000'000'000}, uint64_t{UINT32_MAX}}) {
      for (const uint8_t first : {0xdd, 0xdf, 0xdb, 0xc6}) {
        const absl::Status status = Read(Head(first, 4, count), value);
        EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
        EXPECT_LT(read_bytes_, 1000u) << Describe<decltype(value)>().name;
      }
    }
  };
  refuses(std::string());
  refuses(std::vector<uint8_t>());
  refuses(std::vector<double>());
  refuses(std::vector<Switch>());
  refuses(std::vector<std::string>());
  refuses(std::vector<Empty>());
  refuses(std::vector<bool>());
  refuses(std::list<Empty>());
  refuses(std::vector<Sector>());
  refuses(std::vector<std::unique_ptr<Tree>>());
  refuses(std::set<int32_t>());
  refuses(std::multimap<std::monostate, std::monostate>());
  refuses(std::unordered_map<int32_t, std::string>());
  refuses(Array<float>());
  refuses(Point());
  refuses(std::pair<int32_t, int32_t>());
}

TEST_F(MsgpackHostileTest, ElementsAreAsLargeAsTheirLeastBytes) {
  std::vector<std::array<double, 50>> rows;
  ASSERT_TRUE(Sent(serializer_, rows).status.ok());  // The plan is made here, and is no part of the reading.
  EXPECT_THAT(Read(Head(0xdc, 2, 2), rows).ToString(), HasSubstr("2 elements take at least 51 bytes each, and 100"));
  EXPECT_LT(read_bytes_, 1000u);
  std::vector<Link> links;
  EXPECT_THAT(Read(Head(0xdc, 2, 6), links).ToString(), HasSubstr("6 elements take at least 18 bytes each"));
}

TEST_F(MsgpackHostileTest, DecodeBytesMaxBoundsWhatElementsTake) {
  // A byte of input for 2,000 bytes of memory each.
  Bytes stream = Head(0xdc, 2, 1000);
  stream.resize(3);
  stream.resize(1003, std::byte{0xc0});
  std::vector<std::optional<std::array<double, 250>>> value;
  EXPECT_TRUE(Read(stream, value, {.decode_bytes_max = 3'000'000}).ok());
  EXPECT_EQ(value.size(), 1000u);
  const absl::Status status = Read(stream, value, {.decode_bytes_max = 2'000'000});
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(status.ToString(), HasSubstr("decode_bytes_max 2000000"));
  // In small portions, too.
  const std::vector<std::string> words(1000, std::string(1000, 'w'));
  const Sent sent(serializer_, words);
  std::vector<std::string> back;
  EXPECT_EQ(Read(sent.stream, back, {.decode_bytes_max = 500'000}).code(), absl::StatusCode::kResourceExhausted);
  EXPECT_LT(read_bytes_, 600'000u);
  EXPECT_TRUE(Read(sent.stream, back, {.decode_bytes_max = 1'100'000}).ok());
}

TEST_F(MsgpackHostileTest, DepthIsLimitedAndSkippingHasNone) {
  Tree tree;  // {"children": [{"children": [...
  Bytes deep;
  for (int i = 0; i < 200'000; ++i) {
    for (const char c : std::string_view("\x81\xa8"
                                         "children\x91")) {
      deep.push_back(static_cast<std::byte>(c));
    }
  }
  deep.push_back(std::byte{0x80});
  EXPECT_THAT(Read(deep, tree, {.depth_max = 1'000'000}).ToString(), HasSubstr("more than 100 levels"));
  EXPECT_THAT(Read(deep, tree, {.depth_max = 7}).ToString(), HasSubstr("more than 7 levels"));
  // Inside an unknown field.
  Bytes unknown = {std::byte{0x81}, std::byte{0xa1}, std::byte{'?'}};
  unknown.resize(1'000'000, std::byte{0x91});
  Point point;
  EXPECT_EQ(Read(unknown, point).code(), absl::StatusCode::kInvalidArgument);  // The bytes end.
  unknown.push_back(std::byte{0});
  EXPECT_TRUE(Read(unknown, point).ok());
  EXPECT_EQ(read_bytes_, 0u);
}

TEST_F(MsgpackHostileTest, EqualKeysAreRefused) {
  std::set<int8_t> set;
  EXPECT_THAT(Read(Bytes{std::byte{0x92}, std::byte{5}, std::byte{5}}, set).ToString(),
              HasSubstr("element 1 equals an earlier one"));
  std::map<int8_t, int8_t> map;
  EXPECT_THAT(Read(Bytes{std::byte{0x82}, std::byte{5}, std::byte{0}, std::byte{5}, std::byte{1}}, map).ToString(),
              HasSubstr("key 1 equals an earlier one"));
}

TEST_F(MsgpackHostileTest, WhatACodecRefusesLeavesAValidValue) {
  std::pair<Text, std::optional<Angle>> pair(Text("before"), Angle(2));
  EXPECT_THAT(Read(Bytes{std::byte{0x92}, std::byte{0x80}, std::byte{0xff}}, pair).ToString(), HasSubstr("FromWire"));
  // The second bound is negative: what was made before it is destroyed.
  std::vector<Sector> sectors;
  Bytes stream =
      Sent(serializer_, std::vector<Sector>{{Angle(0), "north and further north", {Angle(1), Angle(2)}, true}}).stream;
  ASSERT_TRUE(Read(stream, sectors).ok());
  for (size_t i = 0; i + 8 <= stream.size(); ++i) {
    if (stream[i] == std::byte{0xcb} && stream[i + 1] == std::byte{0x40}) stream[i + 1] = std::byte{0xc0};
  }
  EXPECT_THAT(Read(stream, sectors).ToString(), HasSubstr("field [0].bounds[1]"));
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
