// core/plugin/path_check.h -- opens a plugin file that nobody else could have written.
//
// Who can write a plugin can run code as us. So the file, and each directory on the way to it, must belong to root or
// to us, and be writable by nobody else.
//
// Shapes    The path is resolved first (build trees and runfiles are full of symbolic links), and only the resolved
//           file and its directories are checked and used later. A relative path starts at the working directory, never
//           at the system's search path for libraries. A directory that others may write is fine when it is
//           sticky, like /tmp: nobody else can replace our file in it. Inside a user namespace, directories
//           whose owner it does not map appear to belong to the overflow uid; those, and only directories, are
//           accepted.
// Threads   [any-thread]; [blocks] on the disk.
// Errors    kNotFound          no such file.
//           kInvalidArgument   not a regular file, or not readable.
//           kPermissionDenied  somebody else may write it: path, mode or owner found, and the command that mends it.
//           No file name before the message: the caller adds it.
//
// What remains: the file is checked and read through one descriptor, but loaded by path (loading through a
// descriptor's path in /proc would break $ORIGIN). Between the two only root or we could have exchanged it, as every
// directory on the path is ours or root's alone; ReadManifest compares the loaded note with the one read.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "core/plugin/file_descriptor.h"

namespace manta {

struct PluginFile {
  std::string resolved_path;  // Absolute.
  FileDescriptor descriptor;
  uint64_t size_bytes = 0;
};

absl::StatusOr<PluginFile> OpenPluginFile(std::string_view path);

// A path as it stands in messages: as it is, or quoted when it has anything that a shell or a line would not keep.
std::string ShownPath(std::string_view path);

// The same for its last component: what messages about a library begin with.
std::string ShownFileName(std::string_view path);

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
