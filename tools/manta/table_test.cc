#include "tools/manta/table.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace manta::tool {
namespace {

using ::testing::ElementsAre;

TEST(TableTest, ColumnsAreAsWideAsTheirWidestCellAndTwoApart) {
  EXPECT_EQ(
      RenderTable({{"name"}, {"status"}, {"x"}}, {{{"lru"}, {"alpha"}, {""}}, {{"s3_fifo"}, {"wip"}, {"y"}}}, 0, false),
      "name     status  x\n"
      "lru      alpha\n"
      "s3_fifo  wip     y\n");
}

TEST(TableTest, NoRowsMakeNoTable) { EXPECT_EQ(RenderTable({{"name"}}, {}, 80, false), ""); }

TEST(TableTest, WrappingColumnsGiveWay) {
  EXPECT_EQ(RenderTable({{"name"}, {"summary", true}}, {{{"lru"}, {"evicts what was unused for longest"}}}, 24, false),
            "name  summary\n"
            "lru   evicts what was\n"
            "      unused for longest\n");
}

TEST(TableTest, TheWidestColumnGivesWayFirst) {
  const std::string table =
      RenderTable({{"a", true}, {"b", true}}, {{{std::string(40, 'x')}, {std::string(20, 'y')}}}, 42, false);
  EXPECT_EQ(table, "a                     b\n" + std::string(20, 'x') + "  " + std::string(20, 'y') + "\n" +
                       std::string(20, 'x') + "\n");
}

TEST(TableTest, ANarrowTerminalLosesNothing) {
  const std::string table =
      RenderTable({{"name"}, {"summary", true}}, {{{"a_long_name"}, {"one two three"}}}, 5, false);
  EXPECT_EQ(table, "name         summary\na_long_name  one two\n             three\n");
}

TEST(TableTest, ColoursDoNotCountAsWidth) {
  EXPECT_EQ(RenderTable({{"a"}, {"b"}}, {{{"x", Style::kGood}, {"y", Style::kBad}}}, 0, true),
            "\x1b[1ma\x1b[0m  \x1b[1mb\x1b[0m\n\x1b[32mx\x1b[0m  \x1b[1;31my\x1b[0m\n");
}

TEST(TableTest, ColoursCanBeTakenOff) {
  EXPECT_EQ(WithoutColors(Styled("a", Style::kGood, true) + " b " + Styled("c", Style::kBad, true)), "a b c");
  EXPECT_EQ(WithoutColors("\x1b["), "");
}

TEST(TableTest, ControlCharactersCannotReachTheTerminal) {
  EXPECT_EQ(RenderTable({{"a"}}, {{{"x\x1b[2J\ny\x7f"}}}, 0, false), "a\nx?[2J?y?\n");
}

TEST(TableTest, CharactersAreCountedNotBytes) {
  EXPECT_EQ(TextWidth("größe"), 5u);
  EXPECT_EQ(RenderTable({{"a"}, {"b"}}, {{{"größe"}, {"x"}}, {{"grosse"}, {"x"}}}, 0, false),
            "a       b\ngröße   x\ngrosse  x\n");
}

TEST(WrapTextTest, BreaksAtSpacesThenAfterSlashesThenAnywhere) {
  EXPECT_THAT(WrapText("one two", 7), ElementsAre("one two"));
  EXPECT_THAT(WrapText("one two", 6), ElementsAre("one", "two"));
  EXPECT_THAT(WrapText("one two", 3), ElementsAre("one", "two"));
  EXPECT_THAT(WrapText("lib/manta/x.so", 10), ElementsAre("lib/manta/", "x.so"));
  EXPECT_THAT(WrapText("manta.eviction.lru", 16), ElementsAre("manta.eviction.", "lru"));
  EXPECT_THAT(WrapText("abcdefg", 3), ElementsAre("abc", "def", "g"));
  EXPECT_THAT(WrapText("äöüß", 2), ElementsAre("äö", "üß"));
  EXPECT_THAT(WrapText("", 3), ElementsAre(""));
  EXPECT_THAT(WrapText("ab", 0), ElementsAre("a", "b"));
}

TEST(WrapTextTest, EveryPieceFitsAndNothingIsLost) {
  const std::string text = "The quick, brown fox/jumps over thelazydogandtheothers a b c d e f";
  for (size_t width = 1; width < 80; ++width) {
    std::string joined;
    for (const std::string& line : WrapText(text, width)) {
      EXPECT_LE(TextWidth(line), width);
      joined += line;
    }
    std::string letters = text;
    std::erase(letters, ' ');
    std::erase(joined, ' ');
    EXPECT_EQ(joined, letters) << width;
  }
}

}  // namespace
}  // namespace manta::tool

// SPDX-License-Identifier: Apache-2.0
