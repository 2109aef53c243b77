#include "core/config/effective_config.h"

#include <cstdio>
#include <string>

#include "core/config/config_help.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/plugins/outer_config.pb.h"
#include "tests/support/test_registry.h"

namespace manta {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::string Typed(std::string_view fields) {
  return Concat("object_store { typed_config { [type.googleapis.com/manta.test.outer.v1.OuterConfig] { ", fields,
                " } } }");
}

class EffectiveConfigTest : public testing::Test {
 protected:
  EffectiveConfig Must(absl::StatusOr<EffectiveConfig> config) {
    EXPECT_TRUE(config.ok()) << config.status();
    return config.ok() ? *std::move(config) : EffectiveConfig{};
  }
  EffectiveConfig Set(std::initializer_list<std::string_view> fragments) { return Must(registry_.Set(fragments)); }

  // What the outer store is given.
  static test::outer::v1::OuterConfig Outer(const EffectiveConfig& config) {
    test::outer::v1::OuterConfig outer;
    EXPECT_TRUE(outer.ParseFromString(config.slots.at("object_store").config));
    return outer;
  }

  TestRegistry registry_;
};

TEST_F(EffectiveConfigTest, DefaultsAloneGiveTheDefaultPlugins) {
  const EffectiveConfig config = Set({});
  const EffectiveSlot& slot = config.slots.at("object_store");
  EXPECT_EQ(slot.plugin->name, "test.object_store.outer");
  EXPECT_EQ(slot.config, "");
  ASSERT_EQ(slot.inner.size(), 1u);  // "eviction" has no default, and stays empty.
  EXPECT_EQ(slot.inner.at("memory").plugin->name, "test.object_store.leaf");
  EXPECT_EQ(slot.inner.at("memory").path, "object_store.memory");
  EXPECT_EQ(config.memory_bytes_max, 1000u);
  EXPECT_EQ(config.log_level, LogLevel::kWarning);
}

TEST_F(EffectiveConfigTest, SlotsKnowWhereTheyStand) {
  EXPECT_EQ(Set({}).slots.at("object_store").origin.ToString(), "options.set:1:22");
  EXPECT_EQ(Set({}).slots.at("object_store").inner.at("memory").origin.ToString(),
            "default of test.object_store.outer");
  EXPECT_EQ(Set({"object_store { inner { key: 'memory' value { } } }"})
                .slots.at("object_store")
                .inner.at("memory")
                .origin.ToString(),
            "--manta_set:1:22");
  const EffectiveConfig config = Set({Typed("capacity_bytes: 5 step: 1 part { weight: 1 }"), Typed("title: 'x'")});
  const EffectiveSlot& slot = config.slots.at("object_store");
  EXPECT_EQ(slot.origin.ToString(), "--manta_set#2:1:29");
  EXPECT_EQ(slot.OriginOfRefusal("no luck").ToString(), "--manta_set#2:1:29");
  EXPECT_EQ(slot.OriginOfRefusal("").ToString(), "--manta_set#2:1:29");
  EXPECT_EQ(slot.OriginOfRefusal("step is 1").ToString(), "--manta_set#2:1:29");     // Which of them?
  EXPECT_EQ(slot.OriginOfRefusal("offset is -1").ToString(), "--manta_set#2:1:29");  // Nobody gave it.
  EXPECT_EQ(slot.OriginOfRefusal("title is x: shorten it").ToString(), "--manta_set#2:1:94");
  EXPECT_EQ(slot.OriginOfRefusal("OuterConfig.capacity_bytes is 5").ToString(), "--manta_set#1:1:103");
  EXPECT_EQ(slot.OriginOfRefusal("part: too light").ToString(), "--manta_set#1:1:118");
  EXPECT_EQ(Set({"timeline: 'x.json'"}).timeline_origin.ToString(), "--manta_set:1:11");
}

TEST_F(EffectiveConfigTest, TheRealDefaultStoreIsNamed) {
  EXPECT_THAT(TestRegistry::ErrorOf(registry_.ConfigureAsGiven({})),
              AllOf(HasSubstr("default: "), HasSubstr("manta.object_store.heap")));
}

TEST_F(EffectiveConfigTest, EveryKindOfValueArrives) {
  const test::outer::v1::OuterConfig outer = Outer(Set({Typed(
      "capacity_bytes: 0x10 offset: -5 ratio: 1e3 eager: false title: \"\\\"q\\\" \xe2\x82\xac\" key: '\\000\\377' "
      "mood: BUSY part { label: 'p' } step: [1, -2] step: 3 limit { key: 'a' value: -9 } second: 's' "
      "parts { key: 'x' value { weight: 1 } } parts { key: 'y' } share: -inf")}));
  EXPECT_EQ(outer.capacity_bytes(), 16u);
  EXPECT_EQ(outer.offset(), -5);
  EXPECT_EQ(outer.ratio(), 1000.0);
  EXPECT_FALSE(outer.eager());
  EXPECT_EQ(outer.title(), "\"q\" \xe2\x82\xac");
  EXPECT_EQ(outer.key(), std::string("\0\xff", 2));
  EXPECT_EQ(outer.mood(), test::outer::v1::OuterConfig::BUSY);
  EXPECT_EQ(outer.part().label(), "p");
  EXPECT_EQ(outer.part().weight(), 7u);
  EXPECT_THAT(outer.step(), ElementsAre(1, -2, 3));
  EXPECT_EQ(outer.limit().at("a"), -9);
  EXPECT_EQ(outer.second(), "s");
  EXPECT_EQ(outer.parts().size(), 2u);
  EXPECT_EQ(outer.share(), -std::numeric_limits<float>::infinity());
}

TEST_F(EffectiveConfigTest, EdgesOfNumbersArrive) {
  const test::outer::v1::OuterConfig outer = Outer(
      Set({Typed("capacity_bytes: 18446744073709551615 offset: -2147483648 ratio: 4.9e-324 share: 3.4028235e38")}));
  EXPECT_EQ(outer.capacity_bytes(), UINT64_MAX);
  EXPECT_EQ(outer.offset(), INT32_MIN);
  EXPECT_EQ(outer.ratio(), 4.9e-324);
  EXPECT_EQ(outer.share(), 3.4028235e38f);
}

TEST_F(EffectiveConfigTest, LaterSourcesWin) {
  const std::string folder = testing::TempDir();
  FILE* file = fopen((folder + "/order.textproto").c_str(), "w");
  ASSERT_NE(file, nullptr);
  ASSERT_GE(fputs("memory_bytes_max: 1", file), 0);
  ASSERT_EQ(fclose(file), 0);
  ConfigSources sources;
  auto memory = [&] { return Must(registry_.Configure(sources)).memory_bytes_max; };
  EXPECT_EQ(memory(), 1000u);
  sources.working_directory = folder;
  sources.environment["MANTA_CONFIG"] = "order.textproto";
  EXPECT_EQ(memory(), 1u);
  sources.environment["MANTA_MEMORY_BYTES_MAX"] = "2";
  EXPECT_EQ(memory(), 2u);
  sources.environment["MANTA_SET"] = "memory_bytes_max: 3";
  EXPECT_EQ(memory(), 3u);
  sources.options.set = {"memory_bytes_max: 4"};
  EXPECT_EQ(memory(), 4u);
  sources.command_line = {{"memory_bytes_max", "5"}};
  EXPECT_EQ(memory(), 5u);
  sources.command_line.push_back({"memory_bytes_max", "6"});
  EXPECT_EQ(memory(), 6u);
  sources.command_line.insert(sources.command_line.begin(), {"set", "memory_bytes_max: 7"});
  EXPECT_EQ(memory(), 7u);
  sources.command_line.push_back({"set", "memory_bytes_max: 8"});
  EXPECT_EQ(memory(), 8u);
}

TEST_F(EffectiveConfigTest, TheMostUrgentFileIsTheOnlyOne) {
  const std::string folder = testing::TempDir();
  for (const char* name : {"env", "options", "flag"}) {
    FILE* file = fopen((folder + "/" + name).c_str(), "w");
    ASSERT_NE(file, nullptr);
    ASSERT_GE(fputs(Concat("plugin_path: '", name, "_plugins'").c_str(), file), 0);
    ASSERT_EQ(fclose(file), 0);
  }
  ConfigSources sources;
  sources.working_directory = folder;
  auto path = [&] { return Must(registry_.Configure(sources)).plugin_path; };
  const std::string base = folder.back() == '/' ? folder : folder + "/";
  sources.environment["MANTA_CONFIG"] = "env";
  EXPECT_THAT(path(), ElementsAre(base + "env_plugins"));
  sources.options.config_file = folder + "/options";
  EXPECT_THAT(path(), ElementsAre(base + "options_plugins"));
  sources.command_line = {{"config", "flag"}};
  EXPECT_THAT(path(), ElementsAre(base + "flag_plugins"));
}

TEST_F(EffectiveConfigTest, EmptyVariablesCountAsNone) {
  ConfigSources sources;
  sources.environment = {
      {"MANTA_CONFIG", ""}, {"MANTA_SET", ""}, {"MANTA_OBJECT_STORE", ""}, {"MANTA_PLUGIN_PATH", ""}};
  EXPECT_EQ(Must(registry_.Configure(sources)).plugin_path.size(), 0u);
}

TEST_F(EffectiveConfigTest, PluginPathGrowsAndTheHigherLayerComesFirst) {
  ConfigSources sources;
  sources.environment["MANTA_PLUGIN_PATH"] = "env1::/env2/:";
  sources.options.plugin_path = {"../options"};
  sources.command_line = {{"plugin_path", "flag1:flag2"}, {"plugin_path", "./flag3"}, {"set", "plugin_path: '/set'"}};
  const std::vector<std::string> wanted = {"/set",     "/user/flag1", "/user/flag2", "/user/flag3",
                                           "/options", "/user/env1",  "/env2"};
  EXPECT_EQ(Must(registry_.Configure(sources)).plugin_path, wanted);
  // The folders are known before any plugin is.
  PosixDisk disk;
  sources.working_directory = "/user";
  absl::StatusOr<std::vector<ConfigLayer>> layers = ReadLayers(sources, registry_.schemas(), disk);
  ASSERT_TRUE(layers.ok()) << layers.status();
  absl::StatusOr<std::vector<PluginFolder>> folders = PluginPath(*layers);
  ASSERT_TRUE(folders.ok()) << folders.status();
  ASSERT_EQ(folders->size(), wanted.size());
  for (size_t i = 0; i < wanted.size(); ++i) EXPECT_EQ((*folders)[i].path, wanted[i]);
  EXPECT_EQ((*folders)[0].origin.ToString(), "--manta_set:1:14");
  EXPECT_EQ((*folders)[5].origin.ToString(), "MANTA_PLUGIN_PATH");
}

TEST_F(EffectiveConfigTest, TheSamePluginsConfigMergesFieldByField) {
  const test::outer::v1::OuterConfig outer = Outer(Set({
      Typed("capacity_bytes: 1 offset: 1 part { weight: 1 } step: [1, 2] limit { key: 'a' value: 1 } first: 1"),
      Typed("offset: 2 part { label: 'l' } step: 3 limit { key: 'b' value: 2 } second: 's'"),
      Typed("limit { key: 'a' value: 3 } parts { key: 'x' value { weight: 2 } }"),
      Typed("parts { key: 'x' value { label: 'm' } }"),
  }));
  EXPECT_EQ(outer.capacity_bytes(), 1u);
  EXPECT_EQ(outer.offset(), 2);
  EXPECT_EQ(outer.part().weight(), 1u);
  EXPECT_EQ(outer.part().label(), "l");
  EXPECT_THAT(outer.step(), ElementsAre(3));  // A list replaces.
  EXPECT_EQ(outer.limit().at("a"), 3);
  EXPECT_EQ(outer.limit().at("b"), 2);
  EXPECT_FALSE(outer.has_first());  // The other choice of the oneof went.
  EXPECT_EQ(outer.second(), "s");
  EXPECT_EQ(outer.parts().at("x").weight(), 2u);
  EXPECT_EQ(outer.parts().at("x").label(), "m");
}

TEST_F(EffectiveConfigTest, ResourcesMergeByName) {
  ConfigSources sources;
  sources.environment["MANTA_RESOURCES"] = "gpu:2,disk:0.5";
  sources.options.set = {"resources { key: 'gpu' value: 3 }"};
  sources.command_line = {{"resources", "board:a:1"}};
  const EffectiveConfig config = Must(registry_.Configure(sources));
  EXPECT_THAT(config.resources,
              testing::ElementsAre(testing::Pair("board:a", 1), testing::Pair("disk", 0.5), testing::Pair("gpu", 3)));
  EXPECT_THAT(config.text, HasSubstr("value: 0.5  # MANTA_RESOURCES"));
}

TEST_F(EffectiveConfigTest, AnotherPluginReplacesTheWholeSlot) {
  const EffectiveConfig config = Set({Typed("offset: 1"), "object_store { name: 'test.object_store.leaf' }"});
  EXPECT_EQ(config.slots.at("object_store").plugin->name, "test.object_store.leaf");
  EXPECT_EQ(config.slots.at("object_store").config, "");
  EXPECT_TRUE(config.slots.at("object_store").inner.empty());
  // Naming the same one keeps what is there.
  EXPECT_EQ(Outer(Set({Typed("offset: 1"), "object_store { name: 'test.object_store.outer' }"})).offset(), 1);
}

TEST_F(EffectiveConfigTest, InnerSlotsMergeByRole) {
  const EffectiveConfig config = Set({
      "object_store { inner { key: 'eviction' value { name: 'test.eviction.order' } } }",
      // The outer store in its own memory role: its config merges, too.
      "object_store { inner { key: 'memory' value { name: 'test.object_store.outer' typed_config { "
      "[type.googleapis.com/manta.test.outer.v1.OuterConfig] { offset: 1 title: 'low' } } } } }",
      "object_store { inner { key: 'memory' value { typed_config { "
      "[type.googleapis.com/manta.test.outer.v1.OuterConfig] { title: 'high' } } } } }",
  });
  const EffectiveSlot& slot = config.slots.at("object_store");
  EXPECT_EQ(slot.inner.at("eviction").plugin->name, "test.eviction.order");
  const EffectiveSlot& memory = slot.inner.at("memory");
  EXPECT_EQ(memory.plugin->name, "test.object_store.outer");
  EXPECT_EQ(memory.inner.at("memory").path, "object_store.memory.memory");
  test::outer::v1::OuterConfig outer;
  ASSERT_TRUE(outer.ParseFromString(memory.config));
  EXPECT_EQ(outer.offset(), 1);
  EXPECT_EQ(outer.title(), "high");
}

TEST_F(EffectiveConfigTest, AnInnerSlotWithoutNameIsItsRolesDefault) {
  // The first layer configures the default plugin without naming it; naming it changes nothing, another replaces it.
  const EffectiveConfig same =
      Set({"object_store { inner { key: 'memory' value { } } }",
           "object_store { inner { key: 'memory' value { name: 'test.object_store.leaf' } } }"});
  EXPECT_EQ(same.slots.at("object_store").inner.at("memory").plugin->name, "test.object_store.leaf");
  const EffectiveConfig other =
      Set({"object_store { inner { key: 'memory' value { } } }",
           "object_store { inner { key: 'memory' value { name: 'test.object_store.outer' } } }"});
  EXPECT_EQ(other.slots.at("object_store").inner.at("memory").plugin->name, "test.object_store.outer");
}

TEST_F(EffectiveConfigTest, TextShowsOriginsAndDefaults) {
  ConfigSources sources;
  sources.environment["MANTA_LOG_LEVEL"] = "ERROR";
  sources.command_line = {{"set", Typed("capacity_bytes: 5")}};
  const EffectiveConfig config = Must(registry_.Configure(sources));
  for (const char* line : {
           "  name: \"test.object_store.outer\"  # options.set:1:22\n",
           "      capacity_bytes: 5  # --manta_set:1:103\n",
           "      offset: -1  # default\n",
           "      title: \"plain\"  # default\n",
           "      mood: CALM  # default\n",
           "      # key: not given\n",
           "      name: \"test.object_store.leaf\"  # default of test.object_store.outer\n",
           "memory_bytes_max: 1000  # default: half of the memory this process may use\n",
           "log_level: ERROR  # MANTA_LOG_LEVEL\n",
       }) {
    EXPECT_THAT(config.text, HasSubstr(line));
  }
  EXPECT_THAT(config.text, Not(HasSubstr("first")));  // A choice nobody made.
}

TEST_F(EffectiveConfigTest, TextGivesTheSameConfigurationAgain) {
  const EffectiveConfig config = Set({Typed(
      "offset: -5 title: 'a\\nb \\\\ #\\'' key: '\\000\\377' step: [1, 2] limit { key: 'a' value: 1 } second: 's' "
      "parts { key: 'x' value { label: 'y' } } share: nan ratio: 0.1")});
  const EffectiveConfig again = Set({config.text});
  auto without_comments = [](std::string text) {
    std::string kept;
    for (size_t at = 0; at < text.size();) {
      const size_t end = text.find('\n', at);
      const std::string line = text.substr(at, end - at);
      kept += line.substr(0, line.rfind("  # ")) + "\n";
      at = end + 1;
    }
    return kept;
  };
  EXPECT_EQ(without_comments(again.text), without_comments(config.text));
  const test::outer::v1::OuterConfig outer = Outer(again);
  EXPECT_EQ(outer.title(), "a\nb \\ #'");
  EXPECT_EQ(outer.key(), std::string("\0\xff", 2));
  EXPECT_EQ(outer.ratio(), 0.1);
}

TEST_F(EffectiveConfigTest, JsonShowsPathsValuesAndOrigins) {
  const std::string json = Set({Typed("capacity_bytes: 5 step: [7, 8] limit { key: 'a' value: 1 } title: '\"\\n' "
                                      "key: '\\377\\001' ratio: inf part { }")})
                               .json;
  for (const char* entry : {
           R"({"path": "object_store.typed_config.capacity_bytes", "value": "5", "origin": "--manta_set:1:103"})",
           R"({"path": "object_store.typed_config.step[1]", "value": 8, "origin": )",
           R"({"path": "object_store.typed_config.limit[a]", "value": 1, "origin": )",
           R"({"path": "object_store.typed_config.title", "value": "\"\u000a", "origin": )",
           R"({"path": "object_store.typed_config.key", "value": "/wE=", "origin": )",
           R"({"path": "object_store.typed_config.ratio", "value": "Infinity", "origin": )",
           R"({"path": "object_store.typed_config.eager", "value": true, "origin": "default"})",
           R"({"path": "object_store.typed_config.part.weight", "value": 7, "origin": "default"})",
           R"({"path": "object_store.typed_config.part.label", "value": null, "origin": "default"})",
           R"({"path": "object_store.inner[memory].name", "value": "test.object_store.leaf", "origin": )",
           R"({"path": "object_store.typed_config.@type", "value": "type.googleapis.com/manta.test.outer.v1.Outer)",
       }) {
    EXPECT_THAT(json, HasSubstr(entry));
  }
}

