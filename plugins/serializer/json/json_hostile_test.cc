// Text that no Write made: cut off, changed, made up. Each must be refused or make a value; sanitizers watch.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "core/base/text.h"
#include "plugins/serializer/json/json_serializer.h"
#include "tests/support/heap_meter.h"
#include "tests/support/serial_values.h"

namespace manta {
namespace {

using namespace serial_values;  // NOLINT: the types of this test.
using ::testing::HasSubstr;

// Elements of many kinds beside those that Rich has.
struct Mixed {
  std::vector<std::array<double, 250>> wide;
  std::vector<std::optional<std::array<double, 250>>> optional;
  std::vector<uint8_t> bytes;
  std::variant<std::monostate, Sector, Text> choice;
  std::map<std::string, std::unique_ptr<Tree>> trees;
  Array<Point> points;
};

class JsonHostileTest : public testing::Test {
 protected:
  // Reads `text` from a block of exactly its size.
  template <typename T>
  absl::Status Read(std::string_view text, T& value, ReadLimits limits = {}) {
    const auto block = std::make_unique<std::byte[]>(text.size());
    if (!text.empty()) std::memcpy(block.get(), text.data(), text.size());
    SerialSource source;
    source.stream = {block.get(), text.size()};
    binder_.bound.clear();
    const uint64_t before_bytes = HeapBytesAskedFor();
    absl::Status status = serializer_.Read(Describe<T>(), source, limits, &binder_, &value);
    read_bytes_ = HeapBytesAskedFor() - before_bytes;
    return status;
  }

  // The value's text is refused, with `words` in the message.
  template <typename T>
  void Refuses(std::string_view text, std::string_view words) {
    T value{};
    const absl::Status status = Read(text, value);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << text << ": " << status;
    EXPECT_THAT(status.ToString(), HasSubstr(std::string(words))) << text;
    EXPECT_THAT(status.ToString(), HasSubstr("byte ")) << text;
  }

