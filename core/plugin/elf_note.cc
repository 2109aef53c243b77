#include "core/plugin/elf_note.h"

#include <elf.h>

#include <array>
#include <bit>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "core/base/text.h"

namespace manta {
namespace {

static_assert(std::endian::native == std::endian::little, "the reader copies little-endian fields as they are");
static_assert(sizeof(Elf64_Ehdr) == 64 && sizeof(Elf64_Shdr) == 64);

#if defined(__x86_64__)
constexpr uint16_t kThisMachine = EM_X86_64;
#elif defined(__aarch64__)
constexpr uint16_t kThisMachine = EM_AARCH64;
#elif defined(__riscv) && __riscv_xlen == 64
constexpr uint16_t kThisMachine = EM_RISCV;
#else
#error "name this machine's ELF number here"
#endif

// The name with its NUL, as it stands in the table of section names.
constexpr size_t kSectionNameBytes = sizeof(abi::kNoteSection);

template <typename... Parts>
absl::Status Invalid(const Parts&... parts) {
  return MakeStatus(absl::StatusCode::kInvalidArgument, parts...);
}

template <typename T>
bool ReadStruct(const ByteSource& file, uint64_t offset, T& out) {
  return file.ReadAt(offset, std::as_writable_bytes(std::span(&out, 1)));
}

bool Inside(uint64_t offset, uint64_t bytes, uint64_t size_bytes) {
  return offset <= size_bytes && bytes <= size_bytes - offset;
}

std::string MachineName(uint16_t machine) {
  switch (machine) {
    case EM_386:
      return "x86";
    case EM_PPC64:
      return "ppc64";
    case EM_S390:
      return "s390";
    case EM_ARM:
      return "arm";
    case EM_X86_64:
      return "x86-64";
    case EM_AARCH64:
      return "aarch64";
    case EM_RISCV:
      return "riscv";
    default:
      return Concat("machine number ", machine);
  }
}

absl::Status CheckHeader(const ByteSource& file, Elf64_Ehdr& header) {
  if (file.size_bytes() == 0) return Invalid("is empty: not a plugin library");
  std::array<unsigned char, SELFMAG> magic{};
  if (!ReadStruct(file, 0, magic) || std::memcmp(magic.data(), ELFMAG, SELFMAG) != 0) {
    return Invalid("is no ELF file: not a plugin library");
  }
  if (!ReadStruct(file, 0, header)) {
    return Invalid("is truncated: ", file.size_bytes(), " bytes, an ELF header has ", sizeof header,
                   ": build or copy it again");
  }
  if (header.e_ident[EI_CLASS] != ELFCLASS64)
    return Invalid("is no 64-bit ELF file: build it for ", MachineName(kThisMachine));
  if (header.e_ident[EI_DATA] != ELFDATA2LSB) {
    return Invalid("is no little-endian ELF file: build it for ", MachineName(kThisMachine));
  }
  if (header.e_machine != kThisMachine) {
    return Invalid("built for ", MachineName(header.e_machine), ", this machine is ", MachineName(kThisMachine),
                   ": build it for this machine");
  }
  if (header.e_type != ET_DYN) {
    return Invalid("is no shared library (ELF type ", header.e_type, ", wanted ", ET_DYN, "): link it with -shared");
  }
  return absl::OkStatus();
}

absl::Status NoNote() {
  return Invalid("has no ", abi::kNoteSection, " section: not a Manta plugin, or stripped of its sections");
}

absl::Status CheckSectionTable(const ByteSource& file, const Elf64_Ehdr& header) {
  if (header.e_shoff == 0 || header.e_shnum == 0) return NoNote();
  if (header.e_shentsize != sizeof(Elf64_Shdr)) {
    return Invalid("is malformed: its section headers have ", header.e_shentsize, " bytes, wanted ",
                   sizeof(Elf64_Shdr));
  }
  if (header.e_shnum > kElfSectionsMax) {
    return Invalid("has ", header.e_shnum, " sections, more than the ", kElfSectionsMax, " a plugin may have");
  }
  if (!Inside(header.e_shoff, uint64_t{header.e_shnum} * sizeof(Elf64_Shdr), file.size_bytes())) {
    return Invalid("is truncated: its section headers lie beyond its ", file.size_bytes(),
                   " bytes: build or copy it again");
  }
  if (header.e_shstrndx >= header.e_shnum) {
    return Invalid("is malformed: section ", header.e_shstrndx, " of ", header.e_shnum, " should hold the names");
  }
  return absl::OkStatus();
}

Elf64_Off HeaderOffset(const Elf64_Ehdr& header, uint32_t index) {
  return header.e_shoff + uint64_t{index} * sizeof(Elf64_Shdr);  // Inside the file: CheckSectionTable.
}

// The header of the only section with the note's name.
absl::Status FindSection(const ByteSource& file, const Elf64_Ehdr& header, Elf64_Shdr& found) {
  Elf64_Shdr names{};
  if (!ReadStruct(file, HeaderOffset(header, header.e_shstrndx), names)) return Invalid("cannot be read");
  if (names.sh_type != SHT_STRTAB || !Inside(names.sh_offset, names.sh_size, file.size_bytes())) {
    return Invalid("is malformed: its section names lie outside of the file");
  }
  uint32_t found_count = 0;
  for (uint32_t i = 0; i < header.e_shnum; ++i) {
    Elf64_Shdr section{};
    if (!ReadStruct(file, HeaderOffset(header, i), section)) return Invalid("cannot be read");
    if (section.sh_name > names.sh_size) {
      return Invalid("is malformed: section ", i, " has its name outside of the file");
    }
    if (names.sh_size - section.sh_name < kSectionNameBytes) continue;  // A shorter name, at the table's end.
    std::array<char, kSectionNameBytes> name{};
    if (!ReadStruct(file, names.sh_offset + section.sh_name, name)) return Invalid("cannot be read");
    if (std::memcmp(name.data(), abi::kNoteSection, kSectionNameBytes) != 0) continue;
    if (++found_count == 1) found = section;
  }
  if (found_count == 0) return NoNote();
  if (found_count > 1) {
    return Invalid("has ", found_count, " ", abi::kNoteSection, " sections: one library holds one MANTA_PLUGIN");
  }
  return absl::OkStatus();
}

// True when `field` holds printable ASCII up to a NUL.
bool Printable(std::string_view field) {
  const size_t end = field.find('\0');
  if (end == std::string_view::npos) return false;
  for (char c : field.substr(0, end)) {
    if (c <= ' ' || c > '~') return false;
  }
  return true;
}

absl::Status CheckForm(const abi::PluginNote& note) {
  constexpr abi::PluginNote kForm;
  const bool form = note.name_bytes == kForm.name_bytes && note.description_bytes == kForm.description_bytes &&
                    note.type == kForm.type && std::memcmp(note.name, kForm.name, sizeof note.name) == 0 &&
                    std::memcmp(note.magic, abi::kNoteMagic, sizeof note.magic) == 0;
  if (!form) return Invalid("has a malformed ", abi::kNoteSection, " section: only MANTA_PLUGIN makes a right one");
  if (!Printable(std::string_view(note.interface_name, sizeof note.interface_name)) ||
      !Printable(std::string_view(note.fingerprint, sizeof note.fingerprint))) {
    return Invalid("has a ", abi::kNoteSection, " section with a text that does not end or is not printable");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<abi::PluginNote> ReadPluginNote(const ByteSource& file) {
  Elf64_Ehdr header{};
  absl::Status status = CheckHeader(file, header);
  if (!status.ok()) return status;
  status = CheckSectionTable(file, header);
  if (!status.ok()) return status;
  Elf64_Shdr section{};
  status = FindSection(file, header, section);
  if (!status.ok()) return status;
  if ((section.sh_type != SHT_NOTE && section.sh_type != SHT_PROGBITS) || (section.sh_flags & SHF_COMPRESSED) != 0) {
    return Invalid("has a ", abi::kNoteSection, " section without plain content: leave it as MANTA_PLUGIN makes it");
  }
  if (section.sh_size != sizeof(abi::PluginNote)) {
    return Invalid("has ", section.sh_size, " bytes in ", abi::kNoteSection, ", one note has ", sizeof(abi::PluginNote),
                   ": one library holds one MANTA_PLUGIN");
  }
  abi::PluginNote note;
  if (!ReadStruct(file, section.sh_offset, note)) {
    return Invalid("is truncated: its note lies beyond its ", file.size_bytes(), " bytes: build or copy it again");
  }
  status = CheckForm(note);
  if (!status.ok()) return status;
  return note;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
