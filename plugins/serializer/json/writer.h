// plugins/serializer/json/writer.h -- writes a value as JSON, led by its type's descriptor.
//
// Threads   One thread, one value.
// Memory    A small buffer of its own, which the sink gets when it is full: appending short pieces costs little.
// Errors    Functions return false after the first failure; StatusOf says what it was, and where in the value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "core/interface/serializer.h"

namespace manta::json {

class Writer {
 public:
  Writer(SerialSink& sink, uint32_t depth_max, uint32_t indent)
      : sink_(sink), indent_(indent), depth_max_(depth_max), depth_left_(depth_max) {}

  bool Write(const TypeDescriptor& type, const void* value);

  // Hands the rest to the sink.
  bool Flush();

  // After a failure: the status of writing a value of `type`.
  absl::Status StatusOf(const TypeDescriptor& type) const;

 private:
  struct Visit;

  static bool VisitElement(void* visit, const void* key_or_element, const void* mapped);

  bool WriteNumber(const TypeDescriptor& type, const void* value);
  bool WriteText(std::string_view text);
  bool WriteBase64(std::span<const std::byte> bytes);
  bool WriteStruct(const TypeDescriptor& type, const std::byte* value);
  bool WriteRow(const TypeDescriptor& element, const std::byte* first, uint64_t count);
  bool WriteSequence(const TypeDescriptor& type, const void* container);
  bool WriteMap(const TypeDescriptor& type, const void* container);
  bool WriteVisited(const TypeDescriptor& type, const void* container, char open, char close, bool on_one_line);
  bool WritePair(const TypeDescriptor& key_type, const void* key, const TypeDescriptor& mapped_type,
                 const void* mapped);
  bool WriteOptional(const TypeDescriptor& type, const void* choice);
  bool WriteVariant(const TypeDescriptor& type, const void* choice);
  bool WriteWire(const TypeDescriptor& type, const void* value);
  bool WriteMessage(const TypeDescriptor& type, const void* message);
  bool WriteReference(const TypeDescriptor& type, const void* reference);

  // Room for `size_bytes`, at most kStagedBytes, or null. Taken by moving staged_end_.
  char* Room(size_t size_bytes) {
    if (kStagedBytes - static_cast<size_t>(staged_end_ - staged_) < size_bytes && !Flush()) return nullptr;
    return staged_end_;
  }
  bool Put(char c) {
    char* const out = Room(1);
    if (out == nullptr) return false;
    *out = c;
    ++staged_end_;
    return true;
  }
  bool Put(std::string_view text) {
    if (text.size() > kStagedBytes) return PutLong(text);
    char* const out = Room(text.size());
    if (out == nullptr) return false;
    std::memcpy(out, text.data(), text.size());
    staged_end_ += text.size();
    return true;
  }
  bool PutLong(std::string_view text);
  bool PutHexByte(unsigned char byte);
  bool PutColon() { return Put(indent_ == 0 ? std::string_view(":") : std::string_view(": ")); }
  bool PutComma() { return Put(indent_ == 0 ? std::string_view(",") : std::string_view(", ")); }

  // Brackets, and what stands before each element. `on_one_line` lists have no line breaks.
  bool Open(char bracket, bool on_one_line);
  bool Separate(bool first, bool on_one_line);
  bool Close(char bracket, bool on_one_line, bool empty);
  bool PutLineBreak();

  bool Enter(const TypeDescriptor& type) {
    if (depth_left_ == 0) return TooDeep(type);
    --depth_left_;
    return true;
  }
  void Leave() { ++depth_left_; }

  bool WantPart(const TypeDescriptor& part, const TypeDescriptor& holder) {
    return part.construct != nullptr || CheckedPart(part, holder);
  }
  [[gnu::cold]] bool CheckedPart(const TypeDescriptor& part, const TypeDescriptor& holder);

  // All return false. Apart from the rest, which they would slow down.
  [[gnu::cold]] bool Fail(absl::Status status);
  [[gnu::cold]] bool Full();
  [[gnu::cold]] bool Refuse(const TypeDescriptor& type, const char* why);
  [[gnu::cold]] bool TooDeep(const TypeDescriptor& type);
  [[gnu::cold]] bool NoMemory(const TypeDescriptor& type, uint64_t size_bytes);
  [[gnu::cold]] bool Inside(std::string_view part);  // Notes, on the way out, where the failure was.

  static constexpr size_t kStagedBytes = 512;

  SerialSink& sink_;
  const uint32_t indent_;
  const uint32_t depth_max_;
  uint32_t depth_left_;      // Less in each container, choice and conversion.
  uint32_t line_level_ = 0;  // Open brackets that have line breaks.
  absl::Status status_;      // Set by the first failure.
  std::string path_;         // Of the failure: ".x[3]".
  char staged_[kStagedBytes];
  char* staged_end_ = staged_;
};

}  // namespace manta::json

// SPDX-License-Identifier: Apache-2.0
