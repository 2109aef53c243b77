// core/describe/blob.h -- makes manta::Array<T> and manta::Buffer describable: large data that is not copied.
//
// A serializer hands a blob's bytes on as a payload, and makes a blob that looks at a payload where it lies.
//
// Shapes    kBlob; named "Array<float32>" and "Buffer". Elements are plain: padding would carry whatever memory held.
// Threads   [any-thread].
// Memory    As core/base/buffer.h: what is adopted is released by the last copy.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include "core/base/array.h"
#include "core/base/buffer.h"
#include "core/describe/describe.h"
#include "core/interface/type_descriptor.h"

namespace manta {
namespace describe_internal {

// Blob is Buffer or an Array, Element what it is a row of.
template <typename Blob, typename Element>
struct BlobThunks {
  // Here, not in BlobTraits: whether that one can be used is asked before, and must not fail.
  static_assert(kPlain<Element>,
                "manta: an Array leaves the process as bytes, so its elements are numbers, enumerations, or structs "
                "of them without padding: use std::vector for others");

  static Blob Make(Buffer buffer) {
    if constexpr (std::is_same_v<Blob, Buffer>) {
      return buffer;
    } else {
      return Blob::FromBuffer(std::move(buffer));
    }
  }

  static std::span<const std::byte> Bytes(const void* blob) noexcept {
    return std::as_bytes(std::span(static_cast<const Blob*>(blob)->data(), static_cast<const Blob*>(blob)->size()));
  }

  static std::byte* Allocate(void* blob, uint64_t size_bytes) noexcept {
    if (size_bytes % sizeof(Element) != 0) return nullptr;
    BufferBuilder builder = BufferBuilder::TryAllocate(size_bytes);
    if (!builder.valid()) return nullptr;
    std::byte* const bytes = builder.bytes().data();
    *static_cast<Blob*>(blob) = Make(std::move(builder).Seal());
    return bytes;
  }

  static bool Adopt(void* blob, std::span<const std::byte> bytes, void (*release)(void* owner), void* owner) noexcept {
    if (bytes.size() % sizeof(Element) != 0) return false;
    if (reinterpret_cast<uintptr_t>(bytes.data()) % Buffer::kAlignmentBytes != 0) return false;
    try {
      *static_cast<Blob*>(blob) = Make(Buffer::View(bytes, release, owner));
      return true;
    } catch (...) {
      return false;
    }
  }

  static constexpr BlobOps kOps = {.bytes = &Bytes, .allocate = &Allocate, .adopt = &Adopt};
};

}  // namespace describe_internal

template <typename T>
struct BlobTraits<Array<T>> {
  using Element = T;
  static constexpr const BlobOps& kOps = describe_internal::BlobThunks<Array<T>, T>::kOps;
};

template <>
struct BlobTraits<Buffer> {
  using Element = std::byte;
  static constexpr const BlobOps& kOps = describe_internal::BlobThunks<Buffer, std::byte>::kOps;
};

template <typename T>
struct TypeNameOf<Array<T>> {
  static std::string Get() { return "Array<" + TypeName<T>() + ">"; }
};

template <>
struct TypeNameOf<Buffer> {
  static std::string Get() { return "Buffer"; }
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