TEST_F(EffectiveConfigTest, OneSlotAlone) {
  absl::StatusOr<EffectiveSlot> slot =
      ResolveSlotText("inner { key: 'eviction' value { name: 'test.eviction.order' } }", "slot.textproto",
                      "object_store", "test.object_store.outer", registry_.schemas(), registry_.registry());
  ASSERT_TRUE(slot.ok()) << slot.status();
  EXPECT_EQ(slot->plugin->name, "test.object_store.outer");
  EXPECT_EQ(slot->inner.size(), 2u);
  slot = ResolveSlotText("nam: 'x'", "slot.textproto", "object_store", "", registry_.schemas(), registry_.registry());
  EXPECT_EQ(std::string(ToStd(slot.status().message())),
            "slot.textproto:1:1: PluginSlot has no field \"nam\"; did you mean \"name\"?");
}

TEST_F(EffectiveConfigTest, HelpNamesEveryField) {
  const std::string help = ConfigHelp(registry_.schemas());
  for (const char* part : {"--manta_config=FILE", "--manta_object_store=PLUGIN", "--manta_plugin_path=FOLDER",
                           "--manta_memory_bytes_max=", "--manta_log_level=INFO|WARNING|ERROR", "--manta_set=TEXT",
                           "MANTA_SET", "Environment: MANTA_LOG_LEVEL.", "Default: \"manta.object_store.heap\".",
                           "Default: WARNING.", "Keeps the objects.", "--manta_scheduler=PLUGIN",
                           "Default: \"manta.scheduler.work_stealing\".", "--manta_ref_counter=PLUGIN",
                           "Default: \"manta.ref_counter.none\".", "--manta_resources=NAME:AMOUNT[,NAME:AMOUNT...]",
                           "--manta_serializer=PLUGIN", "Default: \"manta.serializer.native\"."}) {
    EXPECT_THAT(help, HasSubstr(part));
  }
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
