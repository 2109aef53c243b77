// core/plugin/manifest_check.h -- reads a loaded library's manifest, and believes nothing of it.
//
// The library's code runs already, so this is no defence against an enemy; it finds the mistakes that would crash or
// confuse the kernel later: missing texts and functions, names that config could not spell, an older struct's size.
//
// Threads   [any-thread].
// Memory    Copies texts; keeps the config schema and `create`, which live as long as the library.
// Errors    kInvalidArgument, naming the plugin (or its index), what was found and what is wanted. No file name: the
//           caller adds it.
#pragma once

#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "core/plugin/abi.h"
#include "core/plugin/plugin_record.h"

namespace manta {

inline constexpr uint32_t kPluginsPerLibraryMax = 64;
inline constexpr uint64_t kInnerRolesMax = 16;
inline constexpr uint64_t kConfigSchemaBytesMax = uint64_t{1} << 20;
inline constexpr size_t kPluginNameBytesMax = 128;
inline constexpr size_t kSummaryBytesMax = 200;

// The library's plugins, at least one. `note` is what was read from the file, and passed CheckNote.
absl::StatusOr<std::vector<PluginRecord>> ReadManifest(const abi::PluginManifest& manifest, const abi::PluginNote& note,
                                                       std::string_view library_path);

// True for "manta.object_store.heap": two or more words of [a-z0-9_], joined by dots.
bool WellFormedPluginName(std::string_view name);

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
