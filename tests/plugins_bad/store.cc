// A library of stores whose methods break their contract, one way each.
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <stdexcept>

#include "core/plugin/export.h"
#include "tests/plugins_bad/idle_store.h"
#include "tests/plugins_bad/marker.h"

namespace {

using bad::IdleStore;
using manta::Host;
using manta::ObjectId;

// A store that broke its contract is abandoned by its guard; leak checkers find it here, as long as it is kept
// ("used").
__attribute__((used)) manta::ObjectStore* abandoned[16];
size_t abandoned_count = 0;

class ThrowsInSeal final : public IdleStore {
  absl::Status Seal(ObjectId) override { throw std::logic_error("seal twice?"); }
};

class ThrowsIntInStats final : public IdleStore {
  manta::ObjectStoreStats Stats() override { throw 7; }
};

class UnalignedSpan final : public IdleStore {
  absl::StatusOr<std::span<std::byte>> Create(ObjectId, uint64_t size_bytes, std::span<const std::byte>) override {
    return buffer().subspan(4, static_cast<size_t>(size_bytes));
  }
};

class ShortSpan final : public IdleStore {
  absl::StatusOr<std::span<std::byte>> Create(ObjectId, uint64_t size_bytes, std::span<const std::byte>) override {
    return buffer().first(static_cast<size_t>(size_bytes) - 1);
  }
};

class UnalignedView final : public IdleStore {
  absl::StatusOr<manta::ObjectView> Get(ObjectId) override {
    return manta::ObjectView{.data = buffer().subspan(8, 8), .metadata = {}};
  }
};

class UndocumentedCode final : public IdleStore {
  absl::StatusOr<manta::ObjectView> Get(ObjectId) override { return absl::DeadlineExceededError("too busy"); }
};

// Frees an object's memory when it is deleted, and again when its last pin is released.
class FreesTwice final : public IdleStore {
  absl::StatusOr<std::span<std::byte>> Create(ObjectId id, uint64_t size_bytes,
                                              std::span<const std::byte> metadata) override {
    block_ = std::malloc(64);
    return IdleStore::Create(id, size_bytes, metadata);
  }
  absl::Status Delete(ObjectId) override { return Free(); }
  absl::Status Release(ObjectId) override { return Free(); }

  absl::Status Free() {
    std::free(block_);
    return absl::OkStatus();
  }

  void* block_ = nullptr;
};

// Declares kCapabilityCache, which IdleStore does not have.
class LiesAboutCapabilities final : public IdleStore {};

template <typename Store>
absl::Status Create(const Host&, const std::byte*, uint64_t, void** plugin) {
  manta::ObjectStore* store = std::make_unique<Store>().release();
  *plugin = store;
  abandoned[abandoned_count++ % std::size(abandoned)] = store;
  return absl::OkStatus();
}

template <typename Store>
constexpr manta::abi::PluginEntry Entry(const char* name, uint64_t capabilities = 0) {
  return {.name = name, .summary = "Bad store", .capabilities = capabilities, .create = &Create<Store>};
}

__attribute__((section(".note.manta"), used, aligned(4))) constexpr manta::abi::PluginNote kNote =
    manta::export_internal::MakeNote<manta::ObjectStore>();

constexpr manta::abi::PluginEntry kEntries[] = {
    Entry<ThrowsInSeal>("test.store.throws_in_seal"),
    Entry<ThrowsIntInStats>("test.store.throws_int_in_stats"),
    Entry<UnalignedSpan>("test.store.unaligned_span"),
    Entry<ShortSpan>("test.store.short_span"),
    Entry<UnalignedView>("test.store.unaligned_view"),
    Entry<UndocumentedCode>("test.store.undocumented_code"),
    Entry<FreesTwice>("test.store.frees_twice"),
    Entry<LiesAboutCapabilities>("test.store.lies_about_capabilities", manta::ObjectStore::kCapabilityCache),
};

}  // namespace

extern "C" {
extern const manta::abi::PluginManifest manta_plugin_manifest __attribute__((visibility("default")));
}
constinit const manta::abi::PluginManifest manta_plugin_manifest = {
    .plugin_count = std::size(kEntries), .note = &kNote, .plugins = kEntries};

// SPDX-License-Identifier: Apache-2.0
