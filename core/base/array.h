// core/base/array.h -- an immutable row of plain elements that is shared, never copied.
//
// The type for large data: an Array lies where it was written (the heap, a moved-in vector, the store), and passing
// it on passes on a pointer, inside a process and between processes of one machine.
//
//   Array<float> row = {1, 2, 3};
//   Array<float> moved(std::move(vector));
//   void Sum(std::span<const float> row);    Sum(row);
//
// Shapes    Elements are trivially copyable: their bytes are all there is to them.
// Threads   As Buffer: a value; copying is one atomic.
// Memory    The first element lies at a multiple of 64 bytes.
// Errors    std::bad_alloc where memory is made.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <initializer_list>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/base/buffer.h"

namespace manta {

template <typename T>
class Array {
  static_assert(std::is_trivially_copyable_v<T> && !std::is_pointer_v<T>,
                "manta: an Array's elements are plain bytes: use std::vector for elements that own memory");
  static_assert(alignof(T) <= Buffer::kAlignmentBytes, "manta: an Array's elements are aligned to at most 64 bytes");

 public:
  using value_type = T;
  using const_iterator = const T*;

  Array() = default;
  Array(std::initializer_list<T> elements) : Array(CopyOf(std::span(elements.begin(), elements.size()))) {}

  // Takes the vector's memory over where its alignment allows; copies otherwise.
  explicit Array(std::vector<T>&& elements) : buffer_(Buffer::Adopt(std::move(elements))) {}

  static Array CopyOf(std::span<const T> elements) { return Array(Buffer::CopyOf(std::as_bytes(elements))); }

  // The elements that `bytes` holds. REQUIRES: a whole number of them, at an address aligned for T.
  static Array FromBuffer(Buffer bytes) { return Array(std::move(bytes)); }

  const T* data() const { return reinterpret_cast<const T*>(buffer_.data()); }
  size_t size() const { return buffer_.size() / sizeof(T); }
  bool empty() const { return buffer_.empty(); }
  const T& operator[](size_t index) const { return data()[index]; }  // REQUIRES: index < size().
  const_iterator begin() const { return data(); }
  const_iterator end() const { return data() + size(); }
  std::span<const T> span() const { return {data(), size()}; }
  const Buffer& buffer() const { return buffer_; }

  // A row of some of the elements, which keeps all of them alive. REQUIRES: offset + count <= size().
  Array Slice(size_t offset, size_t count) const { return Array(buffer_.Slice(offset * sizeof(T), count * sizeof(T))); }

  // The elements as a vector: by move when they came as one and nobody shares them, else copied.
  std::vector<T> ToVector() && {
    if (auto* vector = buffer_.adopted<std::vector<T>>(); vector != nullptr && vector->size() == size()) {
      return std::move(*vector);
    }
    return std::vector<T>(begin(), end());
  }
  std::vector<T> ToVector() const& { return std::vector<T>(begin(), end()); }

  friend bool operator==(const Array& a, const Array& b) { return std::equal(a.begin(), a.end(), b.begin(), b.end()); }

 private:
  explicit Array(Buffer buffer) : buffer_(std::move(buffer)) {}

  Buffer buffer_;
};

// Elements that are written before they become an Array.
template <typename T>
class ArrayBuilder {
 public:
  // Reserves `count` elements, whose bytes are not specified. Throws std::bad_alloc.
  explicit ArrayBuilder(size_t count) : builder_(Bytes(count)) {}

  std::span<T> elements() const {
    return {reinterpret_cast<T*>(builder_.bytes().data()), builder_.bytes().size() / sizeof(T)};
  }
  T& operator[](size_t index) const { return elements()[index]; }  // REQUIRES: index < elements().size().

  // Makes the elements immutable. The builder is empty afterwards.
  Array<T> Seal() && { return Array<T>::FromBuffer(std::move(builder_).Seal()); }

 private:
  static size_t Bytes(size_t count) {
    if (count > SIZE_MAX / sizeof(T)) throw std::bad_alloc();
    return count * sizeof(T);
  }

  BufferBuilder builder_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
