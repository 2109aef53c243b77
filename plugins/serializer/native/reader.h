// plugins/serializer/native/reader.h -- runs a plan over hostile bytes, and makes a value of them.
//
// Every number is checked before it is used: counts against the bytes left, indices against what there is, bools for
// being 0 or 1. Payloads are used once, in the order of their indices, so that a short stream cannot copy a long
// payload many times.
//
// Threads   One thread, one value.
// Memory    Counted before it is taken: elements of containers, copies of payloads.
// Errors    Functions return false after the first failure; status() says what it was, and at which byte.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "absl/status/status.h"
#include "core/base/text.h"
#include "core/interface/serializer.h"
#include "plugins/serializer/native/format.h"
#include "plugins/serializer/native/plan.h"

namespace manta::native {

class Reader {
 public:
  Reader(const SerialSource& source, const ReadLimits& limits, uint32_t depth_max, void* binder);

  // Fills a value. REQUIRES: it is one, of the plan's type.
  bool Fill(const Plan& plan, void* value);

  // Checks that nothing is left.
  bool Finish();

  const absl::Status& status() const { return status_; }

 private:
  // Makes a value in raw memory; when false, none is there.
  bool Build(const Plan& plan, void* memory);
  bool BuildParts(const Plan& plan, std::byte* memory);
  bool BuildFromWire(const Op& op, void* memory);
  bool BuildElement(const Plan& plan, void* memory);
  bool TakeEmptyElement(const Plan& plan);

  bool FillCopy(const Op& op, std::byte* value);
  bool FillPlainPayload(const Op& op, std::byte* part);
  bool FillRun(const Op& op, void* container);
  bool FillSequence(const Op& op, void* container);
  bool FillMap(const Op& op, void* container);
  bool FillRow(const Plan& element, std::byte* first, uint64_t count);
  bool FillByInsert(const Op& op, void* container, uint64_t count);
  bool FillOptional(const Op& op, void* choice);
  bool FillVariant(const Op& op, void* choice);
  bool FillChoice(const Op& op, const Plan& element, void* choice, uint64_t index);
  bool FillWire(const Op& op, void* value);
  bool FillMessage(const Op& op, void* message);
  bool FillReference(const Op& op, void* reference);
  bool FillBlob(const Op& op, void* blob);

  uint64_t left_bytes() const { return static_cast<uint64_t>(end_ - cursor_); }

  bool TakeByte(const Op& op, uint64_t& byte) {
    if (cursor_ == end_) return Short(op, 1);
    byte = static_cast<uint64_t>(*cursor_++);
    return true;
  }
  bool TakeCount(const Op& op, uint64_t& count) {
    return TakeByte(op, count) && (count != kLongCount || TakeLongCount(op, count));
  }
  bool TakeLongCount(const Op& op, uint64_t& count);
  // A count of elements of at least `least_bytes` each, `taken_bytes` each in memory.
  bool TakeElementCount(const Op& op, uint64_t least_bytes, uint64_t taken_bytes, uint64_t& count);
  bool TakePayload(const Op& op, std::span<const std::byte>& payload);
  bool CheckBools(const Op& op, const std::byte* bytes);
  bool Account(const Op& op, uint64_t count, uint64_t each_bytes) {
    if (!Fits(count, each_bytes, budget_bytes_)) return OverBudget(op, count, each_bytes);
    budget_bytes_ -= count * each_bytes;
    return true;
  }
  bool Enter(const Op& op) {
    if (depth_left_ == 0) return TooDeep(op);
    --depth_left_;
    return true;
  }
  void Leave() { ++depth_left_; }

  // All return false; the parts of the message follow what and where. Apart from the rest, which they would slow down.
  template <typename... Parts>
  [[gnu::cold, gnu::noinline]] bool Refuse(const Op& op, const Parts&... parts);
  [[gnu::cold]] bool Short(const Op& op, uint64_t wanted_bytes);
  [[gnu::cold]] bool NoMemory(const TypeDescriptor& type);
  [[gnu::cold]] bool OverBudget(const Op& op, uint64_t count, uint64_t each_bytes);
  [[gnu::cold]] bool TooDeep(const Op& op);

  const std::byte* const begin_;
  const std::byte* cursor_;
  const std::byte* const end_;
  const std::span<const std::span<const std::byte>> payloads_;
  PayloadKeeper* const keeper_;
  void* const binder_;
  const uint64_t decode_bytes_max_;
  const uint32_t depth_max_;
  uint64_t budget_bytes_;      // Less with each Account.
  uint32_t depth_left_;        // Less in each container, choice and conversion.
  uint64_t next_payload_ = 0;  // Smallest index that may still come.
  bool inline_ = false;        // Inside a wire value: there are no payloads.
  absl::Status status_;        // Set by the first failure.
};

}  // namespace manta::native

// SPDX-License-Identifier: Apache-2.0
