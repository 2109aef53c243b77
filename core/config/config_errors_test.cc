// Every wrong configuration gives one sentence: where, what was found, what is wanted, the nearest known name.
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/test_registry.h"

namespace manta {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string Typed(std::string_view fields) {
  return Concat("object_store { typed_config { [type.googleapis.com/manta.test.outer.v1.OuterConfig] { ", fields,
                " } } }");
}

class ConfigErrorsTest : public testing::Test {
 protected:
  std::string ErrorOf(std::string_view fragment) { return registry_.ErrorOf({fragment}); }

  // The error of fields in the outer store's config, without the common beginning.
  std::string TypedErrorOf(std::string_view fields) { return ErrorOf(Typed(fields)); }

  TestRegistry registry_;
};

TEST_F(ConfigErrorsTest, UnknownFields) {
  EXPECT_EQ(ErrorOf("object_stor { }"),
            "--manta_set:1:1: KernelConfig has no field \"object_stor\"; did you mean \"object_store\"?");
  EXPECT_EQ(
      ErrorOf("zzz: 1"),
      "--manta_set:1:1: KernelConfig has no field \"zzz\"; it has object_store, scheduler, serializer, ref_counter, "
      "plugin_path, memory_bytes_max, memory_high_percent, memory_low_percent, put_timeout_ms, worker_count, "
      "spare_threads_max, threads_max, "
      "pending_tasks_max, resources, native_values, inline_bytes_max, inspector, timeline, log_level");
  EXPECT_THAT(ErrorOf("native_values: NEVVER"),
              HasSubstr("native_values is NEVVER, wanted one of PREFER, NEVER; did you mean \"NEVER\"?"));
  EXPECT_THAT(ErrorOf("threads_max: 2000"), HasSubstr("threads_max is 2000, wanted at most 1024"));
  EXPECT_THAT(ErrorOf("memory_high_percent: 101"), HasSubstr("memory_high_percent is 101, wanted 1 to 100"));
  EXPECT_THAT(ErrorOf("memory_low_percent: 80"),
              HasSubstr("memory_low_percent is 80, wanted less than memory_high_percent, 80"));
  EXPECT_THAT(ErrorOf("memory_high_percent: 50"),
              HasSubstr("memory_low_percent is 60, wanted less than memory_high_percent, 50"));
  EXPECT_THAT(ErrorOf("pending_tasks_max: 0"), HasSubstr("pending_tasks_max is 0, wanted at least 1"));
  EXPECT_EQ(ErrorOf("resources { key: 'gpu' value: -1 }"),
            "--manta_set:1:31: there is -1 of resource gpu, wanted 0 to 1e+12");
  EXPECT_THAT(ErrorOf("resources { key: '' value: 1 }"), HasSubstr("a resource has no name, wanted key: \"gpu\""));
  EXPECT_THAT(ErrorOf("resources { key: 'gpu' value: nan }"), HasSubstr("there is nan of resource gpu"));
  EXPECT_EQ(TypedErrorOf("capasity_bytes: 5"),
            "--manta_set:1:87: OuterConfig has no field \"capasity_bytes\"; did you mean \"capacity_bytes\"?");
  EXPECT_EQ(TypedErrorOf("part { wieght: 5 }"),
            "--manta_set:1:94: Part has no field \"wieght\"; did you mean \"weight\"?");
}

TEST_F(ConfigErrorsTest, WrongValues) {
  EXPECT_THAT(TypedErrorOf("capacity_bytes: 'much'"),
              StartsWith("--manta_set:1:103: capacity_bytes is \"much\", wanted a whole number from 0 to 18446744073709"
                         "551615"));
  EXPECT_THAT(TypedErrorOf("capacity_bytes: -1"), HasSubstr("capacity_bytes is -1, wanted a whole number from 0"));
  EXPECT_THAT(TypedErrorOf("capacity_bytes: 18446744073709551616"), HasSubstr("is 18446744073709551616, wanted"));
  EXPECT_THAT(TypedErrorOf("offset: 2147483648"), HasSubstr("wanted a whole number from -2147483648 to 2147483647"));
  EXPECT_THAT(TypedErrorOf("offset: -2147483649"), HasSubstr("offset is -2147483649, wanted"));
  EXPECT_THAT(TypedErrorOf("offset: 1.5"), HasSubstr("offset is 1.5, wanted a whole number"));
  EXPECT_THAT(TypedErrorOf("offset { }"), HasSubstr("offset is a message, wanted a whole number"));
  EXPECT_THAT(TypedErrorOf("ratio: true"), HasSubstr("ratio is true, wanted a number"));
  EXPECT_THAT(TypedErrorOf("eager: 2"), HasSubstr("eager is 2, wanted true or false"));
  EXPECT_THAT(TypedErrorOf("title: plain"), HasSubstr("title is plain, wanted text in quotes"));
  EXPECT_THAT(TypedErrorOf("title: '\\377'"), HasSubstr("wanted UTF-8"));
  EXPECT_THAT(TypedErrorOf("mood: CALLM"),
              HasSubstr("mood is CALLM, wanted one of CALM, BUSY; did you mean \"CALM\"?"));
  EXPECT_THAT(TypedErrorOf("mood: 3"), HasSubstr("mood is 3, wanted one of CALM, BUSY"));
  EXPECT_THAT(TypedErrorOf("part: 3"), HasSubstr("part is 3, wanted a message in braces"));
  EXPECT_THAT(ErrorOf("memory_bytes_max: 0"), HasSubstr("--manta_set:1:19: memory_bytes_max is 0, wanted at least 1"));
}

TEST_F(ConfigErrorsTest, RepeatedAndExclusiveFields) {
  EXPECT_THAT(TypedErrorOf("offset: 1 offset: 2"), HasSubstr("offset is given twice, first at --manta_set:1:95"));
  EXPECT_THAT(TypedErrorOf("offset: [1]"), HasSubstr("offset is a list, wanted one value"));
  EXPECT_THAT(TypedErrorOf("first: 1 second: 'x'"), HasSubstr("second excludes first, first at --manta_set:1:94"));
  EXPECT_THAT(TypedErrorOf("limit { key: 'a' value: 1 } limit { key: 'a' value: 2 }"),
              HasSubstr("limit has the key \"a\" twice, first at"));
  EXPECT_THAT(TypedErrorOf("limit { value: 1 }"), HasSubstr("limit has an entry without a key"));
  EXPECT_THAT(TypedErrorOf("limit { key: 'a' }"), HasSubstr("limit has an entry without a value"));
  EXPECT_THAT(TypedErrorOf("limit: 3"), HasSubstr("limit is 3, wanted a message in braces"));
}

TEST_F(ConfigErrorsTest, WrongPlugins) {
  EXPECT_THAT(ErrorOf("object_store { name: 'test.object_store.leef' }"),
              testing::AllOf(StartsWith("--manta_set:1:22: "), HasSubstr("\"test.object_store.leef\""),
                             HasSubstr("did you mean \"test.object_store.leaf\"?")));
  EXPECT_EQ(ErrorOf("object_store { name: 'test.eviction.order' }"),
            "--manta_set:1:22: object_store is \"test.eviction.order\", a plugin for eviction, wanted one for "
            "object_store");
  EXPECT_EQ(ErrorOf("object_store { inner { key: 'memori' value { } } }"),
            "--manta_set:1:22: test.object_store.outer has no inner role \"memori\"; did you mean \"memory\"?; its "
            "roles: memory, eviction");
  EXPECT_EQ(ErrorOf("object_store { name: 'test.object_store.leaf' inner { key: 'x' } }"),
            "--manta_set:1:53: test.object_store.leaf has no inner role \"x\"; its roles: none");
  EXPECT_EQ(ErrorOf("object_store { inner { key: 'eviction' value { } } }"),
            "--manta_set:1:22: object_store.eviction names no plugin, wanted name: \"...\"");
  EXPECT_EQ(ErrorOf("object_store { inner { key: 'memory' value { name: 'test.eviction.order' } } }"),
            "--manta_set:1:52: object_store.memory is \"test.eviction.order\", a plugin for eviction, wanted one for "
            "object_store");
}

TEST_F(ConfigErrorsTest, WrongTypedConfig) {
  EXPECT_EQ(ErrorOf("object_store { typed_config { [type.googleapis.com/manta.test.outer.v1.OuterConfg] { } } }"),
            "--manta_set:1:31: no plugin has a config type \"manta.test.outer.v1.OuterConfg\"; did you mean "
            "\"manta.test.outer.v1.OuterConfig\"?; known: manta.test.outer.v1.OuterConfig");
  EXPECT_EQ(ErrorOf("object_store { typed_config { [manta.test.outer.v1.OuterConfig] { } } }"),
            "--manta_set:1:31: found [manta.test.outer.v1.OuterConfig], wanted "
            "[type.googleapis.com/manta.test.outer.v1.OuterConfig]");
  EXPECT_EQ(ErrorOf("object_store { typed_config { capacity_bytes: 1 } }"),
            "--manta_set:1:31: typed_config holds \"capacity_bytes\", wanted [type.googleapis.com/TYPE] { ... }");
  EXPECT_EQ(ErrorOf("object_store { typed_config { } }"),
            "--manta_set:1:29: typed_config holds nothing, wanted [type.googleapis.com/TYPE] { ... }");
  EXPECT_THAT(ErrorOf(Concat(Typed(""), " ")), "no error");
  EXPECT_EQ(registry_.ErrorOf({"object_store { name: 'test.object_store.leaf' }", Typed("")}),
            "--manta_set#2:1:29: object_store: typed_config holds manta.test.outer.v1.OuterConfig, but "
            "test.object_store.leaf has nothing to configure: leave typed_config out");
}

TEST_F(ConfigErrorsTest, AConfigurationWithoutEnd) {
  TestRegistry rings({"ring"});
  EXPECT_THAT(rings.ErrorOf({"object_store { name: 'test.object_store.ring' }"}),
              HasSubstr("lies deeper than 8 plugins inside one another"));
}

TEST_F(ConfigErrorsTest, TwoLibrariesThatDisagreeAboutAType) {
  TestRegistry rivals({"leaf", "outer", "rival"});
  EXPECT_THAT(rivals.ErrorOf({Typed("capacity_bytes: 1")}),
              HasSubstr("manta.test.outer.v1.OuterConfig means different things in libouter.so and librival.so"));
  // Nobody who does not use the type is disturbed.
  EXPECT_EQ(rivals.ErrorOf({"object_store { name: 'test.object_store.leaf' }"}), "no error");
}

TEST_F(ConfigErrorsTest, EnvironmentAndFlagsAreNamed) {
  ConfigSources sources;
  sources.environment["MANTA_MEMORY_BYTES_MAX"] = "lots";
  EXPECT_EQ(TestRegistry::ErrorOf(registry_.Configure(sources)),
            "MANTA_MEMORY_BYTES_MAX: memory_bytes_max is lots, wanted a whole number from 0 to 18446744073709551615");
  sources.environment = {{"MANTA_SET", "log_level: LOUD"}};
  EXPECT_EQ(TestRegistry::ErrorOf(registry_.Configure(sources)),
            "MANTA_SET:1:12: log_level is LOUD, wanted one of INFO, WARNING, ERROR");
  sources.environment.clear();
  sources.command_line = {{"log_level", "1 2"}};
  EXPECT_EQ(TestRegistry::ErrorOf(registry_.Configure(sources)), "--manta_log_level: found \"1 2\", wanted one value");
  sources.command_line = {{"object_store", "test.object_store.leef"}};
  EXPECT_THAT(TestRegistry::ErrorOf(registry_.Configure(sources)), StartsWith("--manta_object_store: "));
  sources.command_line = {{"resources", "gpu:2,disk"}};
  EXPECT_EQ(TestRegistry::ErrorOf(registry_.Configure(sources)),
            "--manta_resources: found \"disk\", wanted NAME:AMOUNT[,NAME:AMOUNT...]");
  sources.command_line = {{"resources", "gpu:2,disk:much of it"}};
  EXPECT_EQ(TestRegistry::ErrorOf(registry_.Configure(sources)),
            "--manta_resources: found \"much of it\", wanted an amount of disk");
  sources.command_line = {{"resources", "gpu:2,gpu:3"}};
  EXPECT_EQ(TestRegistry::ErrorOf(registry_.Configure(sources)),
            "--manta_resources: resources has the key \"gpu\" twice, first at --manta_resources: leave one out");
  sources.command_line = {{"log_levle", "INFO"}};
  EXPECT_THAT(TestRegistry::ErrorOf(registry_.Configure(sources)),
              StartsWith("unknown argument \"--manta_log_levle\"; did you mean \"--manta_log_level\"?; known: "));
  sources.command_line = {{"log_level", std::nullopt}};
  EXPECT_EQ(TestRegistry::ErrorOf(registry_.Configure(sources)),
            "--manta_log_level has no value, wanted --manta_log_level=VALUE");
  sources.command_line = {};
  sources.options.plugin_path = {""};
  EXPECT_EQ(TestRegistry::ErrorOf(registry_.Configure(sources)), "options.plugin_path holds \"\", wanted a folder");
}

TEST_F(ConfigErrorsTest, Files) {
  const std::string folder = testing::TempDir();
  ConfigSources sources;
  sources.working_directory = folder;
  sources.command_line = {{"config", "absent.textproto"}};
  EXPECT_THAT(TestRegistry::ErrorOf(registry_.Configure(sources)),
              StartsWith("--manta_config: cannot read the config file \"absent.textproto\": "));
  sources.command_line = {{"config", ""}};
  EXPECT_EQ(TestRegistry::ErrorOf(registry_.Configure(sources)), "--manta_config is empty, wanted a file");
  sources.command_line = {{"config", "/"}};
  EXPECT_THAT(TestRegistry::ErrorOf(registry_.Configure(sources)), HasSubstr("it is not a regular file"));
  const std::string path = folder + "/large.textproto";
  FILE* file = fopen(path.c_str(), "w");
  ASSERT_NE(file, nullptr);
  ASSERT_EQ(fwrite(std::string(kConfigTextBytesMax + 1, ' ').data(), 1, kConfigTextBytesMax + 1, file),
            kConfigTextBytesMax + 1);
  ASSERT_EQ(fclose(file), 0);
  sources.command_line = {{"config", "large.textproto"}};
  EXPECT_THAT(TestRegistry::ErrorOf(registry_.Configure(sources)),
              HasSubstr("it has 1048577 bytes, at most 1048576 are allowed"));
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
