// plugins/serializer/msgpack/writer.h -- writes a value as MessagePack.
//
// Items go straight into the sink's room, as long as there is plenty. Where it is short, they are gathered in a buffer,
// so that the sink is asked for exactly what there is, and is not full before its time.
//
// Threads   One thread, one value.
// Errors    Functions return false after the first failure; status() says what it was.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "absl/status/status.h"
#include "core/interface/serializer.h"
#include "plugins/serializer/msgpack/format.h"
#include "plugins/serializer/msgpack/plan.h"

namespace manta::messagepack {

class Writer {
 public:
  Writer(SerialSink& sink, uint32_t depth_max) : sink_(sink), depth_max_(depth_max), depth_left_(depth_max) {}

  // All of a value, into the sink.
  bool WriteAll(const Plan& plan, const void* value) { return Write(plan, value) && Close(); }

  absl::Status status() const;

 private:
  static constexpr size_t kBufferBytes = 1024;
  // What Room makes sure of: a short name and a number, and what Put functions write beyond.
  static constexpr size_t kRoomBytes = 64;
  // Longer runs of bytes are left to PutLong.
  static constexpr size_t kShortRunBytesMax = 1 << 20;
  static_assert(Field::kShortBytes + kNumberBytesMax + kSlackBytes <= kRoomBytes);

  struct Visit;

  static bool VisitElement(void* visit, const void* key_or_element, const void* mapped);

  bool Write(const Plan& plan, const void* value);
  // Write, without a call for what most parts are.
  bool WritePart(const Plan& plan, const std::byte* value);
  bool WriteStruct(const Plan& plan, const std::byte* value);
  bool WriteTuple(const Plan& plan, const std::byte* value);
  bool WriteRow(const Plan& element, const std::byte* first, uint64_t count);
  template <typename Number>
  bool WriteNumbers(const std::byte* first, uint64_t count);
  bool WriteText(const Plan& plan, const void* container);
  bool WriteSequence(const Plan& plan, const void* container);
  bool WriteMap(const Plan& plan, const void* container);
  bool WriteVisited(const Plan& plan, const void* container, uint64_t count);
  bool WriteOptional(const Plan& plan, const void* choice);
  bool WriteVariant(const Plan& plan, const void* choice);
  bool WriteWire(const Plan& plan, const void* value);
  bool WriteMessage(const Plan& plan, const void* message);
  bool WriteReference(const Plan& plan, const void* reference);
  // A head and bytes.
  bool WriteBytes(const Plan& plan, std::span<const std::byte> bytes);

  // Makes sure that `bytes` can be written at out_. REQUIRES: bytes <= kBufferBytes.
  bool Room(size_t bytes = kRoomBytes) { return bytes <= static_cast<size_t>(limit_ - out_) || Reopen(bytes); }
  bool Reopen(size_t wanted_bytes);
  // Gives the sink what was written; out_ is nowhere then.
  bool Close();
  template <std::byte* (*kPutHead)(std::byte*, uint64_t)>
  bool Put(const Plan& plan, std::span<const std::byte> bytes);
  template <std::byte* (*kPutHead)(std::byte*, uint64_t)>
  bool PutLong(const Plan& plan, std::span<const std::byte> bytes);
  bool PutNil();
  bool CheckCount(const Plan& plan, uint64_t count) { return count <= kCountMax || TooMany(plan, count); }

  bool Enter(const Plan& plan) {
    if (depth_left_ == 0) return TooDeep(plan);
    --depth_left_;
    return true;
  }
  void Leave() { ++depth_left_; }

  // All return false. Apart from the rest, which they would slow down.
  [[gnu::cold]] bool Full();
  [[gnu::cold]] bool NoMemory(const Plan& plan);
  [[gnu::cold]] bool Refuse(const Plan& plan, const char* why);
  [[gnu::cold]] bool TooDeep(const Plan& plan);
  [[gnu::cold]] bool TooMany(const Plan& plan, uint64_t count);
  [[gnu::cold]] bool In(const Field& field);

  SerialSink& sink_;
  const uint32_t depth_max_;
  uint32_t depth_left_;                            // Less in each container, choice and conversion.
  absl::StatusCode code_ = absl::StatusCode::kOk;  // Set by the first failure, as is the text.
  std::string text_;
  std::string path_;          // Of the field that failed; grows at its front on the way out.
  std::byte* out_ = nullptr;  // In the sink's room or in the buffer, up to limit_; null: in neither.
  std::byte* limit_ = nullptr;
  std::byte buffer_[kBufferBytes];
};

}  // namespace manta::messagepack

// SPDX-License-Identifier: Apache-2.0
