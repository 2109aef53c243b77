#include "core/plugin/manifest_check.h"

#include <cstring>
#include <string>
#include <vector>

#include "core/base/text.h"
#include "gtest/gtest.h"

namespace manta {
namespace {

absl::Status NeverCalled(const Host&, const std::byte*, uint64_t, void**) { return absl::UnknownError("called"); }

constexpr uint8_t kSchema[] = {1, 2, 3};

// A right manifest of two plugins, each field open to change.
class ManifestCheckTest : public testing::Test {
 protected:
  ManifestCheckTest() {
    note_.interface_version = 1;
    std::memcpy(note_.interface_name, "object_store", 12);
    std::memcpy(note_.fingerprint, "f", 1);
  }

  absl::StatusOr<std::vector<PluginRecord>> Read() {
    const abi::PluginManifest manifest = {.struct_bytes = manifest_bytes_,
                                          .plugin_count = plugin_count_,
                                          .note = &manifest_note_,
                                          .config_schema = &schema_,
                                          .plugins = entries_};
    manifest_note_ = note_;
    return ReadManifest(manifest, note_, "/lib/libx.so");
  }
  std::string Refusal() {
    const absl::Status status = Read().status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    return std::string(status.message());
  }

  abi::PluginNote note_, manifest_note_;
  uint32_t manifest_bytes_ = sizeof(abi::PluginManifest);
  uint32_t plugin_count_ = 2;
  abi::ConfigSchema schema_ = {.bytes = kSchema, .size_bytes = sizeof kSchema};
  abi::InnerRole roles_[2] = {
      {.role = "eviction",
       .interface_name = "eviction",
       .interface_version = 1,
       .default_plugin = "manta.eviction.lru"},
      {.role = "below", .interface_name = "object_store", .interface_version = 1, .default_plugin = ""}};
  abi::PluginEntry entries_[2] = {{.status = abi::PluginStatus::kStable,
                                   .name = "test.one",
                                   .summary = "The first",
                                   .config_type = "test.v1.Config",
                                   .capabilities = 3,
                                   .inner_roles = roles_,
                                   .inner_role_count = 2,
                                   .create = &NeverCalled},
                                  {.name = "test.two", .summary = "", .create = &NeverCalled}};
};

TEST_F(ManifestCheckTest, CopiesEverything) {
  const auto plugins = Read();
  ASSERT_TRUE(plugins.ok()) << plugins.status();
  ASSERT_EQ(plugins->size(), 2u);
  const PluginRecord& one = plugins->front();
  EXPECT_EQ(one.name, "test.one");
  EXPECT_EQ(one.summary, "The first");
  EXPECT_EQ(one.interface_name, "object_store");
  EXPECT_EQ(one.interface_version, 1u);
  EXPECT_EQ(one.status, abi::PluginStatus::kStable);
  EXPECT_EQ(one.capabilities, 3u);
  EXPECT_EQ(one.library_path, "/lib/libx.so");
  EXPECT_EQ(one.fingerprint, "f");
  EXPECT_EQ(one.config_type, "test.v1.Config");
  EXPECT_EQ(one.config_schema.size(), 3u);
  ASSERT_EQ(one.inner_roles.size(), 2u);
  EXPECT_EQ(one.inner_roles[0].default_plugin, "manta.eviction.lru");
  EXPECT_EQ(one.inner_roles[1].interface_name, "object_store");
  EXPECT_EQ(one.create, &NeverCalled);
  EXPECT_EQ(plugins->back().name, "test.two");
}

TEST_F(ManifestCheckTest, NullsAreRefused) {
  entries_[1].name = nullptr;
  EXPECT_EQ(Refusal(),
            "plugin 1 is named by no text, wanted is a reverse path of [a-z0-9_] words, like "
            "\"example.object_store.mine\"");
  entries_[1].name = "test.two";
  entries_[1].summary = nullptr;
  EXPECT_EQ(Refusal(), "test.two has no usable summary: wanted is one line of at most 200 bytes");
  entries_[1].summary = "";
  entries_[1].config_type = nullptr;
  EXPECT_EQ(Refusal(), "test.two has the config type \"\", wanted is a message's full name or nothing");
  entries_[1].config_type = "";
  entries_[1].inner_role_count = 1;
  EXPECT_EQ(Refusal(), "test.two has 1 inner roles, but a null table of them");
  entries_[1].inner_role_count = 0;
  schema_.bytes = nullptr;
  EXPECT_EQ(Refusal(), "test.one has a config schema of 3 bytes at null, at most 1048576 are taken");
}

TEST_F(ManifestCheckTest, LimitsAreNamed) {
  plugin_count_ = 65;
  EXPECT_EQ(Refusal(), "has a manifest of 65 plugins, wanted are 1 to 64: rebuild it, with MANTA_PLUGIN only");
  plugin_count_ = 2;
  entries_[0].inner_role_count = 17;
  EXPECT_EQ(Refusal(), "test.one has 17 inner roles, at most 16 are taken");
  entries_[0].inner_role_count = 2;
  schema_.size_bytes = kConfigSchemaBytesMax + 1;
  EXPECT_EQ(Refusal(), "test.one has a config schema of 1048577 bytes, at most 1048576 are taken");
  schema_.size_bytes = 3;
  const std::string long_name = "test." + std::string(kPluginNameBytesMax, 'x');
  entries_[0].name = long_name.c_str();
  EXPECT_EQ(Refusal(),
            "plugin 0 is named by no text, wanted is a reverse path of [a-z0-9_] words, like "
            "\"example.object_store.mine\"");
}

TEST_F(ManifestCheckTest, SummariesAreOneLine) {
  entries_[0].summary = "two\nlines";
  EXPECT_EQ(Refusal(), "test.one has no usable summary: wanted is one line of at most 200 bytes");
}

TEST_F(ManifestCheckTest, NamesAreUniqueInTheLibrary) {
  entries_[1].name = "test.one";
  EXPECT_EQ(Refusal(), "brings two plugins named test.one");
}

TEST_F(ManifestCheckTest, StatusIsOneOfThree) {
  entries_[0].status = static_cast<abi::PluginStatus>(4);
  EXPECT_EQ(Refusal(), "test.one has status 4, wanted is 1, 2 or 3");
}

TEST_F(ManifestCheckTest, InnerRolesMustBeOnesThatTheKernelCanFill) {
  roles_[1].interface_version = 2;
  EXPECT_EQ(Refusal(), "test.one wants \"object_store\" version 2 as its below, which this kernel does not have");
  roles_[1].interface_version = 1;
  roles_[1].default_plugin = "Heap";
  EXPECT_EQ(Refusal(), "test.one has \"Heap\" as the default of its below, wanted is a plugin's name or nothing");
  roles_[1].default_plugin = "";
  roles_[1].role = "eviction";
  EXPECT_EQ(Refusal(), "test.one has two inner roles named eviction");
  roles_[1].role = "Below";
  EXPECT_EQ(Refusal(), "test.one has an inner role named \"Below\", wanted is a word of [a-z0-9_]");
}

TEST_F(ManifestCheckTest, EntriesOfUnlikeSizeAreRefused) {
  entries_[1].struct_bytes = 72;
  EXPECT_EQ(Refusal(), "has a plugin entry of 72 bytes (struct_bytes), this kernel takes 64: rebuild the plugin");
}

TEST(PluginNameTest, IsAReversePath) {
  for (const char* name : {"manta.object_store.heap", "a.b", "x_1.y2"}) EXPECT_TRUE(WellFormedPluginName(name)) << name;
  for (const char* name : {"", "heap", ".a", "a.", "a..b", "A.b", "a.b-c", "a.b/c", "a.b c"}) {
    EXPECT_FALSE(WellFormedPluginName(name)) << name;
  }
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
