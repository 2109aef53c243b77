#include "core/plugin/manifest_check.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "core/base/text.h"
#include "core/plugin/known_interfaces.h"

namespace manta {
namespace {

// What ABI 1.0 had: later minor versions may append, so that a plugin's structs may be shorter than ours, but not
// shorter than these.
constexpr uint32_t kManifestBytesMin = 32;
constexpr uint32_t kEntryBytesMin = 64;
static_assert(sizeof(abi::PluginManifest) == kManifestBytesMin && sizeof(abi::PluginEntry) == kEntryBytesMin,
              "ABI 1.0 is frozen: append fields, and keep these minima");

template <typename... Parts>
absl::Status Invalid(const Parts&... parts) {
  return MakeStatus(absl::StatusCode::kInvalidArgument, parts...);
}

// The text, or nothing when it is null or has no NUL within `bytes_max` bytes.
std::optional<std::string> Text(const char* text, size_t bytes_max) {
  if (text == nullptr) return std::nullopt;
  const size_t bytes = strnlen(text, bytes_max + 1);
  if (bytes > bytes_max) return std::nullopt;
  return std::string(text, bytes);
}

bool IsWord(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

bool IsMessageName(std::string_view text) {
  return !text.empty() && text.front() != '.' && text.back() != '.' &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
         });
}

bool IsLine(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; });
}

absl::Status CheckSize(std::string_view what, uint64_t found, uint64_t least, uint64_t most) {
  if (found >= least && found <= most) return absl::OkStatus();
  return Invalid(what, " of ", found, " bytes (struct_bytes), this kernel takes ", least,
                 least == most ? "" : Concat(" to ", most), ": rebuild the plugin");
}

absl::Status ReadRoles(const abi::PluginEntry& entry, PluginRecord& record) {
  const std::string& name = record.name;
  if (entry.inner_role_count > kInnerRolesMax) {
    return Invalid(name, " has ", entry.inner_role_count, " inner roles, at most ", kInnerRolesMax, " are taken");
  }
  if (entry.inner_role_count > 0 && entry.inner_roles == nullptr) {
    return Invalid(name, " has ", entry.inner_role_count, " inner roles, but a null table of them");
  }
  for (const abi::InnerRole& role : std::span(entry.inner_roles, static_cast<size_t>(entry.inner_role_count))) {
    const std::optional<std::string> role_name = Text(role.role, kPluginNameBytesMax);
    if (!role_name || !IsWord(*role_name)) {
      return Invalid(name, " has an inner role named ", Quoted(role_name.value_or("")),
                     ", wanted is a word of [a-z0-9_]");
    }
    for (const InnerRoleRecord& other : record.inner_roles) {
      if (other.role == *role_name) return Invalid(name, " has two inner roles named ", *role_name);
    }
    const std::optional<std::string> interface_name = Text(role.interface_name, kPluginNameBytesMax);
    const KnownInterface* known = FindKnownInterface(interface_name.value_or(""));
    if (known == nullptr || known->version != role.interface_version) {
      return Invalid(name, " wants ", Quoted(interface_name.value_or("")), " version ", role.interface_version,
                     " as its ", *role_name, ", which this kernel does not have");
    }
    const std::optional<std::string> fallback = Text(role.default_plugin, kPluginNameBytesMax);
    if (!fallback || (!fallback->empty() && !WellFormedPluginName(*fallback))) {
      return Invalid(name, " has ", Quoted(fallback.value_or("")), " as the default of its ", *role_name,
                     ", wanted is a plugin's name or nothing");
    }
    record.inner_roles.push_back({*role_name, *interface_name, role.interface_version, *fallback});
  }
  return absl::OkStatus();
}

absl::Status ReadConfig(const abi::PluginEntry& entry, const abi::ConfigSchema* schema, PluginRecord& record) {
  const std::optional<std::string> type = Text(entry.config_type, kPluginNameBytesMax);
  if (!type || (!type->empty() && !IsMessageName(*type))) {
    return Invalid(record.name, " has the config type ", Quoted(type.value_or("")),
                   ", wanted is a message's full name or nothing");
  }
  record.config_type = *type;
  if (schema != nullptr) {
    if (schema->size_bytes > kConfigSchemaBytesMax || (schema->bytes == nullptr && schema->size_bytes > 0)) {
      return Invalid(record.name, " has a config schema of ", schema->size_bytes, " bytes",
                     schema->bytes == nullptr ? " at null" : "", ", at most ", kConfigSchemaBytesMax, " are taken");
    }
    record.config_schema = std::as_bytes(std::span(schema->bytes, static_cast<size_t>(schema->size_bytes)));
  }
  if (!record.config_type.empty() && record.config_schema.empty()) {
    return Invalid(record.name, " has the config type ", record.config_type,
                   ", but the library no schema: give config_proto to manta_plugin(), or link embed_schema's output");
  }
  return absl::OkStatus();
}

