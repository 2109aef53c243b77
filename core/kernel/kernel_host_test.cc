#include "core/kernel/kernel_host.h"

#include <cstdlib>

#include "core/base/text.h"
#include "core/interface/eviction.h"
#include "core/interface/object_store.h"
#include "core/plugin/plugin_factory.h"
#include "core/plugin/plugin_registry.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/test_sources.h"

namespace manta {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class KernelHostTest : public testing::Test {
 protected:
  KernelHostTest() {
    for (const char* name : {"leaf", "outer"}) {
      const absl::Status added = registry_.AddLibrary(
          Concat(std::getenv("TEST_SRCDIR"), "/manta/tests/support/plugins/lib", name, ".so"), Trust::kTrusted);
      EXPECT_TRUE(added.ok()) << added;
    }
    leaf_ = registry_.Find("object_store", "test.object_store.leaf");
    outer_ = registry_.Find("object_store", "test.object_store.outer");
  }

  PluginRegistry registry_{PluginRegistryOptions{}};
  const PluginRecord* leaf_ = nullptr;
  const PluginRecord* outer_ = nullptr;
  SystemWorld world_{1 << 20};
};

TEST_F(KernelHostTest, HandsAnInnerPluginOverOnce) {
  HeardLog log;
  KernelHost leaf_host(world_.world(), *leaf_, LogLevel::kWarning);
  KernelHost host(world_.world(), *outer_, LogLevel::kWarning);
  host.GiveInner("memory", *leaf_, *CreateUntypedPlugin(*leaf_, leaf_host, {}));
  {
    absl::StatusOr<std::unique_ptr<ObjectStore>> inner = host.TakeInner<ObjectStore>("memory");
    ASSERT_TRUE(inner.ok()) << inner.status();
    EXPECT_TRUE((*inner)->Create(ObjectId::ForTest(1), 8, {}).ok());
    const absl::Status again = host.TakeInner<ObjectStore>("memory").status();
    EXPECT_EQ(again.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_THAT(again.ToString(), HasSubstr("has taken the inner plugin of role \"memory\" already"));
  }
  EXPECT_THAT(host.DestroyLeftInner(), ElementsAre());
  EXPECT_THAT(log.lines(), ElementsAre("test.object_store.leaf test.made", "test.object_store.leaf test.destroyed"));
}

TEST_F(KernelHostTest, RefusesWithReasons) {
  KernelHost host(world_.world(), *outer_, LogLevel::kWarning);
  const absl::Status empty = host.TakeInner<EvictionPolicy>("eviction").status();
  EXPECT_EQ(empty.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(empty.ToString(), HasSubstr("inner { key: \"eviction\" value { name: \"...\" } }"));
  const absl::Status unknown = host.TakeInner<ObjectStore>("disk").status();
  EXPECT_EQ(unknown.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(unknown.ToString(), HasSubstr("its manifest has memory, eviction"));
  const absl::Status other = host.TakeInner<EvictionPolicy>("memory").status();
  EXPECT_EQ(other.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(other.ToString(), HasSubstr("as eviction 1, its manifest says object_store 1"));
}

TEST_F(KernelHostTest, DestroysWhatWasLeft) {
  HeardLog log;
  KernelHost leaf_host(world_.world(), *leaf_, LogLevel::kWarning);
  {
    KernelHost host(world_.world(), *outer_, LogLevel::kWarning);
    host.GiveInner("memory", *leaf_, *CreateUntypedPlugin(*leaf_, leaf_host, {}));
    EXPECT_DEATH(host.GiveInner("memory", *leaf_, &host), "two inner plugins for memory");
  }
  EXPECT_THAT(log.lines(), ElementsAre("test.object_store.leaf test.made", "test.object_store.leaf test.destroyed"));
}

TEST_F(KernelHostTest, LogsOneLineWithThePluginsName) {
  HeardLog log;
  KernelHost host(world_.world(), *leaf_, LogLevel::kWarning);
  host.Log(LogLevel::kInfo, "test.quiet", "");
  host.Log(LogLevel::kError, "test.broken\nE1121", "why=\x1b[31m");
  EXPECT_THAT(log.lines(), ElementsAre("test.object_store.leaf test.broken E1121 why= [31m"));
}

TEST_F(KernelHostTest, GivesTheWorld) {
  KernelHost host(world_.world(), *leaf_, LogLevel::kWarning);
  EXPECT_EQ(&host.clock(), &world_.world().clock);
  EXPECT_EQ(&host.random(), &world_.world().random);
  EXPECT_EQ(&host.executor(), &world_.world().executor);
  EXPECT_EQ(&host.disk(), &world_.world().disk);
  EXPECT_EQ(&host.metrics(), &world_.world().metrics);
  EXPECT_EQ(host.memory().limit_bytes(), uint64_t{1} << 20);
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
