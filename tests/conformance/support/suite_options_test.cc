#include "tests/conformance/support/suite_options.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace manta::conformance {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

absl::StatusOr<SuiteOptions> Parse(std::vector<const char*> arguments) { return ParseSuiteOptions(arguments); }

std::string Message(std::vector<const char*> arguments) {
  const absl::StatusOr<SuiteOptions> options = Parse(std::move(arguments));
  return std::string(options.status().message());
}

TEST(SuiteOptionsTest, ReadsEveryOption) {
  const absl::StatusOr<SuiteOptions> options = Parse({"--seed=18446744073709551615", "libx.so", "--config=c", "--slow",
                                                      "--plugin=p", "--plugin_path=a", "--plugin_path=b"});
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->library_path, "libx.so");
  EXPECT_EQ(options->config_path, "c");
  EXPECT_EQ(options->plugin_name, "p");
  EXPECT_THAT(options->plugin_paths, ElementsAre("a", "b"));
  EXPECT_EQ(options->seed, UINT64_MAX);
  EXPECT_TRUE(options->slow);
}

TEST(SuiteOptionsTest, LeavesGoogleTestItsOptions) { EXPECT_TRUE(Parse({"libx.so", "--gtest_filter=*"}).ok()); }

TEST(SuiteOptionsTest, HelpAndVersionNeedNoLibrary) {
  EXPECT_TRUE(Parse({"--help"})->help);
  EXPECT_TRUE(Parse({"--version"})->version);
}

TEST(SuiteOptionsTest, MistakesAreNamed) {
  EXPECT_THAT(Message({}), HasSubstr("no library"));
  EXPECT_THAT(Message({"a.so", "b.so"}), HasSubstr("two libraries, \"a.so\" and \"b.so\""));
  EXPECT_THAT(Message({"a.so", "--sed=1"}), HasSubstr("unknown option \"--sed=1\"; did you mean \"--seed\"?"));
  EXPECT_THAT(Message({"a.so", "--versoin"}), HasSubstr("did you mean \"--version\"?"));
  EXPECT_THAT(Message({"a.so", "--slow=1"}), HasSubstr("did you mean \"--slow\"?"));
  for (const char* seed : {"--seed=", "--seed=x", "--seed=-1", "--seed=1x", "--seed=18446744073709551616"}) {
    EXPECT_THAT(Message({"a.so", seed}), HasSubstr("wanted is a number below 2^64")) << seed;
  }
}

}  // namespace
}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
