// What needs real libraries is tested in tests/plugins_bad.
#include "core/plugin/plugin_registry.h"

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "core/base/text.h"
#include "gtest/gtest.h"

namespace manta {
namespace {

namespace fs = std::filesystem;

class PluginRegistryTest : public testing::Test {
 protected:
  PluginRegistryTest() {
    umask(022);
    std::string made = std::string(std::getenv("TEST_TMPDIR")) + "/registry_XXXXXX";
    if (mkdtemp(made.data()) == nullptr) std::abort();
    directory_ = fs::canonical(made).string();
  }
  ~PluginRegistryTest() override { fs::remove_all(directory_); }

  void Write(const std::string& name) { std::ofstream(directory_ + "/" + name) << "no library"; }

  std::string directory_;
  PluginRegistry registry_{{}};
};

TEST_F(PluginRegistryTest, ADirectoryIsListedByNameAndNotDeeply) {
  for (const char* name : {"libb.so", "liba.so", "readme.txt", "libc.so.1"}) Write(name);
  fs::create_directory(directory_ + "/deeper");
  Write("deeper/libd.so");
  EXPECT_TRUE(registry_.AddDirectory(directory_, Trust::kTrusted).ok());
  ASSERT_EQ(registry_.refused().size(), 2u);
  EXPECT_EQ(registry_.refused()[0].path, directory_ + "/liba.so");
  EXPECT_EQ(registry_.refused()[1].reason, absl::InvalidArgumentError("libb.so: is no ELF file: not a plugin library"));
  EXPECT_TRUE(registry_.plugins().empty());
}

TEST_F(PluginRegistryTest, ADirectoryThatIsNoneIsAnError) {
  Write("file");
  EXPECT_EQ(registry_.AddDirectory(directory_ + "/gone", Trust::kTrusted),
            absl::NotFoundError(Concat("plugin directory \"", directory_, "/gone\" does not exist")));
  EXPECT_EQ(registry_.AddDirectory(directory_ + "/file", Trust::kTrusted),
            absl::InvalidArgumentError(
                Concat("plugin directory \"", directory_, "/file\" cannot be listed: Not a directory")));
}

TEST_F(PluginRegistryTest, AnUnknownNameTellsWhatIsKnownAndWhatWasRefused) {
  EXPECT_EQ(registry_.Unknown("object_store", "x.y"),
            absl::NotFoundError("no object_store named \"x.y\"; known: none"));
  for (int i = 0; i < 7; ++i) Write(Concat("lib", i, ".so"));
  ASSERT_TRUE(registry_.AddDirectory(directory_, Trust::kTrusted).ok());
  const std::string message(registry_.Unknown("object_store", "x.y").message());
  EXPECT_NE(message.find("; known: none; refused: lib0.so: is no ELF file"), std::string::npos) << message;
  EXPECT_NE(message.find("lib4.so"), std::string::npos);
  EXPECT_EQ(message.find("lib5.so"), std::string::npos);
  EXPECT_NE(message.find("and 2 more"), std::string::npos);
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
