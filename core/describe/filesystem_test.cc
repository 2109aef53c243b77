#include "core/describe/filesystem.h"

#include <gtest/gtest.h>

#include <map>

#include "core/describe/describe.h"

namespace manta {
namespace {

TEST(DescribeFilesystemTest, APathIsItsTextOnTheWire) {
  const TypeDescriptor& type = Describe<std::filesystem::path>();
  EXPECT_EQ(type.kind, TypeKind::kWire);
  EXPECT_EQ(type.element().name, "string");
  EXPECT_EQ(type.name, "filesystem::path");
  for (const std::string text : {"", "/", "/usr/../lib//x", "relative.txt", "not \xff UTF-8"}) {
    const std::filesystem::path path = text;
    std::string wire;
    ASSERT_TRUE(type.wire->to_wire(&path, &wire));
    EXPECT_EQ(wire, text);
    alignas(std::filesystem::path) std::byte memory[sizeof(std::filesystem::path)];
    ASSERT_TRUE(type.wire->from_wire(memory, &wire));
    EXPECT_EQ(*reinterpret_cast<std::filesystem::path*>(memory), path);
    type.destroy(memory);
  }
}

TEST(DescribeFilesystemTest, PathsAreKeysAndElements) {
  const TypeDescriptor& type = Describe<std::map<std::filesystem::path, std::optional<std::filesystem::path>>>();
  EXPECT_EQ(&type.key(), &Describe<std::filesystem::path>());
  EXPECT_EQ(type.contains_local_only, 0u);
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
