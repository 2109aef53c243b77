// What a program gets from //api:manta alone: libmanta.so, the plugins, and errors as exceptions.
#include "api/manta.h"

#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace manta {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string ErrorOf(const Options& options) {
  try {
    const Runtime runtime = Init(options);
    return "no error";
  } catch (const Error& error) {
    return error.what();
  }
}

TEST(MantaTest, AnErrorOfTheLibraryIsCaughtByTheProgram) {
  try {
    ThrowIfError(absl::NotFoundError("thrown inside libmanta.so"));
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), absl::StatusCode::kNotFound);
  }
}

TEST(MantaTest, StartsWithTheDefaultPlugins) {
  const Runtime runtime = Init();
  const std::vector<PluginInUse> plugins = runtime.plugins();
  ASSERT_EQ(plugins.size(), 5u);
  EXPECT_EQ(plugins[0].name, "manta.object_store.heap");
  EXPECT_EQ(plugins[1].name, "manta.eviction.lru");
  EXPECT_EQ(plugins[2].name, "manta.ref_counter.none");
  EXPECT_EQ(plugins[3].name, "manta.scheduler.work_stealing");
  EXPECT_EQ(plugins[4].name, "manta.serializer.native");
  EXPECT_THAT(std::string(runtime.config()), HasSubstr("name: \"manta.object_store.heap\"  # default"));
}

TEST(MantaTest, TheRefCounterIsSwappedByConfigAlone) {
  using Refs = std::vector<ObjectRef<int>>;
  for (const char* const name : {"manta.ref_counter.none", "manta.ref_counter.owner"}) {
    Runtime runtime = Init({.set = {std::string("ref_counter { name: '") + name + "' }"}, .strict = true});
    EXPECT_EQ(runtime.plugins()[2].name, name);
    ObjectRef<int> inner = Put(7);
    ObjectRef<Refs> outer = Put(Refs{inner, Put(8)});
    inner = {};
    EXPECT_EQ(*Get(Get(outer)->front()), 7);
    outer = {};
    EXPECT_EQ(runtime.object_store().Stats().sealed_count, 0u);
    EXPECT_EQ(runtime.Shutdown().object_count, 0);
  }
}

TEST(MantaTest, TheStoreKeepsDataAndMetadata) {
  Runtime runtime = Init();
  ObjectStore& store = runtime.object_store();
  const ObjectId id = ObjectId::ForTest(1);
  const std::string metadata = "what it is";
  std::memcpy(ValueOrThrow(store.Create(id, 3, std::as_bytes(std::span(metadata)))).data(), "abc", 3);
  ThrowIfError(store.Seal(id));
  const ObjectView view = ValueOrThrow(store.Get(id));
  EXPECT_EQ(std::memcmp(view.data.data(), "abc", 3), 0);
  EXPECT_EQ(view.metadata.size(), metadata.size());
  ThrowIfError(store.Release(id));
}

TEST(MantaTest, AnArrayOutlivesTheRuntimeItWasReadFrom) {
  Array<float> trace;
  {
    Runtime runtime = Init();
    runtime.Put(ObjectId::ForTest(1), Array<float>{3, 4, 5});
    trace = runtime.Get<Array<float>>(ObjectId::ForTest(1));
    runtime.Shutdown();
  }
  EXPECT_EQ(trace, (Array<float>{3, 4, 5}));
}

uint64_t PinCount(Runtime& runtime) {
  std::vector<ObjectInfo> objects(runtime.object_store().List({}));
  runtime.object_store().List(objects);
  uint64_t pin_count = 0;
  for (const ObjectInfo& object : objects) pin_count += object.pin_count;
  return pin_count;
}

struct Sample {
  std::string sensor;
  std::vector<double> values;
  Array<float> trace;
};

TEST(MantaTest, ADescribedValueIsPutAndGot) {
  Runtime runtime = Init();
  const ObjectId id = ObjectId::ForTest(1);
  runtime.Put(id, Sample{"north", {1, 2.5}, {3, 4, 5}});
  {
    const Sample sample = runtime.Get<Sample>(id);
    EXPECT_EQ(sample.sensor, "north");
    EXPECT_EQ(sample.values, (std::vector<double>{1, 2.5}));
    EXPECT_EQ(sample.trace, (Array<float>{3, 4, 5}));
    // The trace is not copied: it lies in the object, which it pins.
    const ObjectView view = ValueOrThrow(runtime.object_store().Get(id));
    const auto* const trace = reinterpret_cast<const std::byte*>(sample.trace.data());
    EXPECT_TRUE(trace >= view.data.data() && trace < view.data.data() + view.data.size());
    ThrowIfError(runtime.object_store().Release(id));
    EXPECT_EQ(PinCount(runtime), 1u);
  }
  EXPECT_EQ(PinCount(runtime), 0u);
}

template <typename T>
absl::Status GetError(Runtime& runtime, ObjectId id) {
  try {
    static_cast<void>(runtime.Get<T>(id));
    return absl::OkStatus();
  } catch (const Error& error) {
    return absl::Status(error.code(), error.what());
  }
}

