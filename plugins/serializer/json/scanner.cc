#include "plugins/serializer/json/scanner.h"

#include <bitset>

#include "plugins/serializer/json/characters.h"

namespace manta::json {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

}  // namespace

std::string Scanner::Found() {
  const char next = Peek();
  if (cursor_ == end_) return "the end";
  switch (next) {
    case '"':
      return "a string";
    case '{':
      return "an object";
    case '[':
      return "a list";
    default:
      break;
  }
  if (IsDigit(next) || next == '-') return "a number";
  const char* end = cursor_ + 1;
  while (IsLetter(next) && end != end_ && IsLetter(*end)) ++end;
  return Quoted({cursor_, static_cast<size_t>(end - cursor_)});
}

bool Scanner::Wanted(std::string_view what) { return Fail(what, " is wanted, and here is ", Found()); }

bool Scanner::TakeIf(std::string_view word) {
  Peek();
  if (left_bytes() < word.size() || std::string_view(cursor_, word.size()) != word) return false;
  cursor_ += word.size();
  return true;
}

bool Scanner::TakeString(StringToken& token) {
  if (!TakeIf('"')) return Wanted("a string");
  const char* const begin = cursor_;
  token.escaped = false;
  uint64_t saved_bytes = 0;  // By which escapes are longer than what they stand for.
  while (true) {
    cursor_ += PlainPrefixBytes({cursor_, left_bytes()});
    if (cursor_ == end_) return Fail("the string has no closing quote");
    const unsigned char next = static_cast<unsigned char>(*cursor_);
    if (next == '"') break;
    if (next == '\\') {
      std::string_view rest(cursor_, left_bytes());
      char bytes[4];
      const size_t count = TakeEscape(rest, bytes);
      if (count == 0) {
        return Fail("an escape is wanted, and here is ", Quoted(rest.substr(0, rest.substr(0, 2) == "\\u" ? 6 : 2)));
      }
      saved_bytes += left_bytes() - rest.size() - count;
      cursor_ = rest.data();
      token.escaped = true;
    } else if (next < 0x20) {
      return Fail("a control character stands in strings as an escape only, and here is byte ", int{next});
    } else {
      const size_t count = Utf8CharacterBytes({cursor_, left_bytes()});
      if (count == 0) return Fail("text is UTF-8, and here is byte ", int{next}, ": write it as \\udc80 to \\udcff");
      cursor_ += count;
    }
  }
  token.text = {begin, static_cast<size_t>(cursor_ - begin)};
  token.size_bytes = token.text.size() - saved_bytes;
  ++cursor_;
  return true;
}

const char* Scanner::TakeDigits(const char* from) const {
  while (from != end_ && IsDigit(*from)) ++from;
  return from;
}

bool Scanner::TakeNumber(NumberToken& token) {
  const char next = Peek();
  if (next != '-' && !IsDigit(next)) return Wanted("a number");
  const char* at = cursor_ + (next == '-' ? 1 : 0);
  const auto no_digit = [&](const char* where) {
    cursor_ = where;
    return Wanted("a digit");
  };
  if (at == end_ || !IsDigit(*at)) return no_digit(at);
  if (*at == '0' && at + 1 != end_ && IsDigit(at[1])) return Fail("a number does not begin with 0");
  at = TakeDigits(at);
  token.whole = true;
  if (at != end_ && *at == '.') {
    const char* const digits = at + 1;
    at = TakeDigits(digits);
    if (at == digits) return no_digit(at);
    token.whole = false;
  }
  if (at != end_ && (*at == 'e' || *at == 'E')) {
    ++at;
    if (at != end_ && (*at == '+' || *at == '-')) ++at;
    const char* const digits = at;
    at = TakeDigits(digits);
    if (at == digits) return no_digit(at);
    token.whole = false;
  }
  token.text = {cursor_, static_cast<size_t>(at - cursor_)};
  cursor_ = at;
  return true;
}

bool Scanner::TakeKey(StringToken& key) {
  if (Peek() != '"') return Wanted("a key in quotes");
  return TakeString(key) && (TakeIf(':') || Wanted("a colon after the key"));
}

bool Scanner::SkipScalar() {
  const char next = Peek();
  if (next == '"') {
    StringToken token;
    return TakeString(token);
  }
  if (next == '-' || IsDigit(next)) {
    NumberToken token;
    return TakeNumber(token);
  }
  return TakeIf("null") || TakeIf("true") || TakeIf("false") || Wanted("a value");
}

bool Scanner::Skip() {
  std::bitset<kSkippedLevelsMax> in_object;
  size_t level = 0;
  StringToken key;
  while (true) {
    // A value.
    const char next = Peek();
    if (next == '{' || next == '[') {
      if (level == kSkippedLevelsMax) return Fail("a skipped value nests more than ", level, " levels deep");
      ++cursor_;
      in_object[level++] = next == '{';
      if (Peek() != (next == '{' ? '}' : ']')) {
        if (next == '{' && !TakeKey(key)) return false;
        continue;
      }
    } else if (!SkipScalar()) {
      return false;
    }
    // What follows it: ends, and then maybe a comma and the next one.
    while (level > 0 && TakeIf(in_object[level - 1] ? '}' : ']')) --level;
    if (level == 0) return true;
    if (!TakeIf(',')) return Wanted(in_object[level - 1] ? "\",\" or \"}\"" : "\",\" or \"]\"");
    if (in_object[level - 1] && !TakeKey(key)) return false;
  }
}

bool Scanner::CountElements(uint64_t& count) {
  count = 0;
  const char* const begin = cursor_;
  if (!TakeIf('[')) return Wanted("a list");
  if (!TakeIf(']')) {
    do {
      if (!Skip()) return false;
      ++count;
    } while (TakeIf(','));
    if (!TakeIf(']')) return Wanted("\",\" or \"]\"");
  }
  cursor_ = begin;
  return true;
}

}  // namespace manta::json

// SPDX-License-Identifier: Apache-2.0
