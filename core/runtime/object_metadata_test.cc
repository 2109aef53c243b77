#include "core/runtime/object_metadata.h"

#include <array>
#include <cstring>
#include <string>

#include "core/base/text.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace manta {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::array<ObjectId, 2> kReferences = {ObjectId::ForTest(7), ObjectId::ForTest(8)};

std::vector<std::byte> Encoded() {
  return EncodeMetadata(
      {.format = "native", .type_name = "vector<float32>", .type_signature = 77, .references = kReferences});
}

std::string Refusal(std::span<const std::byte> bytes) {
  std::vector<ObjectId> references;
  const absl::StatusOr<ObjectMetadata> parsed = ParseMetadata(bytes, references);
  if (parsed.ok()) return "ok";
  EXPECT_EQ(parsed.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(ToStd(parsed.status().message()));
}

TEST(ObjectMetadataTest, EverythingComesBack) {
  std::vector<ObjectId> references;
  const std::vector<std::byte> bytes = Encoded();
  const absl::StatusOr<ObjectMetadata> parsed = ParseMetadata(bytes, references);
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(parsed->format, "native");
  EXPECT_EQ(parsed->type_name, "vector<float32>");
  EXPECT_EQ(parsed->type_signature, 77u);
  EXPECT_THAT(parsed->references, ElementsAre(kReferences[0], kReferences[1]));
}

TEST(ObjectMetadataTest, EveryTruncationIsRefused) {
  const std::vector<std::byte> bytes = Encoded();
  for (size_t size = 0; size < bytes.size(); ++size) {
    const std::vector<std::byte> part(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_THAT(Refusal(part), HasSubstr("the object holds no described value")) << size;
  }
}

TEST(ObjectMetadataTest, CountsThatLieAreRefusedWithoutMemory) {
  std::vector<std::byte> bytes = Encoded();
  for (const size_t at : {4u, 8u, 12u}) {  // Format, type name, references.
    std::vector<std::byte> lying = bytes;
    std::memset(lying.data() + at, 0xff, 4);
    EXPECT_THAT(Refusal(lying), HasSubstr("its parts are"));
  }
  bytes[0] = std::byte{9};
  EXPECT_THAT(Refusal(bytes), HasSubstr("metadata of version 9, wanted is 1"));
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
