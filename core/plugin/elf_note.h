// core/plugin/elf_note.h -- finds a plugin's note in an ELF file without running or mapping it.
//
// A library's constructors run when it is loaded, so what it was built for must be known before. The file may be
// anything: no offset, size or count in it is believed, and reading takes the same few kilobytes for any file.
//
// Shapes    ELF64, little endian, a shared object for this machine, with at most kElfSectionsMax section headers.
// Threads   [any-thread].
// Memory    Fixed buffers on the stack, under 8 KiB; allocates for the message of an error only.
// Errors    kInvalidArgument: what the file is, and what is wanted. No file name: the caller adds it.
// Cost      Two reads per section, of 12 and 64 bytes; O(sections).
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "core/plugin/abi.h"
#include "core/plugin/byte_source.h"

namespace manta {

// Linked libraries have 30 to 50.
inline constexpr uint32_t kElfSectionsMax = 1024;

// The content of the only section `.note.manta`: a note of the right sizes, name, type and magic, whose texts are
// printable and NUL-terminated. Whether it fits this kernel is another question (note_check.h).
absl::StatusOr<abi::PluginNote> ReadPluginNote(const ByteSource& file);

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
