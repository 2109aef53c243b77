// A library of plugins whose create functions break their contract, one way each.
#include <cstddef>
#include <memory>
#include <stdexcept>

#include "core/plugin/export.h"
#include "tests/plugins_bad/idle_store.h"
#include "tests/plugins_bad/marker.h"

namespace {

using manta::Host;

// Kept for leak checkers: what is lost by the kernel stays reachable here.
__attribute__((used)) manta::ObjectStore* left_behind = nullptr;

absl::Status GivesNull(const Host&, const std::byte*, uint64_t, void**) { return absl::OkStatus(); }

absl::Status ThrowsStandard(const Host&, const std::byte*, uint64_t, void**) {
  throw std::out_of_range("index 7 of 3");
}

absl::Status ThrowsInt(const Host&, const std::byte*, uint64_t, void**) { throw 42; }

absl::Status ErrorWithoutMessage(const Host&, const std::byte*, uint64_t, void**) {
  return absl::Status(absl::StatusCode::kUnknown, "");
}

absl::Status ErrorAndPlugin(const Host&, const std::byte*, uint64_t, void** plugin) {
  left_behind = std::make_unique<bad::IdleStore>().release();
  *plugin = left_behind;
  return absl::InvalidArgumentError("capacity_bytes is 0");
}

absl::Status Refuses(const Host&, const std::byte*, uint64_t, void**) {
  return absl::InvalidArgumentError("capacity_bytes is 0: give at least 64");
}

constexpr manta::abi::PluginEntry Entry(const char* name, manta::abi::CreateFunction create) {
  return {.name = name, .summary = "Bad create", .create = create};
}

__attribute__((section(".note.manta"), used, aligned(4))) constexpr manta::abi::PluginNote kNote =
    manta::export_internal::MakeNote<manta::ObjectStore>();

constexpr manta::abi::PluginEntry kEntries[] = {
    Entry("test.create.gives_null", &GivesNull),
    Entry("test.create.throws_standard", &ThrowsStandard),
    Entry("test.create.throws_int", &ThrowsInt),
    Entry("test.create.error_without_message", &ErrorWithoutMessage),
    Entry("test.create.error_and_plugin", &ErrorAndPlugin),
    Entry("test.create.refuses", &Refuses),
};

}  // namespace

extern "C" {
extern const manta::abi::PluginManifest manta_plugin_manifest __attribute__((visibility("default")));
}
constinit const manta::abi::PluginManifest manta_plugin_manifest = {
    .plugin_count = std::size(kEntries), .note = &kNote, .plugins = kEntries};

// SPDX-License-Identifier: Apache-2.0
