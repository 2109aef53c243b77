#include "core/kernel/observe/reply_table.h"

#include "gtest/gtest.h"

namespace manta {
namespace {

TEST(ReplyTableTest, ComesBackAsItWas) {
  const ReplyTable table = {.facts = {{"pending#", "17"}, {"program", "a\tb\\c\nd"}},
                            .columns = {"name", "count#"},
                            .rows = {{"", "1"}, {"\\t", ""}, {"", ""}}};
  const absl::StatusOr<ReplyTable> parsed = ReplyTable::Parse(table.Text());
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(parsed->facts, table.facts);
  EXPECT_EQ(parsed->columns, table.columns);
  EXPECT_EQ(parsed->rows, table.rows);
  EXPECT_EQ(parsed->Fact("pending"), "17");
  EXPECT_EQ(parsed->Fact("absent"), "");
}

TEST(ReplyTableTest, EveryPrefixIsRefused) {
  const std::string text = ReplyTable{.facts = {{"a", "b"}}, .columns = {"c"}, .rows = {{"d"}}}.Text();
  for (size_t length = 0; length < text.size(); ++length) {
    EXPECT_FALSE(ReplyTable::Parse(text.substr(0, length)).ok()) << length;
  }
  EXPECT_FALSE(ReplyTable::Parse("HTTP/1.1 200 OK\n").ok());
  EXPECT_FALSE(ReplyTable::Parse("manta\t1\nrow\ta\nend\n").ok());
  EXPECT_FALSE(ReplyTable::Parse("manta\t1\nend\nmore\n").ok());
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
