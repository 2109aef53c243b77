// core/base/ring.h -- a queue in one piece of memory, which grows when it is told to.
//
// Unlike std::deque it allocates nothing while its length goes up and down, and room can be reserved beforehand, so
// that adding cannot fail.
//
// Threads   [one-at-a-time].
// Memory    A power of two of elements, twice as many as were ever needed at most; does not shrink.
// Crashes   Nothing is checked: REQUIRES of each method.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

namespace manta {

template <typename T>
class Ring {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  uint64_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  // Makes room for `more_count` elements beside those there are. Throws std::bad_alloc, and nothing has changed then.
  void Reserve(uint64_t more_count) {
    if (size_ + more_count <= elements_.size()) return;
    std::vector<T> larger(std::bit_ceil(std::max<uint64_t>(size_ + more_count, 64)));
    for (uint64_t i = 0; i < size_; ++i) larger[i] = (*this)[i];
    elements_.swap(larger);
    first_ = 0;
  }

  // REQUIRES: i < size().
  T& operator[](uint64_t i) { return elements_[(first_ + i) & (elements_.size() - 1)]; }
  const T& operator[](uint64_t i) const { return elements_[(first_ + i) & (elements_.size() - 1)]; }

  // REQUIRES: room was reserved.
  void PushBack(const T& element) {
    ++size_;
    (*this)[size_ - 1] = element;
  }

  // REQUIRES: size() > 0.
  void PopFront() {
    ++first_;
    --size_;
  }
  void PopBack() { --size_; }

 private:
  std::vector<T> elements_;
  uint64_t first_ = 0;  // Counts on and on; its low bits are an index.
  uint64_t size_ = 0;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
