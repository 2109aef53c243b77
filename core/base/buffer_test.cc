#include "core/base/buffer.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "core/base/array.h"

namespace manta {
namespace {

bool Aligned(const void* address) { return reinterpret_cast<uintptr_t>(address) % Buffer::kAlignmentBytes == 0; }

std::span<const std::byte> Bytes(const std::string& text) { return std::as_bytes(std::span(text)); }

TEST(BufferTest, CopiesAreAlignedAndEqual) {
  for (size_t size : {1u, 63u, 64u, 65u, 100000u}) {
    const std::string text(size, 'x');
    const Buffer buffer = Buffer::CopyOf(Bytes(text));
    EXPECT_TRUE(Aligned(buffer.data()));
    ASSERT_EQ(buffer.size(), size);
    EXPECT_EQ(std::memcmp(buffer.data(), text.data(), size), 0);
  }
}

TEST(BufferTest, EmptyBuffersOwnNothing) {
  EXPECT_TRUE(Buffer().empty());
  EXPECT_TRUE(Buffer::CopyOf({}).empty());
  EXPECT_FALSE(Buffer().unique());
}

TEST(BufferTest, AViewReleasesOnceByItsLastCopy) {
  int released = 0;
  const std::string text = "abc";
  {
    Buffer first = Buffer::View(
        Bytes(text), [](void* count) { ++*static_cast<int*>(count); }, &released);
    EXPECT_TRUE(first.unique());
    Buffer second = first;
    EXPECT_FALSE(first.unique());
    Buffer part = second.Slice(1, 2);
    first = Buffer();
    second = std::move(part);
    EXPECT_EQ(released, 0);
    EXPECT_EQ(static_cast<char>(second.data()[0]), 'b');
  }
  EXPECT_EQ(released, 1);
}

TEST(BufferTest, ABuilderThatIsNotSealedFrees) { BufferBuilder builder(1000); }  // The leak checker is the judge.

TEST(BufferTest, TooMuchMemoryIsNoBuilder) {
  EXPECT_FALSE(BufferBuilder::TryAllocate(SIZE_MAX).valid());
  EXPECT_FALSE(BufferBuilder::TryAllocate(size_t{1} << 60).valid());
  EXPECT_THROW(BufferBuilder(SIZE_MAX), std::bad_alloc);
}

TEST(BufferTest, ThreadsShareAndTheLastOneFrees) {
  std::atomic<int> released = 0;
  const std::string text(1000, 'y');
  {
    const Buffer buffer = Buffer::View(
        Bytes(text), [](void* n) { ++*static_cast<std::atomic<int>*>(n); }, &released);
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([buffer] {
        for (int j = 0; j < 10000; ++j) {
          Buffer copy = buffer;
          ASSERT_EQ(copy.size(), 1000u);
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  EXPECT_EQ(released, 1);
}

TEST(ArrayTest, HoldsElementsAndSlicesWithoutCopying) {
  const Array<float> row = {1, 2, 3};
  EXPECT_TRUE(Aligned(row.data()));
  EXPECT_EQ(row.size(), 3u);
  EXPECT_EQ(row[2], 3);
  const Array<float> tail = row.Slice(1, 2);
  EXPECT_EQ(tail.data(), row.data() + 1);
  EXPECT_EQ(tail, (Array<float>{2, 3}));
  const std::span<const float> span = row;  // How functions take it.
  EXPECT_EQ(span.size(), 3u);
}

TEST(ArrayTest, BuildersWriteInPlace) {
  ArrayBuilder<int> builder(1000);
  int* const first = &builder[0];
  for (int i = 0; i < 1000; ++i) builder[i] = i;
  const Array<int> array = std::move(builder).Seal();
  EXPECT_EQ(array.data(), first);
  EXPECT_EQ(array[999], 999);
  EXPECT_THROW(ArrayBuilder<int>(SIZE_MAX / 2), std::bad_alloc);
}

// An element type that makes a vector's memory aligned as an Array wants it.
struct alignas(64) Line {
  int cells[16] = {};
};

TEST(ArrayTest, VectorsMoveInAndOutWhereTheirMemoryIsAligned) {
  std::vector<Line> lines(10);
  lines[3].cells[0] = 42;
  const Line* const memory = lines.data();
  Array<Line> array(std::move(lines));
  EXPECT_EQ(array.data(), memory);  // Not copied.
  EXPECT_EQ(array[3].cells[0], 42);
  const Array<Line> shared = array;
  EXPECT_NE(Array<Line>(array).ToVector().data(), memory);  // Shared: copied.
  const Line* const still = array.data();
  EXPECT_EQ(still, memory);
}

TEST(ArrayTest, TheOnlyOwnerGetsItsVectorBack) {
  std::vector<Line> lines(10);
  const Line* const memory = lines.data();
  Array<Line> array(std::move(lines));
  EXPECT_EQ(std::move(array).ToVector().data(), memory);
}

TEST(ArrayTest, AnOnlySliceIsNotTheWholeVector) {
  Array<Line> array(std::vector<Line>(10));
  array = array.Slice(0, 4);
  EXPECT_EQ(std::move(array).ToVector().size(), 4u);
}

TEST(BufferDeathTest, ASliceOutsideItsBufferIsABug) {
  const Buffer buffer = Buffer::CopyOf(Bytes("abc"));
  EXPECT_DEATH(buffer.Slice(2, 2), "");
  EXPECT_DEATH(buffer.Slice(4, 0), "");
}

TEST(ArrayTest, AVectorOfAnyAlignmentBecomesAnAlignedArray) {
  for (int count = 0; count < 40; ++count) {
    std::vector<short> numbers(count, 7);
    const Array<short> array(std::move(numbers));
    ASSERT_EQ(array.size(), static_cast<size_t>(count));
    if (count > 0) {
      EXPECT_TRUE(Aligned(array.data()));
    }
  }
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
