#include "tools/manta/conformance_table.h"

#include "gtest/gtest.h"

namespace manta::tool {
namespace {

TEST(ConformanceTableTest, ReadsRowsAndKeepsWhatStandsBefore) {
  const ConformanceOutput output = ParseConformanceOutput(
      "FAIL Limits.Exact (--seed=1)\nexpected 1 | found 2\n\n"
      "| sentence          | outcome |\n| ----------------- | --- |\n"
      "| Limits: exact fit | FAIL |\n| Cache: evicts     | refused as declared |\n| Memory: zero      | not measured: "
      "no a | b |\n"
      "\n1 passed, 1 failed\n");
  EXPECT_EQ(output.details, "FAIL Limits.Exact (--seed=1)\nexpected 1 | found 2\n\n");
  ASSERT_EQ(output.rows.size(), 3u);
  EXPECT_EQ(output.rows[0].sentence, "Limits: exact fit");
  EXPECT_EQ(output.rows[0].outcome, "FAIL");
  EXPECT_EQ(output.rows[1].outcome, "refused as declared");
  EXPECT_EQ(output.rows[2].sentence, "Memory: zero");
  EXPECT_EQ(output.rows[2].outcome, "not measured: no a | b");
}

TEST(ConformanceTableTest, WithoutATableAllIsDetail) {
  const ConformanceOutput output = ParseConformanceOutput("it begins\n| x | y |\nit dies");
  EXPECT_TRUE(output.rows.empty());
  EXPECT_EQ(output.details, "it begins\n| x | y |\nit dies\n");
  EXPECT_TRUE(ParseConformanceOutput("").details.empty());
}

TEST(ConformanceTableTest, ATornTableGivesItsWholeRows) {
  const ConformanceOutput output =
      ParseConformanceOutput("| sentence | outcome |\n| --- | --- |\n| A: b | pass |\n| A: c | pa");
  ASSERT_EQ(output.rows.size(), 1u);
  EXPECT_EQ(output.rows[0].sentence, "A: b");
}

}  // namespace
}  // namespace manta::tool

// SPDX-License-Identifier: Apache-2.0
