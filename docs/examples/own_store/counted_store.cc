// docs/examples/own_store/counted_store.cc -- an object store of one's own: it counts what it is asked for, and leaves
// the keeping to the store inside it.
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "core/interface/host.h"
#include "core/interface/object_store.h"
#include "core/interface/object_store_wrapper.h"
#include "core/plugin/export.h"

namespace {

//(begin store)
class CountedStore final : public manta::ObjectStoreWrapper {
 public:
  CountedStore(const manta::Host& host, std::unique_ptr<manta::ObjectStore> inside)
      : ObjectStoreWrapper(*inside), host_(host), inside_(std::move(inside)) {}

  // Tells what was counted, when the runtime ends.
  ~CountedStore() override {
    host_.Log(manta::LogLevel::kInfo, "store.calls",
              "creates=" + std::to_string(creates_) + " created_bytes=" + std::to_string(created_bytes_) +
                  " gets=" + std::to_string(gets_) + " deletes=" + std::to_string(deletes_));
  }

  absl::StatusOr<std::span<std::byte>> Create(manta::ObjectId id, uint64_t size_bytes,
                                              std::span<const std::byte> metadata) override {
    ++creates_;
    created_bytes_ += size_bytes;
    return inner().Create(id, size_bytes, metadata);
  }
  absl::StatusOr<manta::ObjectView> Get(manta::ObjectId id) override {
    ++gets_;
    return inner().Get(id);
  }
  absl::Status Delete(manta::ObjectId id) override {
    ++deletes_;
    return inner().Delete(id);
  }

 private:
  const manta::Host& host_;
  const std::unique_ptr<manta::ObjectStore> inside_;
  std::atomic<uint64_t> creates_{0};  // Methods are called by any thread.
  std::atomic<uint64_t> created_bytes_{0};
  std::atomic<uint64_t> gets_{0};
  std::atomic<uint64_t> deletes_{0};
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
