// core/plugin/abi.h -- what a plugin library holds for the kernel to find: the note and the manifest.
//
// The note is read from the file before any of the library's code runs, so it has a fixed size and no pointers.
// The manifest is read after loading, and before any function of the plugin is called. Authors write neither:
// MANTA_PLUGIN (core/plugin/export.h) makes both.
//
// Shapes    Plain structs. Strings are NUL-terminated; a manifest's tables live as long as the library, that is,
//           as long as the process.
// Growth    A new minor version appends fields to the structs below (struct_bytes says how far one reaches) or adds
//           methods in new interfaces. Anything else is a new major version.
//
// Source    docs/adr/0003-plugin-door.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "absl/status/status.h"

namespace manta {

class Host;

namespace abi {

inline constexpr uint16_t kMajor = 1;
inline constexpr uint16_t kMinor = 0;

inline constexpr char kNoteSection[] = ".note.manta";
inline constexpr char kManifestSymbol[] = "manta_plugin_manifest";
inline constexpr char kNoteMagic[8] = {'M', 'A', 'N', 'T', 'A', 'P', 'L', 'G'};
inline constexpr uint32_t kNoteType = 1;

// The whole content of section .note.manta: a well-formed ELF note, its name and its description.
struct PluginNote {
  uint32_t name_bytes = 6;  // "Manta" and its NUL; padded to 8.
  uint32_t description_bytes = sizeof(PluginNote) - 20;
  uint32_t type = kNoteType;
  char name[8] = {'M', 'a', 'n', 't', 'a', 0, 0, 0};
  // From here on, the description.
  char magic[8] = {'M', 'A', 'N', 'T', 'A', 'P', 'L', 'G'};
  uint16_t abi_major = kMajor;
  uint16_t abi_minor = kMinor;
  uint32_t interface_version = 0;
  char interface_name[32] = {};  // NUL-terminated.
  char fingerprint[96] = {};     // NUL-terminated; core/plugin/fingerprint.h.
};
static_assert(std::is_trivially_copyable_v<PluginNote> && sizeof(PluginNote) == 164 && alignof(PluginNote) == 4);

// The schema of a library's config messages: a serialized google.protobuf.FileDescriptorSet, imports included.
struct ConfigSchema {
  const uint8_t* bytes = nullptr;
  uint64_t size_bytes = 0;
};

// A slot inside the plugin's own slot, filled by the kernel before `create` (Host::TakeInner).
struct InnerRole {
  const char* role = "";
  const char* interface_name = "";
  uint32_t interface_version = 0;
  const char* default_plugin = "";  // "": the role stays empty when config says nothing.
};

enum class PluginStatus : uint32_t { kWip = 1, kAlpha = 2, kStable = 3 };

// Makes one plugin. `config` is a serialized message of type config_type (all defaults when it is empty). Writes an
// owned Interface* to `plugin` when it returns ok.
using CreateFunction = absl::Status (*)(const Host& host, const std::byte* config, uint64_t config_bytes,
                                        void** plugin);

struct PluginEntry {
  uint32_t struct_bytes = sizeof(PluginEntry);
  PluginStatus status = PluginStatus::kWip;
  const char* name = "";         // "manta.object_store.heap"
  const char* summary = "";      // One line.
  const char* config_type = "";  // Full name of a message in the schema; "" when there is nothing to configure.
  uint64_t capabilities = 0;     // Bits named by the interface.
  const InnerRole* inner_roles = nullptr;
  uint64_t inner_role_count = 0;
  CreateFunction create = nullptr;
};

struct PluginManifest {
  uint32_t struct_bytes = sizeof(PluginManifest);
  uint32_t plugin_count = 0;
  const PluginNote* note = nullptr;
  const ConfigSchema* config_schema = nullptr;  // Null when no plugin has a config_type.
  const PluginEntry* plugins = nullptr;
};

}  // namespace abi
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
