// core/base/buffer.h -- holds immutable bytes that several owners share and nobody copies.
//
// A large value is written once, where it will stay, and then only looked at. A Buffer is such a look: it keeps the
// memory alive, whether that is the heap, a vector that was moved in, or an object in the store.
//
//   BufferBuilder builder(1 << 20);          // Reserves.
//   Fill(builder.bytes());                   // Writes in place.
//   Buffer buffer = std::move(builder).Seal();
//
// Shapes    A run of bytes; an empty Buffer has none and owns nothing.
// Units     Bytes.
// Threads   A Buffer is a value: copies may be used on different threads, the same one not. Copying is one atomic.
// Memory    data() starts at a multiple of kAlignmentBytes, but for views made with another alignment on purpose
//           (Slice). The memory is given back by the last copy, on its thread; that of large ones is kept for the next
//           (large_blocks.h).
// Errors    Memory that is not to be had: Buffer() from TryAllocate; the builder throws std::bad_alloc.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <type_traits>
#include <utility>

namespace manta {

class Buffer {
 public:
  static constexpr size_t kAlignmentBytes = 64;

  Buffer() = default;
  Buffer(const Buffer& other) noexcept : bytes_(other.bytes_), owner_(other.owner_) {
    if (owner_ != nullptr) owner_->count.fetch_add(1, std::memory_order_relaxed);
  }
  Buffer(Buffer&& other) noexcept
      : bytes_(std::exchange(other.bytes_, {})), owner_(std::exchange(other.owner_, nullptr)) {}
  Buffer& operator=(Buffer other) noexcept {
    std::swap(bytes_, other.bytes_);
    std::swap(owner_, other.owner_);
    return *this;
  }
  ~Buffer() { Drop(); }

  // A copy of `bytes` on the heap. Throws std::bad_alloc.
  static Buffer CopyOf(std::span<const std::byte> bytes);

  // A look at bytes that stay valid until `release(context)`, which is called once, by the last copy.
  // Throws std::bad_alloc; then nothing is released.
  static Buffer View(std::span<const std::byte> bytes, void (*release)(void* context), void* context);

  // Keeps a container (a std::vector, say) and looks at its memory, without copying, when that starts at a multiple of
  // kAlignmentBytes; copies otherwise.
  template <typename Container>
  static Buffer Adopt(Container&& container);

  // Part of this buffer, kept alive with it. REQUIRES: offset + size <= size(). Its alignment is the offset's.
  Buffer Slice(size_t offset, size_t size) const {
    if (offset > bytes_.size() || size > bytes_.size() - offset) std::abort();
    Buffer part = *this;
    part.bytes_ = bytes_.subspan(offset, size);
    return part;
  }

  const std::byte* data() const { return bytes_.data(); }
  size_t size() const { return bytes_.size(); }
  bool empty() const { return bytes_.empty(); }
  std::span<const std::byte> bytes() const { return bytes_; }

  // The context of a look that View made with this `release`; null: it is none.
  void* view_context(void (*release)(void* context)) const {
    return owner_ != nullptr && owner_->release == release ? owner_->context : nullptr;
  }

  // Whether no other copy shares the memory.
  bool unique() const { return owner_ != nullptr && owner_->count.load(std::memory_order_acquire) == 1; }

  // The container that Adopt kept, when this is the only copy and it is of that type; else null.
  template <typename Container>
  Container* adopted() {
    return unique() && owner_->release == &DeleteContainer<Container> ? static_cast<Container*>(owner_->context)
                                                                      : nullptr;
  }

 private:
  friend class BufferBuilder;

  // Shared by all copies. Lies in front of the bytes when they are on the heap.
  struct Owner {
    std::atomic<uint64_t> count{1};
    void (*release)(void* context);  // Frees the bytes; the owner itself too, when it lies with them.
    void* context;
  };

  Buffer(std::span<const std::byte> bytes, Owner* owner) : bytes_(bytes), owner_(owner) {}

  template <typename Container>
  static void DeleteContainer(void* container) {
    delete static_cast<Container*>(container);
  }

  static void FreeTogether(void* context);
  static void FreeTogetherLarge(void* context);
  void Drop() noexcept;

  std::span<const std::byte> bytes_;
  Owner* owner_ = nullptr;
};

// Memory that is written before it becomes a Buffer.
class BufferBuilder {
 public:
  // Reserves on the heap. Throws std::bad_alloc.
  explicit BufferBuilder(size_t size_bytes);
  // The same, but empty() when there is no memory.
  static BufferBuilder TryAllocate(size_t size_bytes) noexcept;

  BufferBuilder(BufferBuilder&& other) noexcept
      : bytes_(std::exchange(other.bytes_, {})), owner_(std::exchange(other.owner_, nullptr)) {}
  BufferBuilder& operator=(BufferBuilder&&) = delete;
  ~BufferBuilder();

  std::span<std::byte> bytes() const { return bytes_; }
  bool valid() const { return owner_ != nullptr; }

  // Makes the bytes immutable. The builder is empty afterwards.
  Buffer Seal() && { return Buffer(std::exchange(bytes_, {}), std::exchange(owner_, nullptr)); }

 private:
  BufferBuilder() = default;

  std::span<std::byte> bytes_;
  Buffer::Owner* owner_ = nullptr;
};

template <typename Container>
Buffer Buffer::Adopt(Container&& container) {
  using Kept = std::remove_cvref_t<Container>;
  const std::span<const std::byte> bytes = std::as_bytes(std::span(container.data(), container.size()));
  if (bytes.empty() || reinterpret_cast<uintptr_t>(bytes.data()) % kAlignmentBytes != 0) return CopyOf(bytes);
  auto* kept = new Kept(std::forward<Container>(container));
  try {
    return View(std::as_bytes(std::span(kept->data(), kept->size())), &DeleteContainer<Kept>, kept);
  } catch (...) {
    delete kept;
    throw;
  }
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
