// Bytes that no Write made: cut off, flipped, made up. Each must be refused or make a value, without memory for what is
// not there; sanitizers watch.
#include <deque>
#include <list>
#include <map>
#include <random>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "tests/conformance/serializer_fixture.h"
#include "tests/conformance/support/suite.h"

namespace manta::conformance {
namespace {

using namespace serial_values;  // NOLINT: the types of this test.

using Bytes = std::vector<std::byte>;

Bytes BytesOf(std::string_view text) {
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

// Containers whose elements take about as much memory as bytes of a stream.
struct Counted {
  std::string text = "ab";
  std::vector<double> numbers = {1, 2};
  std::vector<uint8_t> bytes = {1, 2};
  std::vector<bool> bools = {true, false};
  std::vector<Padded> rows = {{}, {}};
  std::vector<std::string> words = {"", "w"};
  std::vector<std::monostate> units = {{}, {}};
  std::vector<Angle> angles = {Angle(1), Angle(2)};
  std::deque<int16_t> deque = {1, 2};
  std::list<int8_t> list = {1, 2};
  std::set<int32_t> set = {1, 2};
  std::map<int32_t, std::string> map = {{1, "a"}, {2, "b"}};
  std::unordered_map<std::string, bool> hash_map = {{"a", true}, {"b", false}};
  Array<float> blob = {1, 2};
};

class HostileBytes : public SerializerConformance {
 protected:
  // Reads bytes that somebody made up; whatever they say, it is refused or makes a value, and takes no more than its
  // share of memory.
  template <typename T>
  bool ReadHostile(const Bytes& stream, std::span<const std::span<const std::byte>> payloads = {}) {
    T value{};
    constexpr uint64_t kDecodeBytesMax = 1'000'000;
    const absl::Status status = Read(stream, value, payloads, {.decode_bytes_max = kDecodeBytesMax});
    EXPECT_THAT(status, IsOkOrRefused());
    EXPECT_LE(read_bytes(), 2 * kDecodeBytesMax + ReadBytesMax(stream.size()));
    if (status.ok()) Send(value);
    return status.ok();
  }
};

TEST_F(HostileBytes, EveryTruncationIsInvalidArgument) {
  const Sent sent = Send(MakeRich());
  Rich whole;
  ASSERT_THAT(Read(sent, whole), IsOk());
  for (size_t size = 0; size < sent.stream.size(); ++size) {
    Rich value;
    ASSERT_THAT(Read(std::span(sent.stream).first(size), value, sent.payloads), HasCode(kInvalidArgument))
        << "the first " << size << " of " << sent.stream.size() << " bytes";
    ASSERT_LE(read_bytes(), ReadBytesMax(sent.stream.size())) << size;
  }
}

TEST_F(HostileBytes, BytesLeftOverAreInvalidArgument) {
  const auto refuses_more = [this](auto value) {
    const Sent sent = Send(value);
    for (const int byte : {0x00, 0x01, 0x5d, 0x7d, 0x80, 0xc0, 0xff}) {
      Bytes stream = sent.stream;
      stream.push_back(static_cast<std::byte>(byte));
      EXPECT_THAT(Read(stream, value, sent.payloads), HasCode(kInvalidArgument))
          << Describe<decltype(value)>().name << " and a byte of " << byte;
    }
  };
  refuses_more(int32_t{5});
  refuses_more(std::string("text"));
  refuses_more(std::vector<int32_t>{1, 2});
  refuses_more(std::optional<bool>());
  refuses_more(MakeRich());
}

TEST_F(HostileBytes, EveryFlippedBitIsRefusedOrMakesAValue) {
  const Sent sent = Send(MakeRich());
  uint64_t refused_count = 0;
  for (size_t at = 0; at < sent.stream.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      Bytes stream = sent.stream;
      stream[at] ^= std::byte{1} << bit;
      if (!ReadHostile<Rich>(stream, sent.payloads)) ++refused_count;
      if (HasFailure()) FAIL() << "bit " << bit << " of byte " << at;
    }
  }
  EXPECT_GT(refused_count, 0u);
}

TEST_F(HostileBytes, RandomBytesAreRefusedOrMakeAValue) {
  std::mt19937_64 random(Options().seed);
  const int rounds = Options().slow ? 200'000 : 4'000;
  // Besides any bytes, those that formats are made of.
  constexpr std::string_view kMarks = "{}[]\",:0123456789.eE+-truefalsn\\u\x80\x81\x90\x91\xa0\xa1\xc0\xc4\xcb\xdc\xff";
  for (int round = 0; round < rounds; ++round) {
    Bytes stream(random() % 200);
    for (std::byte& byte : stream) {
      const uint64_t kind = random() % 4;
      byte = static_cast<std::byte>(kind == 0 ? random() : kind == 1 ? kMarks[random() % kMarks.size()] : random() % 3);
    }
    ReadHostile<Rich>(stream);
    ReadHostile<Tree>(stream);
    ReadHostile<Chain>(stream);
    ReadHostile<std::vector<std::map<std::string, std::variant<std::monostate, Sector, Text>>>>(stream);
    if (HasFailure()) FAIL() << "round " << round;
  }
}

TEST_F(HostileBytes, MemoryIsTakenOnlyForElementsThatAreThere) {
  const Sent sent = Send(Counted());
  Counted warm;
  ASSERT_THAT(Read(sent, warm), IsOk());
  // Counts of 2^16 to 2^64 elements, as formats write them: after a mark or by itself, either end first.
  std::vector<Bytes> bombs;
  for (const int mark : {-1, 0xff, 0xc6, 0xc9, 0xdb, 0xdd, 0xdf}) {
    for (const std::string_view count :
         {std::string_view("\x40\0\0\0", 4), std::string_view("\xff\xff\xff\xff", 4), std::string_view("\0\0\0\x40", 4),
          std::string_view("\0\0\0\0\x01\0\0\0", 8), std::string_view("\xff\xff\xff\xff\xff\xff\xff\xff", 8),
          std::string_view("\0\0\0\x40\0\0\0\0", 8), std::string_view("\0\0\0\0\0\0\0\x20", 8)}) {
      Bytes bomb = BytesOf(count);
      if (mark >= 0) bomb.insert(bomb.begin(), static_cast<std::byte>(mark));
      bombs.push_back(std::move(bomb));
    }
  }
  for (const int mark : {0xc5, 0xc8, 0xda, 0xdc, 0xde}) {
    bombs.push_back({static_cast<std::byte>(mark), std::byte{0xff}, std::byte{0xff}});
  }
  for (size_t at = 0; at < sent.stream.size(); ++at) {
    for (const Bytes& bomb : bombs) {
      Bytes stream(sent.stream.begin(), sent.stream.begin() + static_cast<std::ptrdiff_t>(at));
      stream.insert(stream.end(), bomb.begin(), bomb.end());
      stream.insert(stream.end(), sent.stream.begin() + static_cast<std::ptrdiff_t>(at) + 1, sent.stream.end());
      Counted value;
      ASSERT_THAT(Read(stream, value, sent.payloads), IsOkOrRefused()) << "a count at byte " << at;
      ASSERT_LE(read_bytes(), ReadBytesMax(stream.size())) << "a count at byte " << at;
    }
  }
}

TEST_F(HostileBytes, DeepBytesAreRefusedWithoutTheStack) {
  for (const std::string_view unit :
       {"[", "{", "[[", "{\"\":", "{\"a\":[", "{\"value\":1,\"children\":[", "{\"value\":1,\"next\":", "\x81", "\x91",
        "\x92\x01\x91",
        "\x82\xa5value\x01\xa8"
        "children\x91",
        "\x82\xa5value\x01\xa4next", "\x01", "\x01\x01", "\1\0\0\0\1", "\1\1\1\1\1\1\1\1\1"}) {
    Bytes stream;
    const Bytes one = BytesOf(unit);
    while (stream.size() < 300'000) stream.insert(stream.end(), one.begin(), one.end());
    Tree tree;
    EXPECT_THAT(Read(stream, tree), testing::Not(IsOk()));
    Chain chain;
    EXPECT_THAT(Read(stream, chain), testing::Not(IsOk()));
    std::vector<std::vector<std::vector<bool>>> lists;
    EXPECT_THAT(Read(stream, lists), IsOkOrRefused());
    int32_t number = 0;
    EXPECT_THAT(Read(stream, number), testing::Not(IsOk()));
  }
}

}  // namespace
}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