absl::Status ReadEntry(const abi::PluginEntry& entry, uint32_t index, const abi::PluginManifest& manifest,
                       const KnownInterface& known, PluginRecord& record) {
  const std::optional<std::string> name = Text(entry.name, kPluginNameBytesMax);
  if (!name || !WellFormedPluginName(*name)) {
    return Invalid("plugin ", index, " is named ", name ? Quoted(*name) : "by no text",
                   ", wanted is a reverse path of [a-z0-9_] words, like \"example.", known.name, ".mine\"");
  }
  record.name = *name;
  const std::optional<std::string> summary = Text(entry.summary, kSummaryBytesMax);
  if (!summary || !IsLine(*summary)) {
    return Invalid(*name, " has no usable summary: wanted is one line of at most ", kSummaryBytesMax, " bytes");
  }
  record.summary = *summary;
  if (entry.status != abi::PluginStatus::kWip && entry.status != abi::PluginStatus::kAlpha &&
      entry.status != abi::PluginStatus::kStable) {
    return Invalid(*name, " has status ", static_cast<uint32_t>(entry.status), ", wanted is 1, 2 or 3");
  }
  record.status = entry.status;
  if ((entry.capabilities & ~known.capabilities) != 0) {
    return Invalid(*name, " declares capabilities ", entry.capabilities, ", ", known.name, " version ", known.version,
                   " names only ", known.capabilities, ": leave the others out, or use a newer Manta");
  }
  record.capabilities = entry.capabilities;
  if (entry.create == nullptr) return Invalid(*name, " has no create function: MANTA_PLUGIN gives one");
  record.create = entry.create;
  absl::Status status = ReadConfig(entry, manifest.config_schema, record);
  return status.ok() ? ReadRoles(entry, record) : status;
}

}  // namespace

bool WellFormedPluginName(std::string_view name) {
  if (name.size() > kPluginNameBytesMax || name.find('.') == std::string_view::npos) return false;
  while (true) {
    const size_t dot = name.find('.');
    if (!IsWord(name.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    name.remove_prefix(dot + 1);
  }
}

absl::StatusOr<std::vector<PluginRecord>> ReadManifest(const abi::PluginManifest& manifest, const abi::PluginNote& note,
                                                       std::string_view library_path) {
  absl::Status status =
      CheckSize("has a manifest", manifest.struct_bytes, kManifestBytesMin, sizeof(abi::PluginManifest));
  if (!status.ok()) return status;
  if (manifest.note == nullptr || std::memcmp(manifest.note, &note, sizeof note) != 0) {
    return Invalid("has a manifest whose note is not the one in its file: rebuild it, with MANTA_PLUGIN only");
  }
  if (manifest.plugin_count == 0 || manifest.plugin_count > kPluginsPerLibraryMax || manifest.plugins == nullptr) {
    return Invalid("has a manifest of ", manifest.plugin_count, " plugins",
                   manifest.plugins == nullptr ? " at null" : "", ", wanted are 1 to ", kPluginsPerLibraryMax,
                   ": rebuild it, with MANTA_PLUGIN only");
  }
  const KnownInterface* known = FindKnownInterface(note.interface_name);
  if (known == nullptr) return Invalid("implements an interface this kernel does not know");  // CheckNote saw it.

  // Entries lie as far apart as the library's own struct is long.
  const uint32_t stride = manifest.plugins->struct_bytes;
  std::vector<PluginRecord> plugins;
  for (uint32_t i = 0; i < manifest.plugin_count; ++i) {
    status = CheckSize("has a plugin entry", stride, kEntryBytesMin, sizeof(abi::PluginEntry));
    if (!status.ok()) return status;
    abi::PluginEntry entry;
    std::memcpy(&entry, reinterpret_cast<const std::byte*>(manifest.plugins) + size_t{i} * stride, stride);
    status = CheckSize("has a plugin entry", entry.struct_bytes, stride, stride);
    if (!status.ok()) return status;
    PluginRecord record;
    status = ReadEntry(entry, i, manifest, *known, record);
    if (!status.ok()) return status;
    for (const PluginRecord& other : plugins) {
      if (other.name == record.name) return Invalid("brings two plugins named ", record.name);
    }
    record.interface_name = known->name;
    record.interface_version = known->version;
    record.library_path = library_path;
    record.fingerprint = note.fingerprint;
    plugins.push_back(std::move(record));
  }
  return plugins;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
