#include <pthread.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "core/base/text.h"
#include "core/plugin/guard/eviction_guard.h"
#include "core/plugin/guard/object_store_guard.h"
#include "core/plugin/guard/serializer_guard.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/quiet_host.h"

namespace manta {
namespace {

using testing::Each;
using testing::HasSubstr;
using Code = absl::StatusCode;

// Does what `next` says, in whatever method is called.
struct Behaviour {
  absl::Status (*act)() = [] { return absl::OkStatus(); };
  std::span<std::byte> span;
  ObjectView view;
  std::atomic<int> call_count = 0;
  bool destroyed = false;
};

class ToldStore final : public ObjectStore {
 public:
  explicit ToldStore(Behaviour& behaviour) : behaviour_(behaviour) {}
  ~ToldStore() override { behaviour_.destroyed = true; }
  absl::StatusOr<std::span<std::byte>> Create(ObjectId, uint64_t, std::span<const std::byte>) override {
    absl::Status status = Act();
    if (!status.ok()) return status;
    return behaviour_.span;
  }
  absl::Status Seal(ObjectId) override { return Act(); }
  absl::Status Abort(ObjectId) override { return Act(); }
  absl::StatusOr<ObjectView> Get(ObjectId) override {
    absl::Status status = Act();
    if (!status.ok()) return status;
    return behaviour_.view;
  }
  absl::Status Release(ObjectId) override { return Act(); }
  absl::Status Delete(ObjectId) override { return Act(); }
  bool Contains(ObjectId) override { return Act().ok(); }
  absl::Status Cache(ObjectId) override { return Act(); }
  absl::Status Uncache(ObjectId) override { return Act(); }
  absl::Status Subscribe(ObjectId, SealListener*) override { return Act(); }
  absl::Status Unsubscribe(ObjectId, SealListener*) override { return Act(); }
  ObjectStoreStats Stats() override { return {.open_count = Act().ok() ? 1u : 0u}; }
  uint64_t List(std::span<ObjectInfo>) override { return Act().ok() ? 5 : 0; }

 private:
  absl::Status Act() {
    ++behaviour_.call_count;
    return behaviour_.act();
  }
  Behaviour& behaviour_;
};

constexpr ObjectId kId = ObjectId::ForTest(1);

class ObjectStoreGuardTest : public testing::Test {
 protected:
  ~ObjectStoreGuardTest() override {
    EXPECT_THAT(host_.levels(), Each(LogLevel::kError));
    guard_.reset();
    if (!behaviour_.destroyed) delete plugin_;  // Abandoned by its guard.
  }

  ObjectStore& Guarded(uint64_t capabilities = 0) {
    plugin_ = new ToldStore(behaviour_);
    guard_ = std::make_unique<ObjectStoreGuard>(std::unique_ptr<ObjectStore>(plugin_),
                                                PluginRecord{.name = "test.told", .capabilities = capabilities}, host_);
    return *guard_;
  }

