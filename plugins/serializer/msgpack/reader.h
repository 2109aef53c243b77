// plugins/serializer/msgpack/reader.h -- makes a value of MessagePack bytes that anybody may have made.
//
// Fields are found by name, in any order; those that the type has not are skipped, those that the bytes have not keep
// their default.
//
// Threads   One thread, one value.
// Memory    Counted before it is taken: elements of containers, text, blobs.
// Errors    Functions return false after the first failure; status() says what it was, in which field, at which byte.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "core/base/text.h"
#include "core/interface/serializer.h"
#include "plugins/serializer/msgpack/input.h"
#include "plugins/serializer/msgpack/plan.h"

namespace manta::messagepack {

class Reader {
 public:
  Reader(const SerialSource& source, const ReadLimits& limits, uint32_t depth_max, void* binder);

  // Fills a default value, with all of the stream.
  bool ReadAll(const Plan& plan, void* value) { return Fill(plan, value) && Finish(); }

  absl::Status status() const;

 private:
  // Which fields were there.
  class FieldSet {
   public:
    explicit FieldSet(size_t count) : more_(count > 64 ? (count - 1) / 64 : 0) {}
    bool Has(size_t index) const { return (Word(index) >> index % 64 & 1) != 0; }
    void Add(size_t index) { const_cast<uint64_t&>(Word(index)) |= uint64_t{1} << index % 64; }

   private:
    const uint64_t& Word(size_t index) const { return index < 64 ? first_ : more_[index / 64 - 1]; }

    uint64_t first_ = 0;
    std::vector<uint64_t> more_;
  };

  // Fills a value. REQUIRES: it is one, of the plan's type.
  bool Fill(const Plan& plan, void* value);
  // Makes a value in raw memory; when false, none is there.
  bool Build(const Plan& plan, void* memory);
  bool FillOrBuild(const Plan& plan, void* memory, bool build) {
    return build ? Build(plan, memory) : Fill(plan, memory);
  }
  bool Finish();

  bool FillNumber(const Plan& plan, void* value);
  template <typename Number>
  bool TakeNumber(const Plan& plan, Number& number);
  template <typename Number>
  bool FillNumbers(const Plan& element, std::byte* first, uint64_t count);

  bool TakeFields(const Plan& plan, std::byte* value, FieldSet& there, bool build);
  bool TakeNamed(const Plan& plan, std::byte* value, FieldSet& there, bool build);
  bool TakeUnnamed(const Plan& plan, std::byte* value, FieldSet& there, bool build);
  bool FindField(const Plan& plan, const FieldSet& there, size_t& index);
  bool BuildParts(const Plan& plan, std::byte* memory);
  bool BuildMissing(const Plan& plan, std::byte* memory, FieldSet& there);

  bool FillArray(const Plan& plan, std::byte* first);
  bool TakeArrayHead(const Plan& plan);
  bool BuildArray(const Plan& plan, std::byte* first);
  bool FillRow(const Plan& element, std::byte* first, uint64_t count);
  bool FillText(const Plan& plan, void* container);
  bool FillByteArray(const Plan& plan, std::byte* first);
  bool FillSequence(const Plan& plan, void* container);
  bool FillByInsert(const Plan& plan, void* container, uint64_t count);
  bool FillMap(const Plan& plan, void* container);
  bool FillOptional(const Plan& plan, void* choice);
  bool FillVariant(const Plan& plan, void* choice);
  bool FillChoice(const Plan& plan, const Plan& element, void* choice, uint64_t index);
  bool FillWire(const Plan& plan, void* value);
  bool BuildFromWire(const Plan& plan, void* memory);
  bool FillMessage(const Plan& plan, void* message);
  bool FillReference(const Plan& plan, void* reference);
  bool FillBlob(const Plan& plan, void* blob);

  bool Account(const Plan& plan, uint64_t count, uint64_t each_bytes) {
    uint64_t bytes = 0;
    if (__builtin_mul_overflow(count, each_bytes, &bytes) || bytes > budget_bytes_) {
      return OverBudget(plan, count, each_bytes);
    }
    budget_bytes_ -= bytes;
    return true;
  }
  // That `count` elements of at least `least_bytes` each can be in the bytes left.
  bool CheckFits(const Plan& plan, uint64_t count, uint64_t least_bytes) {
    uint64_t bytes = 0;
    return (!__builtin_mul_overflow(count, least_bytes, &bytes) && bytes <= input_.left_bytes()) ||
           TooMany(plan, count, least_bytes);
  }
  bool Enter(const Plan& plan) {
    if (depth_left_ == 0) return TooDeep(plan);
    --depth_left_;
    return true;
  }
  void Leave() { ++depth_left_; }

  // All return false. Apart from the rest, which they would slow down.
  template <typename... Parts>
  [[gnu::cold, gnu::noinline]] bool Refuse(const Plan& plan, const Parts&... parts);
  [[gnu::cold]] bool Mismatch(const Plan& plan, std::string_view wanted);
  [[gnu::cold]] bool NoMemory(const Plan& plan);
  [[gnu::cold]] bool OverBudget(const Plan& plan, uint64_t count, uint64_t each_bytes);
  [[gnu::cold]] bool TooMany(const Plan& plan, uint64_t count, uint64_t least_bytes);
  [[gnu::cold]] bool TooDeep(const Plan& plan);
  [[gnu::cold]] bool In(const Field& field);
  [[gnu::cold]] bool In(uint64_t element_index);

  Input input_;
  void* const binder_;
  const uint64_t decode_bytes_max_;
  const uint32_t depth_max_;
  uint64_t budget_bytes_;                          // Less with each Account.
  uint32_t depth_left_;                            // Less in each container, choice and conversion.
  absl::StatusCode code_ = absl::StatusCode::kOk;  // Set by the first failure, as are position, type and text.
  uint64_t position_ = 0;
  const TypeDescriptor* type_ = nullptr;
  std::string text_;
  std::string path_;  // Of the field that failed; grows at its front on the way out.
};

}  // namespace manta::messagepack

// SPDX-License-Identifier: Apache-2.0
