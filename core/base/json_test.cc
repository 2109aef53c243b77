#include "core/base/json.h"

#include <limits>

#include "gtest/gtest.h"

namespace manta {
namespace {

TEST(JsonWriterTest, IndentsAndKeepsTheOrderOfKeys) {
  JsonWriter json;
  json.BeginObject();
  json.Field("b", "x");
  json.Field("a", uint64_t{18446744073709551615u});
  json.Key("list");
  json.BeginArray();
  json.String("one");
  json.BeginObject();
  json.EndObject();
  json.EndArray();
  json.Key("empty");
  json.BeginArray();
  json.EndArray();
  json.EndObject();
  EXPECT_EQ(json.Take(),
            "{\n  \"b\": \"x\",\n  \"a\": 18446744073709551615,\n  \"list\": [\n    \"one\",\n    {}\n  ],\n  "
            "\"empty\": []\n}\n");
}

TEST(JsonWriterTest, RealNumbersAreShortAndTruthIsAWord) {
  JsonWriter json;
  json.BeginArray();
  json.Real(0.1);
  json.Real(1e6);
  json.Real(std::numeric_limits<double>::infinity());
  json.Bool(true);
  json.Bool(false);
  json.Null();
  json.EndArray();
  EXPECT_EQ(json.Take(), "[\n  0.1,\n  1e+06,\n  null,\n  true,\n  false,\n  null\n]\n");
}

TEST(JsonStringTest, EscapesWhatJsonDoesNotAllow) {
  EXPECT_EQ(JsonString("a\"b\\c\n\t\x01\x7f"), R"("a\"b\\c\n\t\u0001\u007f")");
  EXPECT_EQ(JsonString(std::string_view("\0", 1)), R"("\u0000")");
}

TEST(JsonStringTest, KeepsUtf8AndReplacesWhatIsNone) {
  EXPECT_EQ(JsonString("größe €\xF0\x9F\x98\x80"), "\"größe €\xF0\x9F\x98\x80\"");
  EXPECT_EQ(JsonString("a\xFF\x62"), R"("a\ufffdb")");
  EXPECT_EQ(JsonString("\xC3"), R"("\ufffd")");                                // Cut off.
  EXPECT_EQ(JsonString("\xC0\x80"), R"("\ufffd\ufffd")");                      // Longer than needed.
  EXPECT_EQ(JsonString("\xED\xA0\x80"), R"("\ufffd\ufffd\ufffd")");            // A surrogate.
  EXPECT_EQ(JsonString("\xF4\x90\x80\x80"), R"("\ufffd\ufffd\ufffd\ufffd")");  // Above U+10FFFF.
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
