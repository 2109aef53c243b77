#include "core/config/config_sources.h"

#include <cstdlib>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace manta {
namespace {

using testing::ElementsAre;

std::vector<std::string> Rest(std::vector<std::string> arguments, ConfigSources& sources) {
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  int argc = static_cast<int>(arguments.size());
  TakeCommandLine(&argc, argv.data(), sources);
  EXPECT_EQ(argv[static_cast<size_t>(argc)], nullptr);
  return {argv.begin(), argv.begin() + argc};
}

TEST(ConfigSourcesTest, TakesItsArgumentsAndLeavesTheRest) {
  ConfigSources sources;
  EXPECT_THAT(Rest({"program", "-v", "--manta_config=a=b", "file", "--manta_help", "--mantax=1"}, sources),
              ElementsAre("program", "-v", "file", "--mantax=1"));
  ASSERT_EQ(sources.command_line.size(), 2u);
  EXPECT_EQ(sources.command_line[0].name, "config");
  EXPECT_EQ(sources.command_line[0].value, "a=b");
  EXPECT_EQ(sources.command_line[1].name, "help");
  EXPECT_FALSE(sources.command_line[1].value.has_value());
}

TEST(ConfigSourcesTest, TwoDashesEndItsArguments) {
  ConfigSources sources;
  EXPECT_THAT(Rest({"program", "--manta_log_level=INFO", "--", "--manta_set=x"}, sources),
              ElementsAre("program", "--", "--manta_set=x"));
  EXPECT_EQ(sources.command_line.size(), 1u);
}

TEST(ConfigSourcesTest, NoArgumentsAtAll) {
  ConfigSources sources;
  EXPECT_THAT(Rest({}, sources), ElementsAre());
}

TEST(ConfigSourcesTest, UserDirectoryIsTheOneBazelRunWasCalledIn) {
  ASSERT_EQ(setenv("BUILD_WORKING_DIRECTORY", "/where/the/user/is", 1), 0);
  EXPECT_EQ(ProcessSources({}).working_directory, "/where/the/user/is");
  ASSERT_EQ(unsetenv("BUILD_WORKING_DIRECTORY"), 0);
  EXPECT_EQ(ProcessSources({}).working_directory[0], '/');
}

TEST(ConfigSourcesTest, TakesMantasEnvironmentAlone) {
  ASSERT_EQ(setenv("MANTA_LOG_LEVEL", "INFO", 1), 0);
  ASSERT_EQ(setenv("NOT_MANTA", "x", 1), 0);
  const ConfigSources sources = ProcessSources({.set = {"log_level: ERROR"}});
  EXPECT_EQ(sources.environment.at("MANTA_LOG_LEVEL"), "INFO");
  EXPECT_FALSE(sources.environment.contains("NOT_MANTA"));
  EXPECT_THAT(sources.options.set, ElementsAre("log_level: ERROR"));
  EXPECT_GT(sources.memory_bytes_max_default, uint64_t{1} << 20);
  EXPECT_THAT(sources.executable, testing::HasSubstr("config_sources_test"));
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
