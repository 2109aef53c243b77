#include "tools/manta/plugin_words.h"

#include "core/interface/object_store.h"
#include "core/interface/serializer.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace manta::tool {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(PluginWordsTest, CapabilitiesHaveTheirInterfacesNames) {
  EXPECT_THAT(CapabilityNames("object_store", ObjectStore::kCapabilityCache | ObjectStore::kCapabilitySubscribe),
              ElementsAre("cache", "subscribe"));
  EXPECT_THAT(CapabilityNames("object_store", ObjectStore::kCapabilitySubscribe), ElementsAre("subscribe"));
  EXPECT_THAT(CapabilityNames("object_store", ObjectStore::kCapabilitySpill), ElementsAre("spill"));
  EXPECT_THAT(CapabilityNames("serializer", Serializer::kCapabilityEvolves | Serializer::kCapabilitySelfDescribing),
              ElementsAre("evolves", "self_describing"));
  EXPECT_THAT(CapabilityNames("eviction", 0), IsEmpty());
}

TEST(PluginWordsTest, UnknownCapabilitiesAreShownByTheirBit) {
  EXPECT_THAT(CapabilityNames("eviction", uint64_t{1} << 63 | 1), ElementsAre("bit_0", "bit_63"));
}

TEST(PluginWordsTest, ErrorsSpeakOfArguments) {
  EXPECT_EQ(ForCommandLine("options.config_file: cannot read"), "manta: cannot read");
  EXPECT_EQ(ForCommandLine("options.plugin_path: no such"), "--plugin_path: no such");
  EXPECT_EQ(ForCommandLine("a.textproto:1:2: options.config_file: x"), "a.textproto:1:2: options.config_file: x");
}

TEST(PluginWordsTest, PathsAreSplitAtColons) {
  EXPECT_THAT(SplitPath("a:b/c"), ElementsAre("a", "b/c"));
  EXPECT_THAT(SplitPath(":a::"), ElementsAre("a"));
  EXPECT_THAT(SplitPath(""), IsEmpty());
}

}  // namespace
}  // namespace manta::tool

// SPDX-License-Identifier: Apache-2.0
