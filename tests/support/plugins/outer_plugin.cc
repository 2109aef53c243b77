// A store over another one: every object goes into the inner store of role "memory".
#include <string>
#include <utility>

#include "core/interface/eviction.h"
#include "core/interface/object_store_wrapper.h"
#include "core/plugin/export.h"
#include "tests/support/plugins/outer_config.pb.h"
#include "tests/support/plugins/tiny_store.h"

namespace {

class OuterStore final : public manta::ObjectStoreWrapper {
 public:
  OuterStore(const manta::Host& host, std::unique_ptr<manta::ObjectStore> memory,
             std::unique_ptr<manta::EvictionPolicy> eviction)
      : ObjectStoreWrapper(*memory), host_(host), memory_(std::move(memory)), eviction_(std::move(eviction)) {}
  ~OuterStore() override { host_.Log(manta::LogLevel::kWarning, "test.destroyed", ""); }

 private:
  const manta::Host& host_;
  std::unique_ptr<manta::ObjectStore> memory_;
  std::unique_ptr<manta::EvictionPolicy> eviction_;  // Null unless config fills the role.
};

absl::StatusOr<std::unique_ptr<manta::ObjectStore>> MakeOuter(const manta::Host& host,
                                                              std::span<const std::byte> bytes) {
  manta::test::outer::v1::OuterConfig config;
  if (!config.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return absl::InvalidArgumentError("config is malformed");
  }
  host.Log(manta::LogLevel::kWarning, "test.made",
           "capacity_bytes=" + std::to_string(config.capacity_bytes()) + " title=" + config.title());
  if (config.has_fail_with()) return absl::InvalidArgumentError(config.fail_with());
  if (config.leave_inner()) return std::make_unique<manta::TinyStore>(host);
  absl::StatusOr<std::unique_ptr<manta::ObjectStore>> memory = host.TakeInner<manta::ObjectStore>("memory");
  if (!memory.ok()) return memory.status();
  absl::StatusOr<std::unique_ptr<manta::EvictionPolicy>> eviction = host.TakeInner<manta::EvictionPolicy>("eviction");
  if (!eviction.ok() && eviction.status().code() != absl::StatusCode::kNotFound) return eviction.status();
  return std::make_unique<OuterStore>(host, *std::move(memory), eviction.ok() ? *std::move(eviction) : nullptr);
}

constexpr manta::abi::InnerRole kRoles[] = {
    {"memory", "object_store", 1, "test.object_store.leaf"},
    {"eviction", "eviction", 1, ""},
};

}  // namespace

MANTA_PLUGIN(manta::ObjectStore, MakeOuter, .name = "test.object_store.outer", .summary = "Holds a store inside",
             .config_type = "manta.test.outer.v1.OuterConfig", .inner_roles = kRoles)

// SPDX-License-Identifier: Apache-2.0
