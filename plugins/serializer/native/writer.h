// plugins/serializer/native/writer.h -- runs a plan over a value, and appends its bytes to a sink.
//
// Threads   One thread, one value.
// Errors    Functions return false after the first failure; status() says what it was.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "absl/status/status.h"
#include "core/interface/serializer.h"
#include "plugins/serializer/native/format.h"
#include "plugins/serializer/native/plan.h"

namespace manta::native {

class Writer {
 public:
  Writer(SerialSink& sink, uint32_t depth_max) : sink_(sink), depth_max_(depth_max), depth_left_(depth_max) {}

  bool Write(const Plan& plan, const void* value);

  const absl::Status& status() const { return status_; }

 private:
  struct Visit;

  static bool VisitElement(void* visit, const void* key_or_element, const void* mapped);

  bool WriteCopy(const Op& op, const std::byte* value);
  bool WriteElement(const Plan& plan, const void* element);
  bool WriteRun(const Op& op, const void* container);
  bool WriteSequence(const Op& op, const void* container);
  bool WriteMap(const Op& op, const void* container);
  bool WriteRow(const Plan& element, const std::byte* first, uint64_t count);
  bool WriteVisited(const Op& op, const void* container, uint64_t count);
  bool WriteOptional(const Op& op, const void* choice);
  bool WriteVariant(const Op& op, const void* choice);
  bool WriteWire(const Op& op, const void* value);
  bool WriteMessage(const Op& op, const void* message);
  bool WriteReference(const Op& op, const void* reference);
  bool WriteBlob(const Op& op, const void* blob);

  // Appends a count, and bytes that follow it.
  bool PutBytes(uint64_t count, std::span<const std::byte> bytes);
  bool PutPayload(std::span<const std::byte> bytes);
  bool PutNumber(uint64_t count);

  bool Enter(const Op& op) {
    if (depth_left_ == 0) return TooDeep(op);
    --depth_left_;
    return true;
  }
  void Leave() { ++depth_left_; }

  // All return false. Apart from the rest, which they would slow down.
  [[gnu::cold]] bool Full();
  [[gnu::cold]] bool NoMemory(const Op& op);
  [[gnu::cold]] bool Refuse(const Op& op, const char* why);
  [[gnu::cold]] bool TooDeep(const Op& op);

  SerialSink& sink_;
  const uint32_t depth_max_;
  uint32_t depth_left_;  // Less in each container, choice and conversion.
  bool inline_ = false;  // Inside a wire value, which is temporary: its bytes cannot be borrowed.
  absl::Status status_;  // Set by the first failure.
};

}  // namespace manta::native

// SPDX-License-Identifier: Apache-2.0
