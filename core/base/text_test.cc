#include "core/base/text.h"

#include <gtest/gtest.h>

#include <vector>

namespace manta {
namespace {

const std::vector<std::string> kNames = {"capacity_bytes", "cache_bytes_max", "path"};

TEST(TextTest, ConcatTakesBothStringViewsAndNumbers) {
  EXPECT_EQ(Concat(std::string_view("a"), absl::string_view("b"), std::string("c"), "d", 5, uint64_t{6}), "abcd56");
}

TEST(TextTest, StatusesCarryCodeAndMessage) {
  const absl::Status status = MakeStatus(absl::StatusCode::kNotFound, "object ", 3);
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(status.message(), "object 3");
  EXPECT_EQ(Annotate(status, "store").message(), "store: object 3");
  EXPECT_TRUE(Annotate(absl::OkStatus(), "store").ok());
}

TEST(TextTest, QuotedShowsBytesAndBoundsLength) {
  EXPECT_EQ(Quoted("a\"b\\c\n"), "\"a\\\"b\\\\c\\x0a\"");
  EXPECT_EQ(Quoted(std::string(1000, 'x')).size(), 205u);
}

TEST(TextTest, ListedSeparatesNamesAndSaysNone) {
  EXPECT_EQ(Listed(kNames), "capacity_bytes, cache_bytes_max, path");
  EXPECT_EQ(Listed({}), "none");
}

TEST(TextTest, DidYouMeanFindsTypingMistakesOnly) {
  EXPECT_EQ(DidYouMean("capasity_bytes", kNames), "; did you mean \"capacity_bytes\"?");
  EXPECT_EQ(DidYouMean("pth", kNames), "; did you mean \"path\"?");
  EXPECT_EQ(DidYouMean("colour", kNames), "");
  EXPECT_EQ(DidYouMean("", kNames), "");
  EXPECT_EQ(DidYouMean("x", {}), "");
  EXPECT_EQ(DidYouMean(std::string(100000, 'a'), kNames), "");
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
