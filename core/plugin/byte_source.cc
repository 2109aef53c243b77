#include "core/plugin/byte_source.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace manta {
namespace {

bool Inside(uint64_t offset, uint64_t bytes, uint64_t size_bytes) {
  return offset <= size_bytes && bytes <= size_bytes - offset;
}

}  // namespace

bool SpanSource::ReadAt(uint64_t offset, std::span<std::byte> out) const {
  if (!Inside(offset, out.size(), bytes_.size())) return false;
  std::copy_n(bytes_.begin() + static_cast<ptrdiff_t>(offset), out.size(), out.begin());
  return true;
}

bool FileSource::ReadAt(uint64_t offset, std::span<std::byte> out) const {
  if (!Inside(offset, out.size(), size_bytes_)) return false;  // Keeps offsets far below off_t's end, too.
  while (!out.empty()) {
    const ssize_t count = pread(descriptor_, out.data(), out.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;  // An error, or the file became shorter meanwhile.
    offset += static_cast<uint64_t>(count);
    out = out.subspan(static_cast<size_t>(count));
  }
  return true;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
