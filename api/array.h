// api/array.h -- builds large arrays where they will lie.
//
//   manta::Array<float> row = manta::BuildArray<float>(1'000'000, [](std::span<float> elements) { Fill(elements); });
//   manta::ObjectRef<manta::Array<float>> ref = manta::Put(std::move(row));     // Moves a pointer, as a result would.
//
// From inline_bytes_max (100 KiB unless configured) on the elements are written straight into the object store, and are
// never copied again; smaller arrays lie on the heap. Other arrays may be put as well: their objects hold them as they
// are, until memory is short.
//
// Threads   [any-thread], tasks and actors included.
// Memory    The store's memory is free when the last Array that looks at it is gone, and the last object that was put;
//           also after Shutdown. A store that spills takes it to the disk while nobody looks at it.
//           If there is no room, it is waited for up to put_timeout_ms.
// Errors    Error kResourceExhausted names the store's limit, and who has its memory; kUnavailable holds what the disk
//           of a store that spills has said; kFailedPrecondition without a runtime; what `fill` throws.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "core/base/array.h"
#include "core/base/buffer.h"

namespace manta {

namespace api_internal {

// `count` elements of `element_bytes` each, filled by `fill(context, bytes)`.
Buffer BuildBuffer(uint64_t count, uint64_t element_bytes, void (*fill)(void* context, std::span<std::byte> bytes),
                   void* context);

}  // namespace api_internal

// An array of `count` elements, which `fill` writes. Their content before is not specified.
template <typename T, typename Fill>
Array<T> BuildArray(size_t count, Fill fill) {
  return Array<T>::FromBuffer(api_internal::BuildBuffer(
      count, sizeof(T),
      [](void* context, std::span<std::byte> bytes) {
        (*static_cast<Fill*>(context))(std::span<T>(reinterpret_cast<T*>(bytes.data()), bytes.size() / sizeof(T)));
      },
      &fill));
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
