// core/plugin/export.h -- turns a class that implements an interface into a plugin.
//
//   absl::StatusOr<std::unique_ptr<manta::ObjectStore>> MakeMyStore(const manta::Host& host,
//                                                                   std::span<const std::byte> config);
//
//   MANTA_PLUGIN(manta::ObjectStore, MakeMyStore,
//                .name = "example.object_store.mine",
//                .summary = "Keeps objects in a map",
//                .capabilities = manta::ObjectStore::kCapabilityCache)
//
// Shapes    Once per library, at namespace scope, outside any namespace. `config` holds a serialized message of type
//           `config_type`, whose schema the build puts into the library (manta_plugin() in tools/bazel/manta.bzl, or
//           embed_schema of an installed tree).
// Errors    What the function returns is reported with the plugin's name; what it throws, too.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/interface/host.h"
#include "core/plugin/abi.h"
#include "core/plugin/fingerprint.h"

// Made by the build from the library's config proto; absent, hence null, when there is none.
extern "C" __attribute__((weak, visibility("hidden"))) const manta::abi::ConfigSchema manta_plugin_config_schema;

namespace manta {

// What an author says of a plugin. Fields as in abi::PluginEntry.
struct PluginInfo {
  const char* name = "";
  const char* summary = "";
  const char* config_type = "";
  uint64_t capabilities = 0;
  abi::PluginStatus status = abi::PluginStatus::kAlpha;
  std::span<const abi::InnerRole> inner_roles = {};
};

namespace export_internal {

template <size_t kSize>
constexpr void CopyText(std::string_view text, char (&out)[kSize]) {
  if (text.size() >= kSize) throw "text is too long for the plugin's note";  // A compile-time error.
  for (size_t i = 0; i < text.size(); ++i) out[i] = text[i];
}

template <typename Interface>
consteval abi::PluginNote MakeNote() {
  abi::PluginNote note;
  note.interface_version = Interface::kInterfaceVersion;
  CopyText(Interface::kInterfaceName, note.interface_name);
  CopyText(kFingerprint, note.fingerprint);
  return note;
}

template <typename Interface, auto kCreate>
absl::Status Create(const Host& host, const std::byte* config, uint64_t config_bytes, void** plugin) {
  absl::StatusOr<std::unique_ptr<Interface>> made = kCreate(host, std::span(config, config_bytes));
  if (!made.ok()) return made.status();
  *plugin = static_cast<void*>(std::move(made).value().release());
  return absl::OkStatus();
}

template <typename Interface, auto kCreate>
consteval abi::PluginEntry MakeEntry(const PluginInfo& info) {
  return {.status = info.status,
          .name = info.name,
          .summary = info.summary,
          .config_type = info.config_type,
          .capabilities = info.capabilities,
          .inner_roles = info.inner_roles.data(),
          .inner_role_count = info.inner_roles.size(),
          .create = &Create<Interface, kCreate>};
}

}  // namespace export_internal
}  // namespace manta

#define MANTA_PLUGIN(Interface, create_function, ...)                                                                 \
  namespace {                                                                                                         \
  __attribute__((section(".note.manta"), used, aligned(4))) constexpr ::manta::abi::PluginNote manta_plugin_note =    \
      ::manta::export_internal::MakeNote<Interface>();                                                                \
  constexpr ::manta::abi::PluginEntry manta_plugin_entry =                                                            \
      ::manta::export_internal::MakeEntry<Interface, &create_function>(::manta::PluginInfo{__VA_ARGS__});             \
  }                                                                                                                   \
  extern "C" {                                                                                                        \
  extern const ::manta::abi::PluginManifest manta_plugin_manifest __attribute__((visibility("default")));             \
  }                                                                                                                   \
  constinit const ::manta::abi::PluginManifest manta_plugin_manifest = {.plugin_count = 1,                            \
                                                                        .note = &manta_plugin_note,                   \
                                                                        .config_schema = &manta_plugin_config_schema, \
                                                                        .plugins = &manta_plugin_entry};

// SPDX-License-Identifier: Apache-2.0
