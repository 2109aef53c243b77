#include "core/describe/blob.h"

#include <gtest/gtest.h>

#include <array>
#include <cstring>

namespace manta {
namespace {

struct Pixel {
  uint8_t red, green, blue, alpha;
};

TEST(BlobTest, ArraysAndBuffersAreBlobsWithStableNames) {
  const TypeDescriptor& array = Describe<Array<float>>();
  EXPECT_EQ(array.kind, TypeKind::kBlob);
  EXPECT_EQ(array.name, "Array<float32>");
  EXPECT_EQ(&array.element(), &Describe<float>());
  EXPECT_EQ(Describe<Array<Pixel>>().element().size_bytes, 4u);
  EXPECT_EQ(Describe<Buffer>().name, "Buffer");
  EXPECT_EQ(Describe<Buffer>().element().name, "byte");
  EXPECT_EQ((Describe<std::vector<Array<Pixel>>>().element().kind), TypeKind::kBlob);
}

TEST(BlobTest, BytesAreTheElements) {
  const Array<uint16_t> array = {1, 2, 3};
  const auto bytes = Describe<Array<uint16_t>>().blob->bytes(&array);
  ASSERT_EQ(bytes.size(), 6u);
  EXPECT_EQ(bytes.data(), reinterpret_cast<const std::byte*>(array.data()));
}

TEST(BlobTest, AllocateGivesAlignedMemoryThatTheBlobOwns) {
  Array<double> array;
  const BlobOps& ops = *Describe<Array<double>>().blob;
  std::byte* const bytes = ops.allocate(&array, 24);
  ASSERT_NE(bytes, nullptr);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(bytes) % 64, 0u);
  const std::array<double, 3> wanted = {1, 2, 3};
  std::memcpy(bytes, wanted.data(), 24);
  EXPECT_EQ(array, (Array<double>{1, 2, 3}));
  EXPECT_NE(ops.allocate(&array, 0), nullptr);
  EXPECT_TRUE(array.empty());
  EXPECT_EQ(ops.allocate(&array, 12), nullptr);  // One element and a half.
  EXPECT_EQ(ops.allocate(&array, UINT64_MAX - 7), nullptr);
}

TEST(BlobTest, AdoptLooksAtTheBytesUntilTheLastCopyDies) {
  // Static: a stack that AddressSanitizer watches is aligned to less.
  alignas(64) static const std::array<uint32_t, 16> row = {7, 8, 9};
  int release_count = 0;
  const auto release = [](void* count) { ++*static_cast<int*>(count); };
  {
    Array<uint32_t> array;
    const BlobOps& ops = *Describe<Array<uint32_t>>().blob;
    ASSERT_TRUE(ops.adopt(&array, std::as_bytes(std::span(row)), release, &release_count));
    EXPECT_EQ(array.data(), row.data());
    EXPECT_EQ(array.size(), 16u);
    const Array<uint32_t> copy = array;
    array = {};
    EXPECT_EQ(release_count, 0);
    EXPECT_EQ(copy[2], 9u);
  }
  EXPECT_EQ(release_count, 1);
}

TEST(BlobTest, AdoptRefusesPartsOfElementsAndOtherAlignments) {
  alignas(64) static const std::array<uint32_t, 16> row = {};
  const auto bytes = std::as_bytes(std::span(row));
  int release_count = 0;
  const auto release = [](void* count) { ++*static_cast<int*>(count); };
  Array<uint32_t> array;
  const BlobOps& ops = *Describe<Array<uint32_t>>().blob;
  EXPECT_FALSE(ops.adopt(&array, bytes.first(6), release, &release_count));
  EXPECT_FALSE(ops.adopt(&array, bytes.subspan(4), release, &release_count));
  EXPECT_EQ(release_count, 0);
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
