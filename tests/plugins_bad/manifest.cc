// A plugin whose note and manifest are written by hand, so that each of their fields can be wrong. With no macro set
// it is right: the base of files that tests change byte by byte.
#include <cstddef>
#include <memory>

#include "core/interface/object_store.h"
#include "core/plugin/abi.h"
#include "core/plugin/export.h"
#include "tests/plugins_bad/idle_store.h"
#include "tests/plugins_bad/marker.h"

#ifndef BAD_NAME
#define BAD_NAME "test.object_store.idle"
#endif
#ifndef BAD_MANIFEST_BYTES
#define BAD_MANIFEST_BYTES sizeof(manta::abi::PluginManifest)
#endif
#ifndef BAD_ENTRY_BYTES
#define BAD_ENTRY_BYTES sizeof(manta::abi::PluginEntry)
#endif
#ifndef BAD_CAPABILITIES
#define BAD_CAPABILITIES 0
#endif
#ifndef BAD_CONFIG_TYPE
#define BAD_CONFIG_TYPE ""
#endif
#ifndef BAD_CREATE
#define BAD_CREATE &Create
#endif
#ifndef BAD_PLUGIN_COUNT
#define BAD_PLUGIN_COUNT 1
#endif

namespace {

constexpr manta::abi::PluginNote MakeNote() { return manta::export_internal::MakeNote<manta::ObjectStore>(); }

__attribute__((section(".note.manta"), used, aligned(4))) constexpr manta::abi::PluginNote kNote = MakeNote();

#ifdef BAD_SECOND_NOTE
__attribute__((section(".note.manta"), used, aligned(4))) constexpr manta::abi::PluginNote kSecondNote = MakeNote();
#endif

#ifdef BAD_MANIFEST_NOTE
constexpr manta::abi::PluginNote MakeOtherNote() {
  manta::abi::PluginNote note = MakeNote();
  note.interface_version = 7;
  return note;
}
constexpr manta::abi::PluginNote kManifestNote = MakeOtherNote();
#else
constexpr const manta::abi::PluginNote& kManifestNote = kNote;
#endif

[[maybe_unused]] absl::Status Create(const manta::Host&, const std::byte*, uint64_t, void** plugin) {
  *plugin = static_cast<manta::ObjectStore*>(std::make_unique<bad::IdleStore>().release());
  return absl::OkStatus();
}

constexpr manta::abi::PluginEntry kEntry = {.struct_bytes = BAD_ENTRY_BYTES,
                                            .status = manta::abi::PluginStatus::kWip,
                                            .name = BAD_NAME,
                                            .summary = "Says yes and keeps nothing",
                                            .config_type = BAD_CONFIG_TYPE,
                                            .capabilities = BAD_CAPABILITIES,
                                            .create = BAD_CREATE};

}  // namespace

#ifdef BAD_MANIFEST_SYMBOL
#define manta_plugin_manifest BAD_MANIFEST_SYMBOL
#endif

extern "C" {
extern const manta::abi::PluginManifest manta_plugin_manifest __attribute__((visibility("default")));
}
constinit const manta::abi::PluginManifest manta_plugin_manifest = {
    .struct_bytes = BAD_MANIFEST_BYTES, .plugin_count = BAD_PLUGIN_COUNT, .note = &kManifestNote, .plugins = &kEntry};

#ifdef BAD_UNRESOLVED
// Defined nowhere.
extern "C" int manta_test_symbol_that_nobody_has(int);
extern "C" __attribute__((used)) int UsesIt(int x) { return manta_test_symbol_that_nobody_has(x); }
#endif

// SPDX-License-Identifier: Apache-2.0