  alignas(64) std::array<std::byte, 128> buffer_{};
  QuietHost host_;
  Behaviour behaviour_;
  ToldStore* plugin_ = nullptr;
  std::unique_ptr<ObjectStore> guard_;
};

TEST_F(ObjectStoreGuardTest, ForwardsEveryMethodAndDestroysWhatKeptItsContract) {
  ObjectStore& store = Guarded();
  behaviour_.span = std::span(buffer_).first(8);
  behaviour_.view = {.data = buffer_, .metadata = std::span(buffer_).subspan(3, 5)};
  EXPECT_EQ(store.Create(kId, 8, {})->data(), buffer_.data());
  EXPECT_TRUE(store.Seal(kId).ok() && store.Abort(kId).ok() && store.Release(kId).ok() && store.Delete(kId).ok());
  EXPECT_EQ(store.Get(kId)->metadata.size(), 5u);  // Metadata may lie anywhere.
  EXPECT_TRUE(store.Contains(kId));
  EXPECT_TRUE(store.Cache(kId).ok() && store.Uncache(kId).ok());
  EXPECT_TRUE(store.Subscribe(kId, nullptr).ok() && store.Unsubscribe(kId, nullptr).ok());
  EXPECT_EQ(store.Stats().open_count, 1u);
  EXPECT_EQ(store.List({}), 5u);
  EXPECT_EQ(behaviour_.call_count, 13);
  guard_.reset();
  EXPECT_TRUE(behaviour_.destroyed);
  EXPECT_TRUE(host_.lines().empty());
}

TEST_F(ObjectStoreGuardTest, NamedCodesPassUnchanged) {
  ObjectStore& store = Guarded();
  behaviour_.act = [] { return absl::NotFoundError("object 7 is absent"); };
  EXPECT_EQ(store.Get(kId).status(), absl::NotFoundError("object 7 is absent"));
  EXPECT_EQ(store.Seal(kId), absl::NotFoundError("object 7 is absent"));
  behaviour_.act = [] { return absl::ResourceExhaustedError("full"); };
  EXPECT_EQ(store.Create(kId, 8, {}).status(), absl::ResourceExhaustedError("full"));
  EXPECT_TRUE(host_.lines().empty());
}

TEST_F(ObjectStoreGuardTest, OnlyAStoreThatSpillsMayFailForItsDisk) {
  ObjectStore& spills = Guarded(ObjectStore::kCapabilitySpill);
  behaviour_.act = [] { return absl::DataLossError("object 7 changed on disk"); };
  EXPECT_EQ(spills.Get(kId).status(), absl::DataLossError("object 7 changed on disk"));
  behaviour_.act = [] { return absl::ResourceExhaustedError("no memory"); };
  EXPECT_EQ(spills.Get(kId).status(), absl::ResourceExhaustedError("no memory"));
  behaviour_.act = [] { return absl::UnavailableError("the disk takes no more"); };
  EXPECT_EQ(spills.Get(kId).status(), absl::UnavailableError("the disk takes no more"));
  EXPECT_EQ(spills.Create(kId, 8, {}).status(), absl::UnavailableError("the disk takes no more"));
  EXPECT_TRUE(host_.lines().empty());
  guard_.reset();
  behaviour_.destroyed = false;
  EXPECT_EQ(Guarded().Get(kId).status().code(), Code::kInternal);
  guard_.reset();
  behaviour_.destroyed = false;
  EXPECT_EQ(Guarded().Create(kId, 8, {}).status().code(), Code::kInternal);
}

TEST_F(ObjectStoreGuardTest, AnExceptionBreaksTheContractOnceAndForAll) {
  ObjectStore& store = Guarded();
  behaviour_.act = []() -> absl::Status { throw std::runtime_error("out of luck"); };
  const absl::Status status = store.Delete(kId);
  EXPECT_EQ(status.code(), Code::kInternal);
  EXPECT_THAT(std::string(status.message()), HasSubstr("test.told broke its contract: Delete threw std::runtime_error "
                                                       "\"out of luck\""));
  behaviour_.act = [] { return absl::OkStatus(); };
  EXPECT_EQ(store.Seal(kId).code(), Code::kFailedPrecondition);
  EXPECT_EQ(store.Get(kId).status().code(), Code::kFailedPrecondition);
  EXPECT_FALSE(store.Contains(kId));
  EXPECT_EQ(store.List({}), 0u);
  EXPECT_EQ(behaviour_.call_count, 1);
  EXPECT_EQ(host_.lines().size(), 1u);
  guard_.reset();
  EXPECT_FALSE(behaviour_.destroyed);  // Readers may still hold its memory.
}

TEST_F(ObjectStoreGuardTest, EmptyObjectsNeedNoAddress) {
  ObjectStore& store = Guarded();
  EXPECT_TRUE(store.Create(kId, 0, {}).ok());
  EXPECT_TRUE(store.Get(kId).ok());
}

TEST_F(ObjectStoreGuardTest, NullDataIsFound) {
  behaviour_.span = std::span(static_cast<std::byte*>(nullptr), 8);
  EXPECT_THAT(std::string(Guarded().Create(kId, 8, {}).status().message()), HasSubstr("Create returned null as data"));
}

TEST_F(ObjectStoreGuardTest, NullMetadataIsFound) {
  behaviour_.view.metadata = std::span(static_cast<const std::byte*>(nullptr), 8);
  EXPECT_THAT(std::string(Guarded().Get(kId).status().message()), HasSubstr("Get returned null as metadata"));
}

TEST_F(ObjectStoreGuardTest, MetadataBeyondTheLimitIsFound) {
  behaviour_.view.metadata =
      std::span(static_cast<const std::byte*>(buffer_.data()), ObjectStore::kMetadataBytesMax + 1);
  EXPECT_THAT(std::string(Guarded().Get(kId).status().message()), HasSubstr("more than the 16777216"));
}

TEST_F(ObjectStoreGuardTest, UnimplementedIsForUndeclaredCapabilitiesOnly) {
  behaviour_.act = [] { return absl::UnimplementedError("no"); };
  ObjectStore& store = Guarded(ObjectStore::kCapabilityCache);
  EXPECT_EQ(store.Subscribe(kId, nullptr).code(), Code::kUnimplemented);
  EXPECT_EQ(store.Unsubscribe(kId, nullptr).code(), Code::kUnimplemented);
  EXPECT_EQ(store.Cache(kId).code(), Code::kInternal);
}

TEST_F(ObjectStoreGuardTest, ThreadsThatBreakItTogetherLogOnce) {
  ObjectStore& store = Guarded();
  behaviour_.act = []() -> absl::Status { throw 5; };
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int call = 0; call < 1000; ++call) EXPECT_FALSE(store.Seal(kId).ok());
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(host_.lines().size(), 1u);
  EXPECT_THAT(std::string(store.Seal(kId).message()), HasSubstr("Seal threw int"));
}

TEST_F(ObjectStoreGuardTest, AThreadsCancellationIsNotThePluginsFault) {
  ObjectStore& store = Guarded();
  behaviour_.act = []() -> absl::Status { pthread_exit(nullptr); };  // Unwinds through the guard.
  pthread_t thread{};
  bool returned = false;
  struct Context {
    ObjectStore& store;
    bool& returned;
  } context{store, returned};
  ASSERT_EQ(pthread_create(
                &thread, nullptr,
                [](void* data) -> void* {
                  auto* context = static_cast<Context*>(data);
                  context->store.Seal(kId).IgnoreError();
                  context->returned = true;
                  return nullptr;
                },
                &context),
            0);
  ASSERT_EQ(pthread_join(thread, nullptr), 0);
  EXPECT_FALSE(returned);
  behaviour_.act = [] { return absl::OkStatus(); };
  EXPECT_TRUE(store.Seal(kId).ok());
}

class ToldPolicy final : public EvictionPolicy {
 public:
  explicit ToldPolicy(absl::Status (*&act)()) : act_(act) {}
  absl::Status Insert(ObjectId, uint64_t) override { return act_(); }
  absl::Status Access(ObjectId) override { return act_(); }
  absl::Status Pin(ObjectId) override { return act_(); }
  absl::Status Unpin(ObjectId) override { return act_(); }
  absl::Status Erase(ObjectId) override { return act_(); }
  absl::StatusOr<Evicted> Evict() override {
    absl::Status status = act_();
    if (!status.ok()) return status;
    return Evicted{.id = kId, .size_bytes = 3};
  }
  EvictionStats Stats() const override { return {.entry_count = act_().ok() ? 1u : 0u}; }

