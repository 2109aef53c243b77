// docs/examples/own_store/counted_store.cc -- an object store of one's own: it counts what it is asked for, and leaves
// the keeping to the store inside it.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include "core/interface/host.h"
#include "core/interface/metrics.h"
#include "core/interface/object_store.h"
#include "core/interface/object_store_wrapper.h"
#include "core/plugin/export.h"

namespace {

//(begin store)
class CountedStore final : public manta::ObjectStoreWrapper {
 public:
  CountedStore(const manta::Host& host, std::unique_ptr<manta::ObjectStore> inside)
      : ObjectStoreWrapper(*inside),
        inside_(std::move(inside)),
        creates_(CallsOf(host, "counted_store.create")),
        gets_(CallsOf(host, "counted_store.get")),
        deletes_(CallsOf(host, "counted_store.delete")) {}

  absl::StatusOr<std::span<std::byte>> Create(manta::ObjectId id, uint64_t size_bytes,
                                              std::span<const std::byte> metadata) override {
    creates_.Add(1);
    return inner().Create(id, size_bytes, metadata);
  }
  absl::StatusOr<manta::ObjectView> Get(manta::ObjectId id) override {
    gets_.Add(1);
    return inner().Get(id);
  }
  absl::Status Delete(manta::ObjectId id) override {
    deletes_.Add(1);
    return inner().Delete(id);
  }

 private:
  // Counters are the host's: any thread may add to them, and they stand among the runtime's metrics.
  static manta::Counter& CallsOf(const manta::Host& host, std::string_view method) {
    return host.metrics().GetCounter({.name = method, .help = "Calls of this method, whatever came of them."});
  }

  const std::unique_ptr<manta::ObjectStore> inside_;
  manta::Counter& creates_;
  manta::Counter& gets_;
  manta::Counter& deletes_;
};
//(end store)

//(begin export)
absl::StatusOr<std::unique_ptr<manta::ObjectStore>> MakeCountedStore(const manta::Host& host,
                                                                     std::span<const std::byte>) {
  absl::StatusOr<std::unique_ptr<manta::ObjectStore>> inside = host.TakeInner<manta::ObjectStore>("inside");
  if (!inside.ok()) return inside.status();
  return std::make_unique<CountedStore>(host, *std::move(inside));
}

constexpr manta::abi::InnerRole kInnerRoles[] = {
    {.role = "inside",
     .interface_name = "object_store",
     .interface_version = 1,
     .default_plugin = "manta.object_store.heap"},
};

}  // namespace

MANTA_PLUGIN(manta::ObjectStore, MakeCountedStore, .name = "example.object_store.counted",
             .summary = "Counts the calls of the store inside it",
             .capabilities = manta::ObjectStore::kCapabilityCache | manta::ObjectStore::kCapabilitySubscribe,
             .inner_roles = kInnerRoles)
//(end export)

// SPDX-License-Identifier: Apache-2.0
