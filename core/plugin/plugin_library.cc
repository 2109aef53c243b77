#include "core/plugin/plugin_library.h"

#include <dlfcn.h>

#include <boost/dll/shared_library.hpp>
#include <filesystem>
#include <system_error>

#include "core/base/text.h"

namespace manta {

absl::StatusOr<std::vector<PluginRecord>> LoadPluginLibrary(std::string_view path, const LoadOptions&) {
  const std::string file_name = std::filesystem::path(path).filename().string();
  std::error_code error;
  const std::string resolved = std::filesystem::canonical(path, error).string();
  if (error) return MakeStatus(absl::StatusCode::kNotFound, file_name, ": ", error.message());
  std::error_code load_error;
  const auto mode = static_cast<boost::dll::load_mode::type>(RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  boost::dll::shared_library library(resolved, mode, load_error);
  if (load_error) return MakeStatus(absl::StatusCode::kFailedPrecondition, file_name, ": ", load_error.message());
  if (!library.has(abi::kManifestSymbol)) {
    return MakeStatus(absl::StatusCode::kInvalidArgument, file_name, ": exports no ", abi::kManifestSymbol);
  }
  const auto& manifest = library.get<const abi::PluginManifest>(abi::kManifestSymbol);
  std::vector<PluginRecord> plugins;
  for (uint32_t i = 0; i < manifest.plugin_count; ++i) {
    const abi::PluginEntry& entry = manifest.plugins[i];
    PluginRecord record{.name = entry.name,
                        .summary = entry.summary,
                        .interface_name = manifest.note->interface_name,
                        .interface_version = manifest.note->interface_version,
                        .status = entry.status,
                        .capabilities = entry.capabilities,
                        .library_path = resolved,
                        .fingerprint = manifest.note->fingerprint,
                        .config_type = entry.config_type,
                        .config_schema = {},
                        .inner_roles = {},
                        .create = entry.create};
    if (manifest.config_schema != nullptr) {
      record.config_schema = std::as_bytes(
          std::span(manifest.config_schema->bytes, static_cast<size_t>(manifest.config_schema->size_bytes)));
    }
    for (uint64_t r = 0; r < entry.inner_role_count; ++r) {
      const abi::InnerRole& role = entry.inner_roles[r];
      record.inner_roles.push_back({role.role, role.interface_name, role.interface_version, role.default_plugin});
    }
    plugins.push_back(std::move(record));
  }
  return plugins;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