  JsonSerializer serializer_;
  Binder binder_;
  uint64_t read_bytes_ = 0;  // What the last Read asked the heap for.
};

std::string RichText() {
  JsonSerializer serializer;
  const Sent sent(serializer, MakeRich());
  return {reinterpret_cast<const char*>(sent.stream.data()), sent.stream.size()};
}

TEST_F(JsonHostileTest, EveryTruncationIsRefused) {
  const std::string text = RichText();
  for (size_t size = 0; size < text.size(); ++size) {
    Rich value;
    EXPECT_EQ(Read(text.substr(0, size), value).code(), absl::StatusCode::kInvalidArgument) << size;
    EXPECT_LT(read_bytes_, 20'000u) << size;
  }
}

TEST_F(JsonHostileTest, EveryChangedByteIsRefusedOrMakesAnotherValue) {
  const std::string text = RichText();
  int refused_count = 0, made_count = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    for (const char changed : {' ', '"', '[', ']', '}', '9', 'e', '\x80'}) {
      std::string other = text;
      other[at] = changed;
      Rich value;
      const absl::Status status = Read(other, value, {.decode_bytes_max = 1'000'000});
      EXPECT_LT(read_bytes_, 30'000u) << at;
      if (status.ok()) {  // A whole value, which can be written again.
        EXPECT_TRUE(Sent(serializer_, value).status.ok());
        ++made_count;
      } else {
        EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
        ++refused_count;
      }
    }
  }
  EXPECT_GT(refused_count, 1000);
  EXPECT_GT(made_count, 1000);
}

TEST_F(JsonHostileTest, RandomTokensAreRefusedOrMakeAValue) {
  const std::vector<std::string> tokens = {"{",
                                           "}",
                                           "[",
                                           "]",
                                           ",",
                                           ":",
                                           "\"",
                                           "null",
                                           "true",
                                           "false",
                                           "0",
                                           "-1",
                                           "1e9",
                                           "255",
                                           "\"inf\"",
                                           "\"nan:7ff8\"",
                                           "\"AAAA\"",
                                           "\"value\":",
                                           "\"children\":",
                                           "\"wide\":",
                                           "\"optional\":",
                                           "\"bytes\":",
                                           "\"choice\":",
                                           "\"trees\":",
                                           "\"points\":",
                                           "\"x\":",
                                           " ",
                                           "[[",
                                           "]]",
                                           "{}",
                                           "[]",
                                           "\\u",
                                           "\"\\udc80\"",
                                           "\xc3\xbc",
                                           "\xff"};
  std::mt19937_64 random(2024);
  int made_count = 0;
  for (int round = 0; round < 50'000; ++round) {
    std::string text;
    for (uint64_t i = random() % 20; i > 0; --i) text += tokens[random() % tokens.size()];
    Tree tree;
    Mixed mixed;
    std::vector<std::map<std::string, std::optional<double>>> maps;
    const ReadLimits limits = {.decode_bytes_max = 100'000};
    for (const absl::Status& status : {Read(text, tree, limits), Read(text, mixed, limits), Read(text, maps, limits)}) {
      made_count += status.ok();
      EXPECT_NE(status.code(), absl::StatusCode::kUnimplemented);
    }
  }
  EXPECT_GT(made_count, 10);
}

TEST_F(JsonHostileTest, MessagesSayWhereWhatAndWhatIsWanted) {
  std::map<std::string, std::vector<Padded>> value;
  EXPECT_EQ(
      ToStd(Read(R"({"k":[{},{"letter":1,"number":"x"}]})", value).message()),
      "json: map<string,vector<manta::serial_values::Padded>>, at [\"k\"][1].number: byte 30, int32: a whole number is "
      "wanted, and here is a string");
  Refuses<uint64_t>("\"text\"", "uint64: a whole number is wanted, and here is a string");
  Refuses<std::string>("17", "string: a string is wanted, and here is a number");
  Refuses<Point>("[1,2]", "an object is wanted, and here is a list");
  Refuses<bool>("1", "true or false is wanted, and here is a number");
  Refuses<bool>("tru", "true or false is wanted, and here is \"tru\"");
  Refuses<std::vector<int32_t>>("", "a list is wanted, and here is the end");
  Refuses<std::vector<int32_t>>("[1 2]", "\",\" or \"]\" is wanted, and here is a number");
  Refuses<Point>("{\"x\":1 \"y\":2}", "\",\" or \"}\" is wanted");
  Refuses<Point>("{\"x\" 1}", "a colon after the key is wanted");
  Refuses<Point>("{x:1}", "a key in quotes is wanted, and here is \"x\"");
}

TEST_F(JsonHostileTest, GrammarIsKeptToTheLetter) {
  for (const char* text :
       {"01", "+1", "1.", ".5", "-", "--1", "1e", "1e+", "0x10", "1_000", "NaN", "Infinity", "1,", "1 1",
        "\xef\xbb\xbf"
        "1"}) {
    Refuses<double>(text, "");
  }
  Refuses<double>(std::string_view("1\0", 2), "1 bytes are left");
  for (const char* text : {"[1,]", "[,1]", "[1", "[1]]", "[1}", "[", "]", "[1;2]", "[1,/**/2]"}) {
    Refuses<std::vector<int32_t>>(text, "");
  }
  for (const char* text : {"\"", "\"\\\"", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\ud800\"", "\"\\ud800\\u0041\"",
                           "\"\\udc00\"", "\"\\udc7f\"", "\"\\udd00\"", "\"\n\"", "\"\x80\"", "\"\xc3\"",
                           "\"\xc0\x80\"", "\"\xed\xa0\x80\"", "'a'", "\"\\"}) {
    Refuses<std::string>(text, "");
  }
  for (const char* text :
       {"{\"x\":1,}", "{,}", "{\"x\"}", "{\"x\":}", "{\"x\":1,\"y\"}", "{\"u\":[}", "{\"u\":[1,]}", "{\"u\":{\"a\"}}",
        "{\"u\":tru}", "{\"u\":01}", "{\"u\":\"\\x\"}", "{\"u\":", "{\"u\":[[]"}) {
    Refuses<Point>(text, "");
  }
  double number = 0;
  for (const char* text : {" 1 ", "\t1\r\n", "1e5", "1E+5", "-0.0", "10.50"})
    EXPECT_TRUE(Read(text, number).ok()) << text;
}

TEST_F(JsonHostileTest, NumbersFitOrAreRefused) {
  Refuses<int8_t>("128", "a whole number that fits");
  Refuses<int8_t>("-129", "a whole number that fits");
  Refuses<uint8_t>("256", "and here is \"256\"");
  Refuses<uint64_t>("18446744073709551616", "fits");
  Refuses<uint64_t>("-1", "fits");
  Refuses<int64_t>("9223372036854775808", "fits");
  Refuses<int32_t>("1.0", "fits");
  Refuses<int32_t>("1e2", "fits");
  Refuses<float>("1e39", "too large or too small");
  Refuses<double>("1e309", "too large or too small");
  Refuses<double>(std::string(100'000, '9'), "too large or too small");
  for (const char* text :
       {"\"Inf\"", "\"nan:\"", "\"nan:7ff0000000000000\"", "\"nan:1\"", "\"nan:xyz\"", "\"1\"", "\"\""}) {
    Refuses<double>(text, "is wanted, and here is");
  }
  Refuses<float>("\"nan:7ff8000000000001\"", "");  // Too wide for it.
}

TEST_F(JsonHostileTest, WhatIsThereTwiceIsRefused) {
  Refuses<Point>(R"({"x":1,"y":2,"x":1})", "field x is here twice");
  Refuses<Point>("{\"x\":1,\"\\u0078\":2}", "field x is here twice");
  Refuses<std::map<std::string, int32_t>>(R"({"a":1,"a":1})", "the key equals an earlier one");
  Refuses<std::map<int32_t, int32_t>>("[[1,1],[1,2]]", "the key equals an earlier one");
  Refuses<std::set<int32_t>>("[1,1]", "[1]");
}

TEST_F(JsonHostileTest, ListsOfFixedSizeHaveIt) {
  Refuses<std::array<int32_t, 2>>("[1]", "2 elements are wanted, and here are 1");
  Refuses<std::array<int32_t, 2>>("[1,2,3]", "there are more than 2");
  Refuses<std::pair<int32_t, bool>>("[1]", "2 parts are wanted, and here are 1");
  Refuses<std::pair<int32_t, bool>>("[1,true,3]", "there are more than 2");
  Refuses<std::vector<std::array<Angle, 2>>>("[[1]]", "2 elements are wanted");
  Refuses<std::vector<std::array<Angle, 2>>>("[[1,2,3]]", "there are more than 2");
  Refuses<std::vector<std::array<Angle, 2>>>("[[1,-2]]", "FromWire");
  Refuses<std::optional<std::monostate>>("[null,null]", "\"]\" is wanted");
  Refuses<std::variant<std::monostate, int32_t>>("[2,null]", "alternative 2 is wanted, and there are 2");
  Refuses<std::variant<std::monostate, int32_t>>("[-1,null]", "fits");
  Refuses<std::variant<std::monostate, int32_t>>("[1]", "\",\" is wanted");
}

TEST_F(JsonHostileTest, Base64HasOneReading) {
  for (const char* text : {"\"A\"", "\"AA\"", "\"AAA\"", "\"AA=A\"", "\"====\"", "\"A===\"", "\"AB==\"", "\"AAB=\"",
                           "\"AAAA=\"", "\"AA==AAAA\"", "\"AA A\"", "\"AA-_\"", "\"AA\\/A\"", "[1,2]"}) {
    Refuses<std::vector<uint8_t>>(text, "");
    Refuses<Array<std::byte>>(text, "");
  }
}

TEST_F(JsonHostileTest, ReferencesHaveOneForm) {
  for (const char* text : {"{}", "null", "{\"$object\":\"12\"}", "{\"object\":\"00000000000000010000000000020003\"}",
                           "{\"$object\":\"00000000000000010000000000020003\",\"x\":1}", "{\"$object\":1}"}) {
    Refuses<Link>(text, "");
  }
}

TEST_F(JsonHostileTest, SkippedValuesAreBounded) {
  const auto nested = [](int levels) {
    return "{\"u\":" + std::string(levels, '[') + std::string(levels, ']') + ",\"x\":5}";
  };
  Point point;
  EXPECT_TRUE(Read(nested(512), point).ok());
  EXPECT_EQ(point.x, 5);
  Refuses<Point>(nested(513), "a skipped value nests more than 512 levels deep");
  Refuses<Point>(nested(1'000'000), "a skipped value nests");
  Refuses<Array<Point>>("[" + nested(513) + "]", "a skipped value nests");
}

TEST_F(JsonHostileTest, DecodeBytesMaxBoundsWhatElementsTake) {
  const auto bounded = [&](auto value, const std::string& text, uint64_t enough_bytes) {
    EXPECT_TRUE(Read(text, value, {.decode_bytes_max = enough_bytes}).ok()) << Describe<decltype(value)>().name;
    const absl::Status status = Read(text, value, {.decode_bytes_max = enough_bytes - 1});
    EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << Describe<decltype(value)>().name << status;
    EXPECT_THAT(status.ToString(), HasSubstr("decode_bytes_max"));
    // A row that grows is taken anew.
    EXPECT_LT(read_bytes_, 3 * enough_bytes + 1000);
  };
  std::string nulls = "[null", objects = "[{}", pairs = "[[0,0]", words = "[\"wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww\"";
  for (int i = 1; i < 1000; ++i) {
    nulls += ",null";
    objects += ",{}";
    pairs += ",[" + std::to_string(i) + ",0]";
    words += ",\"wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww\"";
  }
  using Wide = std::array<double, 250>;
  bounded(std::vector<std::optional<Wide>>(), nulls + "]", 1000 * sizeof(std::optional<Wide>));
  bounded(std::vector<Padded>(), objects + "]", 1000 * sizeof(Padded));
  bounded(std::list<Padded>(), objects + "]", 1000 * (sizeof(Padded) + 32));
  bounded(Array<Point>(), objects + "]", 1000 * sizeof(Point));
  bounded(std::map<int32_t, int32_t>(), pairs + "]", 1000 * (8 + 32));
  bounded(std::vector<std::string>(), words + "]", 1000 * (sizeof(std::string) + 32));
  bounded(std::vector<uint8_t>(), "\"" + std::string(4000, 'A') + "\"", 3000);
  bounded(std::string(), "\"" + std::string(4000, 'A') + "\"", 4000);
}

TEST_F(JsonHostileTest, AListThatEndsEarlyTookNoMoreThanItsText) {
  std::vector<std::array<double, 250>> wide;
  EXPECT_FALSE(Read("[", wide).ok());
  EXPECT_FALSE(Read("[[", wide).ok());
  EXPECT_LT(read_bytes_, 5000u);  // One element, and the message.
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
