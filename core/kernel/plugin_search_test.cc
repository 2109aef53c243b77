#include "core/kernel/plugin_search.h"

#include <filesystem>
#include <fstream>

#include "core/base/text.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace manta {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

class PluginSearchTest : public testing::Test {
 protected:
  PluginSearchTest() { fs::create_directories(root_); }
  ~PluginSearchTest() override { fs::remove_all(root_); }

  void Touch(const fs::path& path) {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << "x";
  }

  const fs::path root_ = fs::path(testing::TempDir()) / testing::UnitTest::GetInstance()->current_test_info()->name();
};

TEST_F(PluginSearchTest, FindsEveryFolderBelowEachWorkspacesPlugins) {
  Touch("b/plugins/x/y/libz.so");
  Touch("a/plugins/liba.so");
  Touch("a/plugins/x/libb.so");
  Touch("a/plugins/x/libc.so");
  Touch("a/plugins/docs/README.md");
  Touch("a/elsewhere/libno.so");
  ConfigSources sources;
  sources.environment["RUNFILES_DIR"] = root_.string();
  const std::string root = fs::canonical(root_).string();
  EXPECT_THAT(FindPluginPlaces(sources).trusted_folders,
              ElementsAre(root + "/a/plugins", root + "/a/plugins/x", root + "/b/plugins/x/y"));
}

TEST_F(PluginSearchTest, LooksBesideTheExecutable) {
  Touch("program.runfiles/w/plugins/p/libp.so");
  Touch("program.runfiles/w/core/plugin/manta_probe");
  ConfigSources sources;
  sources.executable = (root_ / "program").string();
  const PluginPlaces places = FindPluginPlaces(sources);
  const std::string runfiles = fs::canonical(root_).string() + "/program.runfiles";
  EXPECT_THAT(places.trusted_folders, ElementsAre(runfiles + "/w/plugins/p"));
  EXPECT_EQ(places.probe_path, runfiles + "/w/core/plugin/manta_probe");
}

TEST_F(PluginSearchTest, LooksOnceIntoAFolderNamedTwice) {
  Touch("w/plugins/p/libp.so");
  ConfigSources sources;
  sources.environment["RUNFILES_DIR"] = root_.string();
  sources.environment["TEST_SRCDIR"] = root_.string() + "/./";
  EXPECT_EQ(FindPluginPlaces(sources).trusted_folders.size(), 1u);
}

TEST_F(PluginSearchTest, NothingIsThere) {
  ConfigSources sources;
  sources.environment["RUNFILES_DIR"] = "/no/such/folder";
  const PluginPlaces places = FindPluginPlaces(sources);
  EXPECT_TRUE(places.trusted_folders.empty());
  EXPECT_EQ(places.probe_path, "");
}

TEST_F(PluginSearchTest, KnowsWhereItsOwnLibraryIs) {
  EXPECT_EQ(RuntimeLibraryFolder(), fs::read_symlink("/proc/self/exe").parent_path().string());
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
