// Fuzzes the plugin door's ELF reader: any bytes give a note or a sentence, in bounded memory.
//
//   ./bazelw build --config=fuzz //tests/fuzz:elf_note_fuzzer
//   bazel-bin/tests/fuzz/elf_note_fuzzer -runs=10000000 -max_len=1024 DIRECTORY tests/fuzz/corpus/elf_note
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <span>

#include "core/plugin/byte_source.h"
#include "core/plugin/elf_note.h"
#include "core/plugin/note_check.h"

namespace {

// An error's message is all that may be allocated.
constexpr size_t kAllocatedBytesMax = 8192;

size_t allocated_bytes = 0;

void Require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

void* operator new(size_t bytes) {
  allocated_bytes += bytes;
  void* memory = std::malloc(bytes == 0 ? 1 : bytes);
  Require(memory != nullptr);
  return memory;
}
void* operator new(size_t bytes, const std::nothrow_t&) noexcept { return operator new(bytes); }  // The engine's.
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const manta::SpanSource file(std::as_bytes(std::span(data, size)));
  allocated_bytes = 0;
  const absl::StatusOr<manta::abi::PluginNote> note = manta::ReadPluginNote(file);
  Require(allocated_bytes <= kAllocatedBytesMax);
  if (!note.ok()) {
    Require(note.status().code() == absl::StatusCode::kInvalidArgument);
    Require(!note.status().message().empty() && note.status().message().find('\n') == absl::string_view::npos);
    return 0;
  }
  Require(std::memchr(note->interface_name, 0, sizeof note->interface_name) != nullptr);
  Require(std::memchr(note->fingerprint, 0, sizeof note->fingerprint) != nullptr);
  Require(std::memcmp(note->magic, manta::abi::kNoteMagic, sizeof note->magic) == 0);
  const absl::Status fits = manta::CheckNote(*note);
  Require(fits.ok() || fits.code() == absl::StatusCode::kFailedPrecondition);
  Require(allocated_bytes <= kAllocatedBytesMax);
  return 0;
}

// SPDX-License-Identifier: Apache-2.0
