#include "core/base/buffer.h"

#include <cstring>
#include <new>

#include "core/base/large_blocks.h"
#include "core/base/sanitizer.h"

namespace manta {
namespace {

constexpr std::align_val_t kAlignment{Buffer::kAlignmentBytes};

// Never destroyed: buffers may die after static destructors have run.
LargeBlocks& BlocksOfBuffers() {
  static LargeBlocks& blocks = *new LargeBlocks;
  return blocks;
}

}  // namespace

BufferBuilder BufferBuilder::TryAllocate(size_t size_bytes) noexcept {
  // One allocation: the owner in the first alignment unit, the bytes behind it.
  static_assert(sizeof(Buffer::Owner) <= Buffer::kAlignmentBytes);
  BufferBuilder builder;
  if (size_bytes > SIZE_MAX - Buffer::kAlignmentBytes) return builder;
  const size_t all_bytes = Buffer::kAlignmentBytes + size_bytes;
  const bool large = all_bytes >= LargeBlocks::kBytesMin && !kAddressSanitizer;  // Which knows malloc's blocks only.
  void* memory = large ? BlocksOfBuffers().Allocate(all_bytes) : ::operator new(all_bytes, kAlignment, std::nothrow);
  if (memory == nullptr) return builder;
  builder.owner_ = ::new (memory)
      Buffer::Owner{.release = large ? &Buffer::FreeTogetherLarge : &Buffer::FreeTogether, .context = memory};
  builder.bytes_ = {static_cast<std::byte*>(memory) + Buffer::kAlignmentBytes, size_bytes};
  return builder;
}

BufferBuilder::BufferBuilder(size_t size_bytes) : BufferBuilder(TryAllocate(size_bytes)) {
  if (owner_ == nullptr) throw std::bad_alloc();
}

BufferBuilder::~BufferBuilder() {
  if (owner_ != nullptr) Buffer(std::as_const(bytes_), owner_);  // Dies at once, and frees.
}

Buffer Buffer::CopyOf(std::span<const std::byte> bytes) {
  if (bytes.empty()) return Buffer();
  BufferBuilder builder(bytes.size());
  std::memcpy(builder.bytes().data(), bytes.data(), bytes.size());
  return std::move(builder).Seal();
}

Buffer Buffer::View(std::span<const std::byte> bytes, void (*release)(void* context), void* context) {
  return Buffer(bytes, new Owner{.release = release, .context = context});
}

void Buffer::FreeTogether(void* context) {
  static_cast<Owner*>(context)->~Owner();
  ::operator delete(context, kAlignment);
}

void Buffer::FreeTogetherLarge(void* context) {
  static_cast<Owner*>(context)->~Owner();
  BlocksOfBuffers().Free(context);
}

void Buffer::Drop() noexcept {
  if (owner_ == nullptr) return;
  // The last copy sees all that the others did with the memory before it frees it.
  if (owner_->count.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  Owner* const owner = owner_;
  const bool together = owner->release == &FreeTogether || owner->release == &FreeTogetherLarge;
  owner->release(owner->context);
  if (!together) delete owner;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
