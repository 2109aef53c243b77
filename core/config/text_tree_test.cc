#include "core/config/text_tree.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace manta {
namespace {

using testing::HasSubstr;

std::string ErrorOf(std::string_view text) {
  absl::StatusOr<std::vector<TextField>> tree = ParseTextTree(text, "t");
  return tree.ok() ? "no error" : std::string(ToStd(tree.status().message()));
}

TEST(TextTreeTest, KeepsLinesAndColumns) {
  absl::StatusOr<std::vector<TextField>> tree = ParseTextTree("a: 1\nb {\n  c: \"x\"  # why\n}\n", "f.textproto");
  ASSERT_TRUE(tree.ok()) << tree.status();
  ASSERT_EQ(tree->size(), 2u);
  EXPECT_EQ((*tree)[0].origin.ToString(), "f.textproto:1:1");
  EXPECT_EQ((*tree)[0].values[0].origin.ToString(), "f.textproto:1:4");
  const TextField& c = (*tree)[1].values[0].fields[0];
  EXPECT_EQ(c.origin.ToString(), "f.textproto:3:3");
  EXPECT_EQ(c.values[0].text, "x");
}

TEST(TextTreeTest, ReadsAllForms) {
  absl::StatusOr<std::vector<TextField>> tree = ParseTextTree(
      "i: -5; f: 1.5e3, s: \"a\" 'b\\n' e: NAME l: [1, 2, 3] n: [] m < x: 1 > o: { y: 2 }"
      "[type.googleapis.com/a.b.C] { z: 0x1f } ms: [{q: 1}, <q: 2>]",
      "t");
  ASSERT_TRUE(tree.ok()) << tree.status();
  ASSERT_EQ(tree->size(), 10u);
  EXPECT_TRUE((*tree)[0].values[0].negative);
  EXPECT_EQ((*tree)[0].values[0].kind, TextValue::Kind::kInteger);
  EXPECT_EQ((*tree)[1].values[0].kind, TextValue::Kind::kFloat);
  EXPECT_EQ((*tree)[2].values[0].text, "ab\n");
  EXPECT_EQ((*tree)[3].values[0].kind, TextValue::Kind::kIdentifier);
  EXPECT_EQ((*tree)[4].values.size(), 3u);
  EXPECT_TRUE((*tree)[5].list);
  EXPECT_TRUE((*tree)[5].values.empty());
  EXPECT_EQ((*tree)[6].values[0].fields[0].name, "x");
  EXPECT_EQ((*tree)[8].name, "type.googleapis.com/a.b.C");
  EXPECT_TRUE((*tree)[8].bracketed);
  EXPECT_EQ((*tree)[9].values.size(), 2u);
}

TEST(TextTreeTest, ErrorsSayWhereWhatAndWanted) {
  EXPECT_EQ(ErrorOf("a: 1\n}"), "t:2:1: found \"}\", wanted a field's name");
  EXPECT_EQ(ErrorOf("a {"), "t:1:4: found the end of the text, wanted a field or \"}\"");
  EXPECT_EQ(ErrorOf("a 5"), "t:1:3: found \"5\", wanted \":\" or \"{\" after a");
  EXPECT_EQ(ErrorOf("a: ]"), "t:1:4: found \"]\", wanted a value");
  EXPECT_EQ(ErrorOf("a: [1 2]"), "t:1:7: found \"2\", wanted \",\" or \"]\"");
  EXPECT_EQ(ErrorOf("[a b] {}"), "no error");
  EXPECT_EQ(ErrorOf("[a:b] {}"), "t:1:3: found \":\", wanted \"]\" after a type's name");
  EXPECT_EQ(ErrorOf("a: -\"x\""), "t:1:5: found \"\\\"x\\\"\", wanted a number after \"-\"");
  EXPECT_THAT(ErrorOf("a: \"x"), HasSubstr("t:1:6: "));  // From protobuf's tokenizer.
  EXPECT_THAT(ErrorOf("a: $"), HasSubstr("t:1:4: "));
}

TEST(TextTreeTest, ColumnsCountBytes) {
  EXPECT_EQ(ErrorOf("\ta:\t]"), "t:1:5: found \"]\", wanted a value");
  EXPECT_EQ(ErrorOf("1234567"), "t:1:1: found \"1234567\", wanted a field's name");
  EXPECT_EQ(ErrorOf("a: 1\t\t# 123\n\t\tb: 12345\tc: ]\n"), "t:2:15: found \"]\", wanted a value");
  EXPECT_EQ(ErrorOf("a: 1 \tb: 2\nc: ]"), "t:2:4: found \"]\", wanted a value");
  EXPECT_EQ(ErrorOf("a: '\xe2\x82\xac\t' ]"), "t:1:11: found \"]\", wanted a field's name");
  EXPECT_EQ(ErrorOf("\ta:\t\xff"), "t:1:5: not UTF-8: wanted text, found \"\xff\"");
  EXPECT_THAT(ErrorOf("\ta:\t$"), HasSubstr("t:1:5: "));  // From protobuf's tokenizer.
}

TEST(TextTreeTest, RefusesWhatIsNotUtf8) {
  EXPECT_EQ(ErrorOf("a: 1\n# \xff"), "t:2:3: not UTF-8: wanted text, found \"\xff\"");
  EXPECT_THAT(ErrorOf("a: \"\xc0\xaf\""), HasSubstr("not UTF-8"));      // Overlong.
  EXPECT_THAT(ErrorOf("a: \"\xed\xa0\x80\""), HasSubstr("not UTF-8"));  // A surrogate.
  EXPECT_THAT(ErrorOf("a: \"\xe2\x82"), HasSubstr("not UTF-8"));        // Cut off.
  EXPECT_EQ(ErrorOf("a: \"\xe2\x82\xac \xf0\x9f\x90\x9f\""), "no error");
}

TEST(TextTreeTest, RefusesDeepAndLargeText) {
  std::string deep;
  for (int i = 0; i < kConfigDepthMax; ++i) deep += "a{";
  EXPECT_EQ(ErrorOf(deep + std::string(kConfigDepthMax, '}')), "no error");
  EXPECT_THAT(ErrorOf(deep + "a{" + std::string(kConfigDepthMax + 1, '}')),
              HasSubstr("t:1:66: nested deeper than 32 messages"));
  EXPECT_EQ(ErrorOf(std::string(kConfigTextBytesMax, ' ')), "no error");
  EXPECT_EQ(ErrorOf(std::string(kConfigTextBytesMax + 1, ' ')), "t: has 1048577 bytes, at most 1048576 are allowed");
}

TEST(TextTreeTest, ReadsOneScalarAlone) {
  absl::StatusOr<TextValue> value = ParseTextScalar("-7", "t");
  ASSERT_TRUE(value.ok()) << value.status();
  EXPECT_TRUE(value->negative);
  EXPECT_EQ(value->text, "7");
  for (const char* wrong : {"", "1 2", "{}", "a: 1", ":"}) {
    EXPECT_FALSE(ParseTextScalar(wrong, "t").ok()) << wrong;
  }
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
