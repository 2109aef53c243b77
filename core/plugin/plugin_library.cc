#include "core/plugin/plugin_library.h"

#include <utility>

#include "core/base/text.h"
#include "core/plugin/byte_source.h"
#include "core/plugin/elf_note.h"
#include "core/plugin/loaded_library.h"
#include "core/plugin/manifest_check.h"
#include "core/plugin/note_check.h"
#include "core/plugin/path_check.h"
#include "core/plugin/probe.h"

namespace manta {
namespace {

absl::StatusOr<std::vector<PluginRecord>> Load(std::string_view path, const LoadOptions& options) {
  const absl::StatusOr<PluginFile> file = OpenPluginFile(path);
  if (!file.ok()) return file.status();
  const absl::StatusOr<abi::PluginNote> note = ReadPluginNote(FileSource(file->descriptor.get(), file->size_bytes));
  if (!note.ok()) return note.status();
  absl::Status status = CheckNote(*note);
  if (!status.ok()) return status;
  if (options.trust == Trust::kProbeFirst) {
    status =
        ProbeLibrary(file->resolved_path, {.probe_path = options.probe_path, .timeout_ms = options.probe_timeout_ms});
    if (!status.ok()) return status;
  }
  const absl::StatusOr<const abi::PluginManifest*> manifest = LoadManifest(file->resolved_path);
  if (!manifest.ok()) return manifest.status();
  return ReadManifest(**manifest, *note, file->resolved_path);
}

}  // namespace

absl::StatusOr<std::vector<PluginRecord>> LoadPluginLibrary(std::string_view path, const LoadOptions& options) {
  absl::StatusOr<std::vector<PluginRecord>> plugins = Load(path, options);
  if (!plugins.ok()) return Annotate(plugins.status(), ShownFileName(path));
  return plugins;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
