#include "core/describe/encoded_value.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

#include "core/base/text.h"

namespace manta {
namespace {

constexpr uint64_t kAlignment = EncodedValue::kPayloadAlignmentBytes;
constexpr uint64_t kNumberBytes = sizeof(uint64_t);

constexpr uint64_t Aligned(uint64_t size_bytes) { return (size_bytes + kAlignment - 1) / kAlignment * kAlignment; }

uint64_t NumberAt(std::span<const std::byte> run, uint64_t offset) {
  uint64_t number;
  std::memcpy(&number, run.data() + offset, kNumberBytes);
  return number;
}

}  // namespace

EncodedValue::~EncodedValue() {
  if (begin_ != first_) std::free(begin_);
}

void EncodedValue::Clear() {
  cursor_ = begin_;
  end_ = begin_ + std::min(capacity_bytes_, stream_bytes_max_);
  full_ = false;
  payloads_.clear();
  references_.clear();
}

void EncodedValue::BecomeFull() {
  full_ = true;
  end_ = cursor_;
}

bool EncodedValue::Grow(uint64_t size_bytes) {
  const uint64_t used_bytes = static_cast<uint64_t>(cursor_ - begin_);
  if (!full_ && size_bytes <= stream_bytes_max_ - used_bytes && size_bytes <= PTRDIFF_MAX - used_bytes) {
    // Doubling: each byte is moved at most twice on average. realloc moves large streams without copying.
    const uint64_t wanted_bytes = std::max(used_bytes + size_bytes, 2 * capacity_bytes_);
    void* const old = begin_ == first_ ? nullptr : begin_;
    if (auto* grown = static_cast<std::byte*>(std::realloc(old, wanted_bytes)); grown != nullptr) {
      if (old == nullptr) std::memcpy(grown, first_, used_bytes);
      begin_ = grown;
      capacity_bytes_ = wanted_bytes;
      cursor_ = begin_ + used_bytes;
      end_ = begin_ + std::min(capacity_bytes_, stream_bytes_max_);
      return true;
    }
  }
  BecomeFull();
  return false;
}

uint64_t EncodedValue::AddPayload(std::span<const std::byte> bytes) {
  try {
    payloads_.push_back(bytes);
    return payloads_.size() - 1;
  } catch (const std::bad_alloc&) {
    BecomeFull();
    return UINT64_MAX;
  }
}

void EncodedValue::AddReference(ObjectId id) {
  try {
    references_.push_back(id);
  } catch (const std::bad_alloc&) {
    BecomeFull();
  }
}

uint64_t EncodedValue::run_bytes() const {
  uint64_t size_bytes = stream().size();
  for (const auto& payload : payloads_) size_bytes = Aligned(size_bytes) + payload.size();
  // The table is aligned to a number's size, which 64 is a multiple of.
  return (size_bytes + kNumberBytes - 1) / kNumberBytes * kNumberBytes + (payloads_.size() + 2) * kNumberBytes;
}

void EncodedValue::WriteRun(std::span<std::byte> out) const {
  if (out.size() != run_bytes()) std::abort();
  uint64_t at = 0;
  const auto pad_to = [&](uint64_t offset) {
    std::memset(out.data() + at, 0, offset - at);
    at = offset;
  };
  const auto put = [&](std::span<const std::byte> bytes) {
    if (!bytes.empty()) std::memcpy(out.data() + at, bytes.data(), bytes.size());
    at += bytes.size();
  };
  const auto put_number = [&](uint64_t number) { put(std::as_bytes(std::span(&number, 1))); };
  put(stream());
  for (const auto& payload : payloads_) {
    pad_to(Aligned(at));
    put(payload);
  }
  pad_to(out.size() - (payloads_.size() + 2) * kNumberBytes);
  put_number(stream().size());
  for (const auto& payload : payloads_) put_number(payload.size());
  put_number(payloads_.size());
}

bool FixedSink::Grow(uint64_t) {
  full_ = true;
  end_ = cursor_;
  return false;
}

uint64_t FixedSink::AddPayload(std::span<const std::byte> bytes) {
  if (payload_count_ == payloads_.size()) {
    Grow(0);
    return UINT64_MAX;
  }
  payloads_[payload_count_] = bytes;
  return payload_count_++;
}

void FixedSink::AddReference(ObjectId id) {
  if (reference_count_ == references_.size()) {
    Grow(0);
  } else {
    references_[reference_count_++] = id;
  }
}

absl::Status EncodedRun::Parse(std::span<const std::byte> run) {
  const auto refuse = [](const auto&... parts) {
    return MakeStatus(absl::StatusCode::kInvalidArgument, "these bytes are no encoded value: ", parts...);
  };
  stream_ = {};
  payloads_.clear();
  if (reinterpret_cast<uintptr_t>(run.data()) % kAlignment != 0) {
    return refuse("they start at an address that is no multiple of ", kAlignment, ": copy them to one that is");
  }
  const uint64_t size = run.size();
  if (size < 2 * kNumberBytes || size % kNumberBytes != 0) {
    return refuse("they are ", size, ", and a multiple of ", kNumberBytes, " of at least ", 2 * kNumberBytes,
                  " is wanted");
  }
  const uint64_t payload_count = NumberAt(run, size - kNumberBytes);
  if (payload_count > size / kNumberBytes - 2) {
    return refuse("at byte ", size - kNumberBytes, " they say that ", payload_count, " payloads follow, and ", size,
                  " bytes can name at most ", size / kNumberBytes - 2);
  }
  const uint64_t table = size - (payload_count + 2) * kNumberBytes;
  // Every end is at most `table` before it is added to, so no sum overflows.
  uint64_t end = NumberAt(run, table);
  if (end > table) return refuse("the stream has ", end, " bytes, and ", table, " are there");
  const std::span<const std::byte> stream = run.first(end);
  try {
    payloads_.reserve(payload_count);
  } catch (const std::bad_alloc&) {
    return MakeStatus(absl::StatusCode::kResourceExhausted, "no memory for a table of ", payload_count, " payloads");
  }
  for (uint64_t i = 0; i < payload_count; ++i) {
    const uint64_t begin = Aligned(end);
    const uint64_t payload_bytes = NumberAt(run, table + (i + 1) * kNumberBytes);
    if (begin > table || payload_bytes > table - begin) {
      payloads_.clear();
      return refuse("payload ", i, " has ", payload_bytes, " bytes from byte ", begin, ", and the sizes start at byte ",
                    table);
    }
    payloads_.push_back(run.subspan(begin, payload_bytes));
    end = begin + payload_bytes;
  }
  if (table - end >= kNumberBytes) {
    payloads_.clear();
    return refuse("bytes ", end, " to ", table, " belong to no part");
  }
  stream_ = stream;
  return absl::OkStatus();
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
