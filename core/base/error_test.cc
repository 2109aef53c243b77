#include "core/base/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>

namespace manta {
namespace {

TEST(ErrorRecordTest, EveryTypeHasItsOwnName) {
  std::set<std::string_view> names;
  int count = 0;
  for (uint32_t i = 0; i < 200; ++i) {
    const std::string_view name = ErrorTypeName(static_cast<ErrorType>(i));
    if (name == "UNKNOWN") continue;
    ++count;
    names.insert(name);
  }
  EXPECT_EQ(names.size(), 25u);
  EXPECT_EQ(count, 25);
}

TEST(ErrorRecordTest, SitesAreShownWithoutFolders) {
  EXPECT_EQ((SourceSite{"a/b/report.cc", 41}).ToString(), "report.cc:41");
  EXPECT_EQ((SourceSite{"report.cc", 1}).ToString(), "report.cc:1");
  EXPECT_EQ(SourceSite().ToString(), "");
}

TEST(ErrorRecordTest, OneLineTellsOriginAndCause) {
  auto first = std::make_shared<ErrorRecord>(ErrorRecord{.type = ErrorType::kTaskFailed,
                                                         .message = "failed with std::invalid_argument: no samples",
                                                         .task = "Average",
                                                         .attempt = 2,
                                                         .submitted_at = {"x/report.cc", 41}});
  const ErrorRecord last{.type = ErrorType::kDependencyFailed,
                         .message = "did not run, since an argument failed",
                         .task = "Print",
                         .submitted_at = {"x/report.cc", 43},
                         .skipped_count = 3,
                         .cause = first};
  EXPECT_EQ(
      last.ToString(),
      "task Print, submitted at report.cc:43: did not run, since an argument failed; 3 failed tasks between; caused "
      "by task Average (attempt 2), submitted at report.cc:41: failed with std::invalid_argument: no samples");
  EXPECT_EQ(last.ToStatus().code(), absl::StatusCode::kFailedPrecondition);
}

TEST(ErrorRecordTest, TheChainOfSubmittersIsNearestFirst) {
  const SubmitChainPtr outer(new SubmitChain("Main", {"main.cc", 3}));
  const SubmitChainPtr inner(new SubmitChain("Map", {"map.cc", 7}, outer));
  const ErrorRecord error{.message = "failed", .task = "Leaf", .submitted_at = {"leaf.cc", 9}, .submitted_by = inner};
  EXPECT_EQ(error.ToString(), "task Leaf, submitted at leaf.cc:9 by Map (map.cc:7) by Main (main.cc:3): failed");
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