TEST(MantaTest, AValueOfAnotherTypeIsRefusedWithBothNames) {
  Runtime runtime = Init();
  const ObjectId id = ObjectId::ForTest(1);
  runtime.Put(id, std::string("seven"));
  absl::Status status = GetError<uint64_t>(runtime, id);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("holds \"string\", and is read as \"uint64\""));
  EXPECT_THAT(std::string(status.message()), HasSubstr(id.ToHex()));

  EXPECT_EQ(GetError<std::string>(runtime, ObjectId::ForTest(2)).code(), absl::StatusCode::kNotFound);
  ThrowIfError(runtime.object_store().Create(ObjectId::ForTest(3), 1, {}).status());
  ThrowIfError(runtime.object_store().Seal(ObjectId::ForTest(3)));
  status = GetError<std::string>(runtime, ObjectId::ForTest(3));
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("holds no described value"));
  EXPECT_EQ(PinCount(runtime), 0u);
}

TEST(MantaTest, OptionsChooseAndArgumentsWin) {
  const std::string s3_fifo = R"(object_store { inner { key: "eviction" value { name: "manta.eviction.s3_fifo" } } })";
  EXPECT_EQ(Init({.set = {s3_fifo}}).plugins()[1].name, "manta.eviction.s3_fifo");

  std::string program = "program";
  std::string mine = "mine";
  std::string flag = R"(--manta_set=object_store { inner { key: "eviction" value { name: "manta.eviction.lru" } } })";
  char* argv[] = {program.data(), flag.data(), mine.data(), nullptr};
  char** arguments = argv;
  int argc = 3;
  const Runtime runtime = Init(&argc, &arguments, {.set = {s3_fifo}});
  EXPECT_EQ(runtime.plugins()[1].name, "manta.eviction.lru");
  ASSERT_EQ(argc, 2);
  EXPECT_STREQ(arguments[1], "mine");
  EXPECT_EQ(arguments[2], nullptr);
}

TEST(MantaTest, ErrorsSayWhereAndWhat) {
  EXPECT_EQ(ErrorOf({.set = {"log_levle: INFO"}}),
            "options.set:1:1: KernelConfig has no field \"log_levle\"; did you mean \"log_level\"?");
  EXPECT_THAT(ErrorOf({.config_file = "absent"}), StartsWith("options.config_file: cannot read the config file"));
  EXPECT_THAT(ErrorOf({.plugin_path = {"/absent"}}), StartsWith("options.plugin_path: "));
}

TEST(MantaTest, HelpPrintsAndExits) {
  auto ask = [] {
    std::string program = "program";
    std::string help = "--manta_help";
    char* argv[] = {program.data(), help.data(), nullptr};
    char** arguments = argv;
    int argc = 2;
    const Runtime runtime = Init(&argc, &arguments);
  };
  EXPECT_EXIT(ask(), testing::ExitedWithCode(0), "");
}

TEST(MantaTest, RuntimesMoveAndShutDown) {
  Runtime first = Init();
  Runtime second = std::move(first);
  EXPECT_EQ(second.plugins().size(), 5u);
  second.Shutdown();
  second.Shutdown();
  try {
    (void)second.object_store();
    FAIL() << "a runtime that is shut down has a store";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), absl::StatusCode::kFailedPrecondition);
  }
  second = Init();
  EXPECT_EQ(second.plugins().size(), 5u);
}

TEST(MantaTest, StrictSendsValuesThroughTheConfiguredPlugins) {
  const Runtime runtime = Init({.set = {"serializer { name: 'manta.serializer.json' }"}, .strict = true});
  const ObjectRef<std::string> text = Put<std::string>("in its own words");
  const ObjectRef<std::vector<ObjectRef<std::string>>> list = Put(std::vector<ObjectRef<std::string>>{text});
  EXPECT_EQ(runtime.object_store().Stats().sealed_count, 2u);
  EXPECT_EQ(runtime.counts().stored_count, 2);
  const ObjectView view = ValueOrThrow(runtime.object_store().Get(text.id()));
  const std::string bytes(reinterpret_cast<const char*>(view.data.data()), view.data.size());
  EXPECT_THAT(bytes, HasSubstr("in its own words"));
  ThrowIfError(runtime.object_store().Release(text.id()));
  EXPECT_EQ(*Get(Get(list)->front()), "in its own words");
  EXPECT_THROW(Put(LocalOnly<int>(1)), ObjectError);
}

TEST(MantaTest, WhatExceedsTheMemoryBudgetIsAnErrorThatNamesIt) {
  const Runtime runtime = Init({.set = {"memory_bytes_max: 20000000 put_timeout_ms: 0"}});
  const ObjectRef<std::vector<char>> half = Put(std::vector<char>(8'000'000));
  try {
    Put(std::vector<char>(16'000'000));
    FAIL() << "24 MB were found in 20 MB";
  } catch (const ObjectError& error) {
    EXPECT_EQ(error.type(), ErrorType::kOutOfMemory);
    EXPECT_THAT(error.what(), HasSubstr("20000000"));
  }
  EXPECT_EQ(Get(half)->size(), 8'000'000u);
  EXPECT_GE(runtime.counts().native_bytes + runtime.counts().stored_bytes, 8'000'000);
}

TEST(MantaTest, TwoRuntimesAreApart) {
  Runtime first = Init();
  Runtime second = Init();
  ThrowIfError(first.object_store().Create(ObjectId::ForTest(1), 1, {}).status());
  ThrowIfError(first.object_store().Seal(ObjectId::ForTest(1)));
  EXPECT_TRUE(first.object_store().Contains(ObjectId::ForTest(1)));
  EXPECT_FALSE(second.object_store().Contains(ObjectId::ForTest(1)));
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
