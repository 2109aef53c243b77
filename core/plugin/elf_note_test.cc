#include "core/plugin/elf_note.h"

#include <elf.h>

#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/text.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace manta {
namespace {

using testing::HasSubstr;

abi::PluginNote GoodNote() {
  abi::PluginNote note;
  std::memcpy(note.interface_name, "object_store", 12);
  std::memcpy(note.fingerprint, "gcc-12/x/y/plain", 16);
  return note;
}

// An ELF file of a header, note sections, the table of names and the section headers, each field open to change.
struct Image {
  Elf64_Ehdr header{};
  std::vector<Elf64_Shdr> sections;
  std::string body;  // From byte 64 on.

  explicit Image(int note_count = 1) {
    std::memcpy(header.e_ident, ELFMAG, SELFMAG);
    header.e_ident[EI_CLASS] = ELFCLASS64;
    header.e_ident[EI_DATA] = ELFDATA2LSB;
#if defined(__x86_64__)
    header.e_machine = EM_X86_64;
#elif defined(__aarch64__)
    header.e_machine = EM_AARCH64;
#else
    header.e_machine = EM_RISCV;
#endif
    header.e_type = ET_DYN;
    header.e_shentsize = sizeof(Elf64_Shdr);
    sections.push_back({});
    for (int i = 0; i < note_count; ++i) {
      const abi::PluginNote note = GoodNote();
      Add(1, SHT_NOTE, std::string(reinterpret_cast<const char*>(&note), sizeof note));
    }
    header.e_shstrndx = static_cast<uint16_t>(sections.size());
    // The note's name stands at the end, so that every byte of it counts.
    Add(0, SHT_STRTAB, std::string("\0.note.manta\0", 13));
    header.e_shnum = static_cast<uint16_t>(sections.size());
    header.e_shoff = 64 + body.size();
  }

  void Add(uint32_t name, uint32_t type, const std::string& content) {
    Elf64_Shdr section{};
    section.sh_name = name;
    section.sh_type = type;
    section.sh_offset = 64 + body.size();
    section.sh_size = content.size();
    sections.push_back(section);
    body += content;
  }

  std::string Bytes() const {
    std::string bytes(reinterpret_cast<const char*>(&header), sizeof header);
    bytes += body;
    bytes.append(reinterpret_cast<const char*>(sections.data()), sections.size() * sizeof(Elf64_Shdr));
    return bytes;
  }
};

absl::StatusOr<abi::PluginNote> Read(const std::string& bytes) {
  return ReadPluginNote(SpanSource(std::as_bytes(std::span(bytes))));
}

std::string Refusal(const Image& image) {
  const absl::StatusOr<abi::PluginNote> note = Read(image.Bytes());
  EXPECT_EQ(note.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(note.status().message());
}

TEST(ElfNoteTest, ReadsTheNoteAsItIs) {
  const absl::StatusOr<abi::PluginNote> note = Read(Image().Bytes());
  ASSERT_TRUE(note.ok()) << note.status();
  const abi::PluginNote good = GoodNote();
  EXPECT_EQ(std::memcmp(&*note, &good, sizeof good), 0);
}

TEST(ElfNoteTest, EveryTruncationIsRefused) {
  const std::string bytes = Image().Bytes();
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(Read(bytes.substr(0, size)).status().code(), absl::StatusCode::kInvalidArgument) << size;
  }
}

TEST(ElfNoteTest, OffsetsThatWrapAreOutsideOfTheFile) {
  for (uint64_t offset : {UINT64_MAX, UINT64_MAX - 63, UINT64_MAX - 191, uint64_t{1} << 63}) {
    Image image;
    image.header.e_shoff = offset;
    EXPECT_THAT(Refusal(image), HasSubstr("section headers lie beyond"));
    image = Image();
    image.sections[1].sh_offset = offset;
    EXPECT_THAT(Refusal(image), HasSubstr("its note lies beyond"));
    image = Image();
    image.sections[2].sh_offset = offset;
    EXPECT_THAT(Refusal(image), HasSubstr("section names lie outside"));
    image = Image();
    image.sections[2].sh_size = offset;
    EXPECT_THAT(Refusal(image), HasSubstr("section names lie outside"));
    image = Image();
    image.sections[1].sh_size = offset;
    EXPECT_THAT(Refusal(image), HasSubstr("one note has 164"));
  }
}

TEST(ElfNoteTest, TablesThatLieAreRefused) {
  Image image;
  image.header.e_shentsize = 0;
  EXPECT_THAT(Refusal(image), HasSubstr("section headers have 0 bytes, wanted 64"));
  image = Image();
  image.header.e_shnum = kElfSectionsMax + 1;
  EXPECT_THAT(Refusal(image), HasSubstr("has 1025 sections, more than the 1024"));
  image = Image();
  image.header.e_shstrndx = 3;
  EXPECT_THAT(Refusal(image), HasSubstr("section 3 of 3 should hold the names"));
  image = Image();
  image.sections[1].sh_name = 14;
  EXPECT_THAT(Refusal(image), HasSubstr("section 1 has its name outside of the file"));
  image = Image();
  image.sections[2].sh_size = 12;  // The name's NUL is gone: it is another name.
  EXPECT_THAT(Refusal(image), HasSubstr("has no .note.manta section"));
}

TEST(ElfNoteTest, OneNoteInOneSectionOnly) {
  EXPECT_THAT(Refusal(Image(0)), HasSubstr("has no .note.manta section"));
  EXPECT_THAT(Refusal(Image(2)), HasSubstr("has 2 .note.manta sections: one library holds one MANTA_PLUGIN"));
}

TEST(ElfNoteTest, OnlyPlainContentIsRead) {
  Image image;
  image.sections[1].sh_type = SHT_NOBITS;
  EXPECT_THAT(Refusal(image), HasSubstr("without plain content"));
  image = Image();
  image.sections[1].sh_flags = SHF_COMPRESSED;
  EXPECT_THAT(Refusal(image), HasSubstr("without plain content"));
}

TEST(ElfNoteTest, EveryByteOfTheNotesFrameCounts) {
  const Image good;
  for (size_t i = 0; i < offsetof(abi::PluginNote, abi_major); ++i) {
    Image image = good;
    image.body[i] = static_cast<char>(image.body[i] ^ 1);
    EXPECT_THAT(Refusal(image), HasSubstr("malformed")) << i;
  }
}

// Fails where a file system would.
class FailingSource final : public ByteSource {
 public:
  FailingSource(std::string bytes, int reads_left) : bytes_(std::move(bytes)), reads_left_(reads_left) {}
  uint64_t size_bytes() const override { return bytes_.size(); }
  bool ReadAt(uint64_t offset, std::span<std::byte> out) const override {
    return reads_left_-- > 0 && SpanSource(std::as_bytes(std::span(bytes_))).ReadAt(offset, out);
  }

 private:
  std::string bytes_;
  mutable int reads_left_;
};

TEST(ElfNoteTest, AnErrorInAnyReadIsRefused) {
  const std::string bytes = Image().Bytes();
  int reads = 0;
  while (!ReadPluginNote(FailingSource(bytes, reads)).ok()) ++reads;
  EXPECT_EQ(reads, 10);  // Magic, header, table of names, three section headers and their names, the note.
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
