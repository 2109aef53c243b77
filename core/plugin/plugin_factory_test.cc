#include "core/plugin/plugin_factory.h"

#include "core/interface/eviction.h"
#include "core/interface/object_store.h"
#include "core/plugin/known_interfaces.h"
#include "gtest/gtest.h"
#include "tests/support/quiet_host.h"

namespace manta {
namespace {

int alive_count = 0;
size_t config_bytes_seen = 0;

class CountedPolicy final : public EvictionPolicy {
 public:
  CountedPolicy() { ++alive_count; }
  ~CountedPolicy() override { --alive_count; }
  absl::Status Insert(ObjectId, uint64_t) override { return absl::AlreadyExistsError("always"); }
  absl::Status Access(ObjectId) override { return absl::OkStatus(); }
  absl::Status Pin(ObjectId) override { return absl::OkStatus(); }
  absl::Status Unpin(ObjectId) override { return absl::OkStatus(); }
  absl::Status Erase(ObjectId) override { return absl::OkStatus(); }
  absl::StatusOr<Evicted> Evict() override { return absl::NotFoundError("never"); }
  EvictionStats Stats() const override { return {}; }
};

absl::Status MakePolicy(const Host&, const std::byte*, uint64_t config_bytes, void** plugin) {
  config_bytes_seen = config_bytes;
  *plugin = static_cast<EvictionPolicy*>(new CountedPolicy);
  return absl::OkStatus();
}

PluginRecord Record() {
  return {.name = "test.policy", .interface_name = "eviction", .interface_version = 1, .create = &MakePolicy};
}

TEST(PluginFactoryTest, MakesAndDestroysBehindTheGuard) {
  const QuietHost host;
  const std::byte config[3] = {};
  {
    auto policy = CreatePlugin<EvictionPolicy>(Record(), host, config);
    ASSERT_TRUE(policy.ok()) << policy.status();
    EXPECT_EQ(alive_count, 1);
    EXPECT_EQ(config_bytes_seen, 3u);
    EXPECT_EQ((*policy)->Insert(ObjectId::ForTest(1), 1).code(), absl::StatusCode::kAlreadyExists);
  }
  EXPECT_EQ(alive_count, 0);
}

TEST(PluginFactoryTest, MakesAndDestroysByName) {
  const QuietHost host;
  const absl::StatusOr<void*> made = CreateUntypedPlugin(Record(), host, {});
  ASSERT_TRUE(made.ok());
  EXPECT_EQ(alive_count, 1);
  DestroyUntypedPlugin(Record(), *made);
  EXPECT_EQ(alive_count, 0);
}

TEST(PluginFactoryTest, AnotherInterfaceIsRefusedBeforeCreateIsCalled) {
  const QuietHost host;
  EXPECT_EQ(CreatePlugin<ObjectStore>(Record(), host, {}).status(),
            absl::FailedPreconditionError("plugin test.policy implements eviction version 1, wanted is object_store "
                                          "version 1: name another plugin"));
  EXPECT_EQ(alive_count, 0);
}

TEST(KnownInterfacesTest, AreFoundByName) {
  ASSERT_NE(FindKnownInterface("object_store"), nullptr);
  EXPECT_EQ(FindKnownInterface("object_store")->version, ObjectStore::kInterfaceVersion);
  EXPECT_EQ(FindKnownInterface("object_stor"), nullptr);
  EXPECT_EQ(KnownInterfaces().size(), 5u);
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