 private:
  absl::Status (*&act_)();
};

TEST(EvictionGuardTest, ForwardsAndFindsCodesItsInterfaceDoesNotName) {
  const QuietHost host;
  absl::Status (*act)() = [] { return absl::OkStatus(); };
  auto* plugin = new ToldPolicy(act);
  {
    EvictionGuard policy(std::unique_ptr<EvictionPolicy>(plugin), PluginRecord{.name = "test.policy"}, host);
    EXPECT_TRUE(policy.Insert(kId, 3).ok() && policy.Access(kId).ok() && policy.Pin(kId).ok());
    EXPECT_TRUE(policy.Unpin(kId).ok() && policy.Erase(kId).ok());
    EXPECT_EQ(policy.Evict()->size_bytes, 3u);
    EXPECT_EQ(policy.Stats().entry_count, 1u);
    act = [] { return absl::AlreadyExistsError("twice"); };
    EXPECT_EQ(policy.Insert(kId, 3).code(), Code::kAlreadyExists);
    EXPECT_EQ(policy.Evict().status(),
              absl::InternalError("plugin test.policy broke its contract: Evict returned ALREADY_EXISTS (\"twice\"), "
                                  "which its interface does not name for it"));
    EXPECT_EQ(policy.Insert(kId, 3).code(), Code::kFailedPrecondition);
    EXPECT_EQ(policy.Stats().entry_count, 0u);
  }
  EXPECT_EQ(host.lines().size(), 1u);
  delete plugin;  // Abandoned by its guard.
}

class ToldSerializer final : public Serializer {
 public:
  explicit ToldSerializer(absl::Status (*&act)(), std::string_view format = "told") : act_(act), format_(format) {}
  std::string_view format() const override {
    act_().IgnoreError();
    return format_;
  }
  absl::Status Write(const TypeDescriptor&, const void*, SerialSink&) override { return act_(); }
  absl::Status Read(const TypeDescriptor&, const SerialSource&, const ReadLimits&, void*, void*) override {
    return act_();
  }

