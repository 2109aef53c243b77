// plugins/serializer/json/scanner.h -- takes hostile JSON text apart, token by token.
//
// RFC 8259, to the letter: UTF-8 only, no comments, no trailing commas. White space may stand between any two tokens.
//
// Threads   One thread.
// Memory    Takes none but for a message. Tokens are views into the text.
// Errors    Functions return false after the first failure; problem() says what was found and wanted at offset().
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/text.h"

namespace manta::json {

// What stands between two quotes, checked.
struct StringToken {
  std::string_view text;    // As it is written.
  uint64_t size_bytes = 0;  // Of what it stands for.
  bool escaped = false;     // Else it stands for itself.
};

struct NumberToken {
  std::string_view text;
  bool whole = true;  // Without fraction and exponent.
};

class Scanner {
 public:
  // Values that are skipped nest at most this deep: brackets, of whatever kind.
  static constexpr size_t kSkippedLevelsMax = 512;

  explicit Scanner(std::string_view text) : begin_(text.data()), cursor_(begin_), end_(begin_ + text.size()) {}

  // The first character of the next token, which stays; 0: it is the end (or a byte of 0, which no token begins with).
  char Peek() {
    while (cursor_ != end_ && IsSpace(*cursor_)) ++cursor_;
    return cursor_ == end_ ? '\0' : *cursor_;
  }

  // Takes the next token if it is this punctuation.
  bool TakeIf(char punctuation) {
    if (Peek() != punctuation || cursor_ == end_) return false;
    ++cursor_;
    return true;
  }

  // Takes a word, "null" for example, if it is the next token.
  bool TakeIf(std::string_view word);

  bool AtNumber() {
    const char next = Peek();
    return (next >= '0' && next <= '9') || next == '-';
  }
  bool AtEnd() { return Peek() == '\0' && cursor_ == end_; }

  bool TakeString(StringToken& token);
  bool TakeNumber(NumberToken& token);
  bool TakeKey(StringToken& key);  // And the colon.

  // Takes any value.
  bool Skip();

  // How many elements the list has that begins here; takes nothing.
  bool CountElements(uint64_t& count);

  uint64_t left_bytes() const { return static_cast<uint64_t>(end_ - cursor_); }
  uint64_t offset() const { return static_cast<uint64_t>(cursor_ - begin_); }

  // The next token in words: "a string", "the end".
  std::string Found();

  const std::string& problem() const { return problem_; }

  // Sets the problem; returns false.
  template <typename... Parts>
  [[gnu::cold, gnu::noinline]] bool Fail(const Parts&... parts) {
    problem_ = Concat(parts...);
    return false;
  }
  [[gnu::cold]] bool Wanted(std::string_view what);

 private:
  static bool IsSpace(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

  bool SkipScalar();
  const char* TakeDigits(const char* from) const;

  const char* const begin_;
  const char* cursor_;
  const char* const end_;
  std::string problem_;
};

}  // namespace manta::json

// SPDX-License-Identifier: Apache-2.0
