// core/describe/encoded_value.h -- takes what a serializer writes, and lays it out as one run of bytes.
//
// A serializer makes a stream, payloads that it does not copy, and a list of references (core/interface/serializer.h).
// These sinks hold them in memory; where the value goes next, to a store's object, a message or a file, it is one run:
//
//   stream | padding | payload 0 | padding | payload 1 ... | padding | sizes: stream, payload 0, payload 1 ... | count
//
//   EncodedValue encoded;                             // Kept and Cleared: writes again without allocating.
//   status = serializer.Write(type, &value, encoded);
//   encoded.WriteRun(object);                         // encoded.run_bytes() of them.
//
//   EncodedRun run;                                   // The way back.
//   status = run.Parse(object);
//   status = serializer.Read(type, run.source(keeper), limits, binder, &value);
//
// Shapes    Payloads start at multiples of 64 bytes from the start of the run; padding is zero. Sizes and the count
//           of payloads are 8 bytes each in the machine's byte order, in the last bytes of the run.
// Units     Bytes.
// Threads   One thread at a time.
// Memory    Payloads are borrowed from the value that was written: it must stay as it is until they are copied.
// Errors    A sink that cannot take something is full, and takes nothing more: so a payload or a reference that found
//           no room is noticed when its index or id is appended, and by full().
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/status.h"
#include "core/base/ids.h"
#include "core/interface/serializer.h"

namespace manta {

// Grows as needed, up to a limit.
class EncodedValue final : public SerialSink {
 public:
  static constexpr uint64_t kPayloadAlignmentBytes = 64;

  EncodedValue() : EncodedValue(UINT64_MAX) {}
  // Streams of more than `stream_bytes_max` make it full.
  explicit EncodedValue(uint64_t stream_bytes_max) : stream_bytes_max_(stream_bytes_max) { Clear(); }
  EncodedValue(const EncodedValue&) = delete;
  EncodedValue& operator=(const EncodedValue&) = delete;
  ~EncodedValue();

  // Empties it, and keeps its memory for the next value.
  void Clear();

  uint64_t AddPayload(std::span<const std::byte> bytes) override;
  void AddReference(ObjectId id) override;

  std::span<const std::byte> stream() const { return {begin_, cursor_}; }
  std::span<const std::span<const std::byte>> payloads() const { return payloads_; }
  std::span<const ObjectId> references() const { return references_; }
  bool full() const { return full_; }  // Set by Grow, AddPayload and AddReference; unset by Clear.

  // To read the value back from where it was written, in this process.
  SerialSource source(PayloadKeeper* keeper = nullptr) const {
    return {.stream = stream(), .payloads = payloads_, .keeper = keeper};
  }

  // Size of the run.
  uint64_t run_bytes() const;

  // Copies stream and payloads. REQUIRES: out.size() == run_bytes().
  void WriteRun(std::span<std::byte> out) const;

 private:
  bool Grow(uint64_t size_bytes) override;
  void BecomeFull();

  static constexpr uint64_t kFirstBytes = 256;

  std::byte first_[kFirstBytes];  // Small values need no memory from the heap.
  std::byte* begin_ = first_;
  uint64_t capacity_bytes_ = kFirstBytes;
  uint64_t stream_bytes_max_;
  bool full_ = false;
  std::vector<std::span<const std::byte>> payloads_;
  std::vector<ObjectId> references_;
};

// Uses the caller's memory only.
class FixedSink final : public SerialSink {
 public:
  explicit FixedSink(std::span<std::byte> stream, std::span<std::span<const std::byte>> payloads = {},
                     std::span<ObjectId> references = {})
      : begin_(stream.data() != nullptr ? stream.data() : &nothing_), payloads_(payloads), references_(references) {
    cursor_ = begin_;
    end_ = begin_ + stream.size();
  }
  FixedSink(const FixedSink&) = delete;
  FixedSink& operator=(const FixedSink&) = delete;

  uint64_t AddPayload(std::span<const std::byte> bytes) override;
  void AddReference(ObjectId id) override;

  std::span<const std::byte> stream() const { return {begin_, cursor_}; }
  std::span<const std::span<const std::byte>> payloads() const { return payloads_.first(payload_count_); }
  std::span<const ObjectId> references() const { return references_.first(reference_count_); }
  bool full() const { return full_; }  // Set by Grow, AddPayload and AddReference.

 private:
  bool Grow(uint64_t size_bytes) override;

  std::byte nothing_{};  // Where no bytes can be appended to no memory: null would mean that it is full.
  std::byte* begin_;
  bool full_ = false;
  std::span<std::span<const std::byte>> payloads_;
  std::span<ObjectId> references_;
  size_t payload_count_ = 0;
  size_t reference_count_ = 0;
};

// Finds stream and payloads in a run. Reusable: its list of payloads keeps its memory.
class EncodedRun {
 public:
  // Looks at `run`, which must stay while the parts are used. It is hostile: nothing outside it is looked at, and no
  // more memory is taken than twice its size.
  //   kInvalidArgument  it is no run, or does not start at a multiple of 64 bytes.
  absl::Status Parse(std::span<const std::byte> run);

  std::span<const std::byte> stream() const { return stream_; }
  std::span<const std::span<const std::byte>> payloads() const { return payloads_; }

  SerialSource source(PayloadKeeper* keeper = nullptr) const {
    return {.stream = stream_, .payloads = payloads_, .keeper = keeper};
  }

 private:
  std::span<const std::byte> stream_;
  std::vector<std::span<const std::byte>> payloads_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
