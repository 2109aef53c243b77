// core/base/json.h -- writes JSON, indented, keys in the order they are given.
//
// Shapes    Text that is not UTF-8 (a path may be anything) becomes UTF-8 with U+FFFD for each wrong byte.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace manta {

class JsonWriter {
 public:
  void BeginObject() { Begin('{'); }
  void EndObject() { End('}'); }
  void BeginArray() { Begin('['); }
  void EndArray() { End(']'); }

  // REQUIRES: inside an object; one value follows.
  void Key(std::string_view key);

  void String(std::string_view text);
  void Number(uint64_t number);
  void Real(double number);  // As short as it may be without being another. null when it is not finite.
  void Bool(bool value);
  void Null();

  // A key and its value.
  void Field(std::string_view key, std::string_view text);
  void Field(std::string_view key, uint64_t number);

  // REQUIRES: all that began has ended. Ends with an end of line.
  std::string Take();

 private:
  void Begin(char bracket);
  void End(char bracket);
  void BeforeValue();
  void NewLine();

  std::string out_;
  std::vector<bool> open_has_values_;  // For each open bracket.
  bool after_key_ = false;
};

// The text as a JSON string, with its quotes.
std::string JsonString(std::string_view text);

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
