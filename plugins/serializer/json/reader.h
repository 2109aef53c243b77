// plugins/serializer/json/reader.h -- makes a value of hostile JSON text, led by its type's descriptor.
//
// Lists say nothing about their size beforehand: what holds the elements grows as they come, so that no memory is taken
// for elements that are not there.
//
// Threads   One thread, one value.
// Memory    Counted before it is taken: elements of containers, texts, what is owned by pointers.
// Errors    Functions return false after the first failure; StatusOf says what it was, at which byte, and where in the
//           value.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "core/base/text.h"
#include "core/interface/serializer.h"
#include "plugins/serializer/json/refusals.h"
#include "plugins/serializer/json/scanner.h"

namespace manta::json {

class Reader {
 public:
  Reader(const SerialSource& source, const ReadLimits& limits, uint32_t depth_max, void* binder);

  // Fills a value. REQUIRES: it is one, of that type.
  bool Fill(const TypeDescriptor& type, void* value);

  // Checks that nothing is left.
  bool Finish();

  // After a failure: the status of reading a value of `type`.
  absl::Status StatusOf(const TypeDescriptor& type) const;

 private:
  using FieldSet = std::bitset<kFieldCountMax>;

  // Makes a value in raw memory; when false, none is there.
  bool Build(const TypeDescriptor& type, void* memory);
  bool BuildStruct(const TypeDescriptor& type, std::byte* memory);
  bool BuildArray(const TypeDescriptor& type, std::byte* memory);
  bool BuildFromWire(const TypeDescriptor& type, void* memory);

  bool FillWhole(const TypeDescriptor& type, void* value);
  bool FillFloat(const TypeDescriptor& type, void* value);
  bool FillBool(const TypeDescriptor& type, void* value);
  bool FillText(const TypeDescriptor& type, void* value);
  bool FillTextFrom(const TypeDescriptor& type, const StringToken& token, void* value);
  bool FillStruct(const TypeDescriptor& type, std::byte* value, FieldSet* made);
  bool FillField(const TypeDescriptor& type, size_t index, std::byte* value, FieldSet* made);
  bool FillArray(const TypeDescriptor& type, std::byte* value);
  bool FillSequence(const TypeDescriptor& type, void* container);
  bool FillRow(const TypeDescriptor& type, void* container);
  bool FillByInsert(const TypeDescriptor& type, void* container);
  bool FillMap(const TypeDescriptor& type, void* container);
  bool FillPair(const TypeDescriptor& type, void* container);
  bool FillOptional(const TypeDescriptor& type, void* choice);
  bool FillVariant(const TypeDescriptor& type, void* choice);
  bool FillChoice(const TypeDescriptor& type, const TypeDescriptor& element, void* choice, uint64_t index);
  bool FillWire(const TypeDescriptor& type, void* value);
  bool FillMessage(const TypeDescriptor& type, void* message);
  bool FillReference(const TypeDescriptor& type, void* reference);
  bool FillBlob(const TypeDescriptor& type, void* blob);

  // Takes a list, and calls `element(index)` for each.
  template <typename Element>
  bool TakeList(const TypeDescriptor& type, uint64_t& count, Element element);
  bool TakeBase64(const TypeDescriptor& type, std::string_view& text, uint64_t& size_bytes);
  bool Take(const TypeDescriptor& type, char punctuation, std::string_view wanted) {
    return scanner_.TakeIf(punctuation) || Wanted(type, wanted);
  }

  bool Account(const TypeDescriptor& type, uint64_t size_bytes) {
    if (size_bytes > budget_bytes_) return OverBudget(type, size_bytes);
    budget_bytes_ -= size_bytes;
    return true;
  }
  bool Enter(const TypeDescriptor& type) {
    if (depth_left_ == 0) return TooDeep(type);
    --depth_left_;
    return true;
  }
  void Leave() { ++depth_left_; }
  bool WantPart(const TypeDescriptor& part, const TypeDescriptor& holder) {
    return part.construct != nullptr || CheckedPart(part, holder);
  }
  [[gnu::cold]] bool CheckedType(const TypeDescriptor& type);
  [[gnu::cold]] bool CheckedPart(const TypeDescriptor& part, const TypeDescriptor& holder);

  // All return false. Apart from the rest, which they would slow down.
  template <typename... Parts>
  [[gnu::cold, gnu::noinline]] bool Refuse(const TypeDescriptor& type, const Parts&... parts);
  template <typename... Parts>
  [[gnu::cold, gnu::noinline]] bool Fail(absl::StatusCode code, const TypeDescriptor& type, const Parts&... parts);
  [[gnu::cold]] bool Malformed(const TypeDescriptor& type);  // What the scanner says.
  [[gnu::cold]] bool Wanted(const TypeDescriptor& type, std::string_view what);
  [[gnu::cold]] bool NoMemory(const TypeDescriptor& type);
  [[gnu::cold]] bool OverBudget(const TypeDescriptor& type, uint64_t size_bytes);
  [[gnu::cold]] bool TooDeep(const TypeDescriptor& type);
  [[gnu::cold]] bool Inside(std::string_view part);  // Notes, on the way out, where the failure was.

  Scanner scanner_;
  void* const binder_;
  const uint64_t decode_bytes_max_;
  const uint32_t depth_max_;
  uint64_t budget_bytes_;  // Less with each Account.
  uint32_t depth_left_;    // Less in each container, choice and conversion.
  absl::Status status_;    // Set by the first failure.
  std::string path_;       // Of the failure: "x[3]".
};

}  // namespace manta::json

// SPDX-License-Identifier: Apache-2.0
