// core/kernel/replace_file.h -- writes a file whole, or not at all.
//
// What a program leaves behind when it ends has to be written on a disk that may be full by then. So the text goes to a
// file beside it, reaches the disk, and only then takes the name: `path` is never half of anything.
//
//   FILE.<pid>.part --written, synced--> FILE
//           \--any call fails--> removed; FILE is as it was
//
// Threads   [any-thread]; two processes do not disturb each other, the last one's text stays. [blocks]
// Errors    The disk's codes; the message names `path`, what the system said, and what to do. kInvalidArgument when
//           `path` is no regular file: a device that is "replaced" would be gone.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "core/interface/disk.h"

namespace manta {

// Makes `text` the content of the file `path`, a new or an existing one.
absl::Status ReplaceFile(Disk& disk, const std::string& path, std::string_view text);

// Whether ReplaceFile could write there now, if only a byte. Changes nothing that stays.
absl::Status CheckReplaceable(Disk& disk, const std::string& path);

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
