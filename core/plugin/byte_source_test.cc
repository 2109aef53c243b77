#include "core/plugin/byte_source.h"

#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <string_view>

#include "core/plugin/file_descriptor.h"
#include "gtest/gtest.h"

namespace manta {
namespace {

constexpr std::string_view kText = "0123456789";

void ExpectReads(const ByteSource& source) {
  ASSERT_EQ(source.size_bytes(), kText.size());
  std::array<std::byte, 4> out{};
  EXPECT_TRUE(source.ReadAt(6, out));
  EXPECT_EQ(std::memcmp(out.data(), "6789", 4), 0);
  EXPECT_FALSE(source.ReadAt(7, out));
  EXPECT_FALSE(source.ReadAt(11, std::span(out).first(0)));
  EXPECT_TRUE(source.ReadAt(10, std::span(out).first(0)));
  EXPECT_FALSE(source.ReadAt(UINT64_MAX, out));
  EXPECT_FALSE(source.ReadAt(UINT64_MAX - 3, out));
}

FileDescriptor TextFile() {
  FileDescriptor file(memfd_create("text", MFD_CLOEXEC));
  EXPECT_EQ(write(file.get(), kText.data(), kText.size()), static_cast<ssize_t>(kText.size()));
  return file;
}

TEST(ByteSourceTest, SpanStaysInside) { ExpectReads(SpanSource(std::as_bytes(std::span(kText)))); }

TEST(ByteSourceTest, FileStaysInside) {
  const FileDescriptor file = TextFile();
  ExpectReads(FileSource(file.get(), kText.size()));
}

TEST(ByteSourceTest, AFileThatBecameShorterIsAnError) {
  const FileDescriptor file = TextFile();
  ASSERT_EQ(ftruncate(file.get(), 8), 0);
  std::array<std::byte, 4> out{};
  const FileSource source(file.get(), kText.size());
  EXPECT_TRUE(source.ReadAt(4, out));
  EXPECT_FALSE(source.ReadAt(6, out));
}

TEST(ByteSourceTest, AClosedDescriptorIsAnError) {
  std::array<std::byte, 4> out{};
  EXPECT_FALSE(FileSource(-1, 10).ReadAt(0, out));
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
