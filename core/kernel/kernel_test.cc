#include "core/kernel/kernel.h"

#include <cstring>
#include <filesystem>
#include <fstream>

#include "core/interface/ref_counter.h"
#include "core/kernel/try_config.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/test_sources.h"

namespace manta {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

constexpr char kOuter[] =
    "object_store { name: 'test.object_store.outer' } scheduler { name: 'test.scheduler.line' } "
    "serializer { name: 'test.serializer.mute' } ref_counter { name: 'test.ref_counter.deaf' }";
constexpr char kOthers[] =
    "scheduler { name: 'test.scheduler.line' } serializer { name: 'test.serializer.mute' } "
    "ref_counter { name: 'test.ref_counter.deaf' }";
constexpr char kOrder[] = "object_store { inner { key: 'eviction' value { name: 'test.eviction.order' } } }";

std::string OuterConfig(std::string_view fields) {
  return Concat("object_store { typed_config { [type.googleapis.com/manta.test.outer.v1.OuterConfig] { ", fields,
                " } } }");
}

ConfigSources Sources(std::vector<std::string> set) {
  ConfigSources sources = TestSources({"deaf", "leaf", "line", "mute", "order", "outer", "pile", "ring"});
  sources.options.set = std::move(set);
  return sources;
}

std::string ErrorOf(const ConfigSources& sources) {
  absl::StatusOr<std::unique_ptr<Kernel>> kernel = Kernel::Start(sources);
  return kernel.ok() ? "no error" : std::string(ToStd(kernel.status().message()));
}

TEST(KernelTest, StartsInnerPluginsFirstAndStopsInReverse) {
  HeardLog log;
  {
    absl::StatusOr<std::unique_ptr<Kernel>> kernel =
        Kernel::Start(Sources({kOuter, kOrder, OuterConfig("title: 't'")}));
    ASSERT_TRUE(kernel.ok()) << kernel.status();
  }
  EXPECT_THAT(log.lines(), ElementsAre("test.eviction.order test.made", "test.object_store.leaf test.made",
                                       "test.object_store.outer test.made capacity_bytes=4096 title=t",
                                       "test.object_store.outer test.destroyed", "test.eviction.order test.destroyed",
                                       "test.object_store.leaf test.destroyed"));
}

TEST(KernelTest, TheStoreWorks) {
  absl::StatusOr<std::unique_ptr<Kernel>> kernel = Kernel::Start(Sources({kOuter}));
  ASSERT_TRUE(kernel.ok()) << kernel.status();
  ObjectStore& store = (*kernel)->object_store();
  const ObjectId id = ObjectId::ForTest(1);
  absl::StatusOr<std::span<std::byte>> room = store.Create(id, 3, {});
  ASSERT_TRUE(room.ok()) << room.status();
  std::memcpy(room->data(), "abc", 3);
  ASSERT_TRUE(store.Seal(id).ok());
  absl::StatusOr<ObjectView> view = store.Get(id);
  ASSERT_TRUE(view.ok()) << view.status();
  EXPECT_EQ(std::memcmp(view->data.data(), "abc", 3), 0);
  EXPECT_TRUE(store.Release(id).ok());
}

TEST(KernelTest, TheSerializerIsTheConfiguredOne) {
  absl::StatusOr<std::unique_ptr<Kernel>> kernel = Kernel::Start(Sources({kOuter}));
  ASSERT_TRUE(kernel.ok()) << kernel.status();
  EXPECT_EQ((*kernel)->serializer().format(), "mute");
  EXPECT_EQ(ErrorOf(Sources({kOuter, "serializer { name: 'test.object_store.leaf' }"})),
            "options.set#2:1:20: serializer is \"test.object_store.leaf\", a plugin for object_store, wanted one for "
            "serializer");
}

TEST(KernelTest, TheRefCounterIsTheConfiguredOneAndKnowsThisProcess) {
  absl::StatusOr<std::unique_ptr<Kernel>> kernel = Kernel::Start(Sources({kOuter}));
  ASSERT_TRUE(kernel.ok()) << kernel.status();
  // The counter says by whom it was started.
  EXPECT_EQ((*kernel)->ref_counter().Stats().counted_count, (*kernel)->runtime().shell().worker_id());
  EXPECT_EQ(ErrorOf(Sources({kOuter, "ref_counter { name: 'manta.ref_counter.owner' }"})).substr(0, 20),
            "options.set#2:1:21: ");
}

// The order in which tasks 1, 2 and 3 are popped, by the scheduler that the config names.
std::vector<uint64_t> OrderBy(const char* name) {
  absl::StatusOr<std::unique_ptr<Kernel>> kernel =
      Kernel::Start(Sources({kOuter, Concat("scheduler { name: '", name, "' }")}));
  EXPECT_TRUE(kernel.ok()) << kernel.status();
  if (!kernel.ok()) return {};
  Scheduler& scheduler = (*kernel)->scheduler();
  const ReadyTask tasks[] = {{.task = 1}, {.task = 2}, {.task = 3}};
  EXPECT_TRUE(scheduler.Push(0, tasks).ok());
  std::vector<uint64_t> order;
  for (ReadyTask task; scheduler.Pop(0, &task);) order.push_back(task.task);
  return order;
}

TEST(KernelTest, TheSchedulerIsTheConfiguredOne) {
  EXPECT_THAT(OrderBy("test.scheduler.line"), ElementsAre(1, 2, 3));
  EXPECT_THAT(OrderBy("test.scheduler.pile"), ElementsAre(3, 2, 1));
}

TEST(KernelTest, NamesThePluginsInUse) {
  absl::StatusOr<std::unique_ptr<Kernel>> kernel = Kernel::Start(Sources({kOuter, kOrder}));
  ASSERT_TRUE(kernel.ok()) << kernel.status();
  const std::vector<PluginInUse> plugins = (*kernel)->plugins_in_use();
  ASSERT_EQ(plugins.size(), 6u);
  EXPECT_EQ(plugins[0].slot, "object_store");
  EXPECT_EQ(plugins[0].name, "test.object_store.outer");
  EXPECT_EQ(plugins[0].interface_name, "object_store");
  EXPECT_THAT(plugins[0].library_path, testing::EndsWith("/libouter.so"));
  EXPECT_EQ(plugins[1].slot, "object_store.eviction");
  EXPECT_EQ(plugins[2].slot, "object_store.memory");
  EXPECT_EQ(plugins[3].slot, "ref_counter");
  EXPECT_EQ(plugins[3].name, "test.ref_counter.deaf");
  EXPECT_EQ(plugins[4].slot, "scheduler");
  EXPECT_EQ(plugins[4].name, "test.scheduler.line");
  EXPECT_EQ(plugins[5].slot, "serializer");
  EXPECT_EQ(plugins[5].name, "test.serializer.mute");
  EXPECT_EQ((*kernel)->registry().plugins().size(), 8u);
}

TEST(KernelTest, TwoKernelsLiveSideBySide) {
  absl::StatusOr<std::unique_ptr<Kernel>> first = Kernel::Start(Sources({kOuter}));
  absl::StatusOr<std::unique_ptr<Kernel>> second = Kernel::Start(Sources({kOuter}));
  ASSERT_TRUE(first.ok() && second.ok());
  ASSERT_TRUE((*first)->object_store().Create(ObjectId::ForTest(1), 1, {}).ok());
  first->reset();
  EXPECT_FALSE((*second)->object_store().Contains(ObjectId::ForTest(1)));
}

TEST(KernelTest, WhatAPluginLeavesInsideIsSaidAndDestroyed) {
  HeardLog log;
  absl::StatusOr<std::unique_ptr<Kernel>> kernel = Kernel::Start(Sources({kOuter, OuterConfig("leave_inner: true")}));
  ASSERT_TRUE(kernel.ok()) << kernel.status();
  EXPECT_THAT(log.lines(), testing::IsSupersetOf({
                               "test.object_store.leaf test.destroyed",
                               "test.object_store.outer plugin.left_inner slot=object_store role=memory",
                           }));
}

TEST(KernelTest, AFailingPluginIsNamedAndEverythingIsTakenDown) {
  HeardLog log;
  EXPECT_EQ(ErrorOf(Sources({kOuter, OuterConfig("fail_with: 'no luck'")})),
            "options.set#2:1:29: object_store: plugin test.object_store.outer: no luck");
  EXPECT_THAT(log.lines(), testing::Contains("test.object_store.leaf test.destroyed"));
  EXPECT_EQ(ErrorOf(Sources({kOuter,
                             "object_store { inner { key: 'memory' value { name: 'test.object_store.outer'\n"
                             "typed_config { [type.googleapis.com/manta.test.outer.v1.OuterConfig] { fail_with: 'deep' "
                             "} } } } }"})),
            "options.set#2:2:14: object_store.memory: plugin test.object_store.outer: deep");
}

// The error of a config file whose first line names all plugins but the store, which it begins on the second.
std::string ErrorOfFile(std::string_view text) {
  ConfigSources sources = Sources({});
  std::ofstream(std::filesystem::path(sources.working_directory) / "node.textproto") << kOthers << "\n" << text;
  sources.options.config_file = "node.textproto";
  return ErrorOf(sources);
}

std::string ErrorOfStore(std::string_view fields) {
  return ErrorOfFile(
      Concat("object_store { name: 'test.object_store.outer' typed_config {\n"
             "  [type.googleapis.com/manta.test.outer.v1.OuterConfig] {\n",
             fields, "\n} } }"));
}

TEST(KernelTest, WhatAPluginRefusesIsNamedWithItsPlace) {
  // Plugins begin with the field's name.
  for (const char* message : {"capacity_bytes is 7, wanted 8", "OuterConfig.capacity_bytes is 7: set it to 8",
                              "capacity_bytes: 7 is too little"}) {
    EXPECT_EQ(ErrorOfStore(Concat("fail_with: '", message, "'\n  capacity_bytes: 7")),
              Concat("node.textproto:5:19: object_store: plugin test.object_store.outer: ", message));
  }
  // A field that is not given, a list, and no field: the slot.
  for (const char* message : {"offset is -1, wanted 0", "step is odd", "no luck"}) {
    EXPECT_EQ(ErrorOfStore(Concat("step: [1, 2] fail_with: '", message, "'")),
              Concat("node.textproto:2:61: object_store: plugin test.object_store.outer: ", message));
  }
}

TEST(KernelTest, ATimelineThatCannotBeWrittenIsNamedWithItsPlace) {
  EXPECT_THAT(ErrorOfFile("object_store { name: 'test.object_store.leaf' }\n timeline: '/nowhere/timeline.json'"),
              StartsWith("node.textproto:3:12: timeline: cannot write \"/nowhere/timeline.json\", which is left as it "
                         "was: "));
}

// What `manta config check` does.
std::string TriedErrorOf(const ConfigSources& sources) {
  const absl::StatusOr<LoadedPlugins> plugins = LoadPlugins(sources);
  if (!plugins.ok()) return plugins.status().ToString();
  const absl::StatusOr<EffectiveConfig> config = Configure(*plugins);
  if (!config.ok()) return config.status().ToString();
  const absl::Status tried = TryConfig(*config, sources.working_directory);
  return tried.ok() ? "no error" : std::string(ToStd(tried.message()));
}

TEST(KernelTest, TryConfigSaysWhatAStartWouldSayAndNothingElse) {
  HeardLog log;
  EXPECT_EQ(TriedErrorOf(Sources({kOuter, kOrder, "log_level: INFO"})), "no error");
  for (const std::string& wrong :
       {OuterConfig("offset: 3 fail_with: 'offset is 3'"), std::string("timeline: '/nowhere/timeline.json'")}) {
    const std::string tried = TriedErrorOf(Sources({kOuter, wrong}));
    EXPECT_THAT(tried, StartsWith("options.set#2:1:"));
    EXPECT_EQ(tried.substr(0, 60), ErrorOf(Sources({kOuter, wrong, "log_level: ERROR"})).substr(0, 60));
  }
  EXPECT_THAT(log.lines(), ElementsAre());
}

TEST(KernelTest, LogsTheConfigurationWhenAskedTo) {
  HeardLog log;
  absl::StatusOr<std::unique_ptr<Kernel>> kernel = Kernel::Start(Sources({kOuter, "log_level: INFO"}));
  ASSERT_TRUE(kernel.ok()) << kernel.status();
  ASSERT_FALSE(log.lines().empty());
  EXPECT_EQ(log.lines()[0] + "\n", "manta kernel.configured\n" + (*kernel)->config().text);
}

TEST(KernelTest, LogsNothingBelowItsLevel) {
  HeardLog log;
  { ASSERT_TRUE(Kernel::Start(Sources({kOuter, "log_level: ERROR"})).ok()); }
  EXPECT_THAT(log.lines(), ElementsAre());
}

TEST(KernelTest, AMisspeltVariableIsSaid) {
  HeardLog log;
  ConfigSources sources = Sources({kOuter});
  sources.environment["MANTA_LOG_LEVLE"] = "INFO";
  sources.environment["MANTA_SOMEBODY_ELSES"] = "x";
  ASSERT_TRUE(Kernel::Start(sources).ok());
  EXPECT_EQ(log.lines()[0],
            "manta config.suspect_variable there is no variable MANTA_LOG_LEVLE; did you mean \"MANTA_LOG_LEVEL\"?");
  EXPECT_THAT(log.lines(), testing::Not(testing::Contains(HasSubstr("SOMEBODY"))));
}

TEST(KernelTest, TheMemoryBudgetIsTheConfiguredOne) {
  absl::StatusOr<std::unique_ptr<Kernel>> kernel = Kernel::Start(Sources({kOuter, "memory_bytes_max: 77"}));
  ASSERT_TRUE(kernel.ok()) << kernel.status();
  EXPECT_EQ((*kernel)->config().memory_bytes_max, 77u);
}

TEST(KernelTest, APluginPathMustExist) {
  ConfigSources sources = Sources({kOuter});
  sources.command_line = {{"plugin_path", "no/such/folder"}};
  EXPECT_THAT(ErrorOf(sources), StartsWith("--manta_plugin_path: plugin_path: "));
  EXPECT_THAT(ErrorOf(sources), HasSubstr("no/such/folder"));
}

TEST(KernelTest, ARefusedLibraryIsNoErrorUntilItIsNeeded) {
  ConfigSources sources = Sources({kOuter});
  const std::filesystem::path folder = std::filesystem::path(sources.working_directory) / "more";
  std::filesystem::create_directory(folder);
  std::ofstream(folder / "libbroken.so") << "not a library";
  sources.options.plugin_path = {"more"};
  EXPECT_EQ(ErrorOf(sources), "no error");
  sources.command_line = {{"object_store", "test.object_store.broken"}};
  EXPECT_THAT(ErrorOf(sources), testing::AllOf(HasSubstr("\"test.object_store.broken\""), HasSubstr("libbroken.so")));
}

TEST(KernelTest, WithoutPluginsTheDefaultIsMissed) {
  EXPECT_THAT(ErrorOf(TestSources({})), testing::AllOf(StartsWith("default: "), HasSubstr("manta.object_store.heap")));
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