 private:
  absl::Status (*&act_)();
  std::string_view format_;
};

class FullSink final : public SerialSink {
 public:
  uint64_t AddPayload(std::span<const std::byte>) override { return 0; }
  void AddReference(ObjectId) override {}

 private:
  bool Grow(uint64_t) override { return false; }
};

TEST(SerializerGuardTest, ForwardsAndAnExceptionBreaksItForAll) {
  const QuietHost host;
  FullSink sink;
  absl::Status (*act)() = [] { return absl::OkStatus(); };
  auto* plugin = new ToldSerializer(act);
  {
    SerializerGuard serializer(std::unique_ptr<Serializer>(plugin), PluginRecord{.name = "test.told"}, host);
    EXPECT_EQ(serializer.format(), "told");
    EXPECT_TRUE(serializer.Write({}, nullptr, sink).ok() && serializer.Read({}, {}, {}, nullptr, nullptr).ok());
    for (const Code code : {Code::kInvalidArgument, Code::kResourceExhausted, Code::kUnimplemented}) {
      static Code told;
      told = code;
      act = [] { return absl::Status(told, "as named"); };
      EXPECT_EQ(serializer.Write({}, nullptr, sink), absl::Status(code, "as named"));
      EXPECT_EQ(serializer.Read({}, {}, {}, nullptr, nullptr), absl::Status(code, "as named"));
    }
    act = []() -> absl::Status { throw std::runtime_error("torn page"); };
    EXPECT_EQ(
        serializer.Read({}, {}, {}, nullptr, nullptr),
        absl::InternalError("plugin test.told broke its contract: Read threw std::runtime_error \"torn page\", and "
                            "must not throw"));
    act = [] { return absl::OkStatus(); };
    EXPECT_EQ(serializer.Write({}, nullptr, sink).code(), Code::kFailedPrecondition);
    EXPECT_EQ(serializer.format(), "told");
  }
  EXPECT_EQ(host.lines().size(), 1u);
  delete plugin;  // Abandoned by its guard.
}

TEST(SerializerGuardTest, FindsCodesThatTheInterfaceDoesNotName) {
  const QuietHost host;
  FullSink sink;
  absl::Status (*act)() = [] { return absl::NotFoundError("lost"); };
  auto* plugin = new ToldSerializer(act);
  {
    SerializerGuard serializer(std::unique_ptr<Serializer>(plugin), PluginRecord{.name = "test.told"}, host);
    EXPECT_THAT(std::string(serializer.Write({}, nullptr, sink).message()), HasSubstr("Write returned NOT_FOUND"));
  }
  delete plugin;  // Abandoned by its guard.
}

TEST(SerializerGuardTest, AFormatHasAShortName) {
  const QuietHost host;
  FullSink sink;
  absl::Status (*act)() = [] { return absl::OkStatus(); };
  const std::string long_name(65, 'n');
  for (const std::string& name : {std::string(), long_name}) {
    auto* plugin = new ToldSerializer(act, name);
    {
      SerializerGuard serializer(std::unique_ptr<Serializer>(plugin), PluginRecord{.name = "test.told"}, host);
      EXPECT_EQ(serializer.format(), "");
      EXPECT_THAT(std::string(serializer.Write({}, nullptr, sink).message()),
                  HasSubstr(Concat("format returned a name of ", name.size(), " bytes, wanted is 1 to 64")));
    }
    delete plugin;  // Abandoned by its guard.
  }
  act = []() -> absl::Status { throw 5; };
  auto* plugin = new ToldSerializer(act);
  {
    SerializerGuard serializer(std::unique_ptr<Serializer>(plugin), PluginRecord{.name = "test.told"}, host);
    EXPECT_EQ(serializer.Write({}, nullptr, sink).code(), Code::kFailedPrecondition);
  }
  EXPECT_EQ(host.lines().size(), 3u);
  delete plugin;  // Abandoned by its guard.
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
