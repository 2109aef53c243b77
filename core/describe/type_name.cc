#include "core/describe/type_name.h"

#include <cctype>
#include <utility>

namespace manta::describe_internal {
namespace {

bool IsWord(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

void ReplaceAll(std::string& text, std::string_view from, std::string_view to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

// Compilers' spellings of the integers that have several, longest first, and ours.
constexpr std::pair<std::string_view, std::string_view> kIntegers[] = {{"long long unsigned int", "uint64"},
                                                                       {"unsigned long long", "uint64"},
                                                                       {"long unsigned int", "uint64"},
                                                                       {"short unsigned int", "uint16"},
                                                                       {"long long int", "int64"},
                                                                       {"unsigned short", "uint16"},
                                                                       {"unsigned long", "uint64"},
                                                                       {"unsigned char", "uint8"},
                                                                       {"unsigned int", "uint32"},
                                                                       {"signed char", "int8"},
                                                                       {"long double", "float128"},
                                                                       {"long long", "int64"},
                                                                       {"short int", "int16"},
                                                                       {"long int", "int64"},
                                                                       {"unsigned", "uint32"},
                                                                       {"double", "float64"},
                                                                       {"float", "float32"},
                                                                       {"short", "int16"},
                                                                       {"long", "int64"},
                                                                       {"int", "int32"}};

// Replaces `from` where it stands as words of its own.
void ReplaceWords(std::string& text, std::string_view from, std::string_view to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at)) {
    const size_t end = at + from.size();
    const bool alone = (at == 0 || (!IsWord(text[at - 1]) && text[at - 1] != ':')) &&
                       (end == text.size() || (!IsWord(text[end]) && text[end] != ':'));
    if (alone) text.replace(at, from.size(), to);
    at += alone ? to.size() : from.size();
  }
}

}  // namespace

std::string NormalizeTypeName(std::string_view pretty_function) {
  // gcc: "constexpr std::string_view ...PrettyName() [with T = X; std::string_view = ...]"; clang: "... [T = X]".
  const size_t begin = pretty_function.find("T = ") + 4;
  size_t end = begin;
  int depth = 0;
  for (; end < pretty_function.size(); ++end) {
    const char c = pretty_function[end];
    if (depth == 0 && (c == ';' || c == ']')) break;
    if (c == '<' || c == '(' || c == '[' || c == '{') ++depth;
    if (c == '>' || c == ')' || c == ']' || c == '}') --depth;
  }
  std::string name(pretty_function.substr(begin, end - begin));
  ReplaceAll(name, "{anonymous}", "(anonymous)");
  ReplaceAll(name, "(anonymous namespace)", "(anonymous)");
  for (std::string_view dropped : {"struct ", "class ", "enum ", "__cxx11::"}) ReplaceAll(name, dropped, "");
  for (const auto& [theirs, ours] : kIntegers) ReplaceWords(name, theirs, ours);
  std::string out;
  for (size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (c == ' ') {  // Kept only between two words, as in "unsigned int".
      if (!out.empty() && IsWord(out.back()) && i + 1 < name.size() && IsWord(name[i + 1])) out += c;
      continue;
    }
    // Integer arguments: "3ul" and "3UL" are "3".
    if ((c == 'u' || c == 'l' || c == 'U' || c == 'L') && !out.empty() && IsWord(out.back())) {
      size_t digits = out.size();
      while (digits > 0 && std::isdigit(static_cast<unsigned char>(out[digits - 1]))) --digits;
      size_t suffix_end = i;
      while (suffix_end < name.size() && std::string_view("ulUL").find(name[suffix_end]) != std::string_view::npos) {
        ++suffix_end;
      }
      const bool number = digits < out.size() && (digits == 0 || !IsWord(out[digits - 1]));
      if (number && (suffix_end == name.size() || !IsWord(name[suffix_end]))) {
        i = suffix_end - 1;
        continue;
      }
    }
    out += c;
  }
  return out;
}

std::string TemplateName(std::string_view full_name) {
  if (full_name.empty() || full_name.back() != '>') return std::string(full_name);
  int depth = 0;
  for (size_t i = full_name.size(); i-- > 0;) {
    if (full_name[i] == '>') ++depth;
    if (full_name[i] == '<' && --depth == 0) return std::string(full_name.substr(0, i));
  }
  return std::string(full_name);
}

std::string WithoutStd(std::string name) {
  constexpr std::string_view kStandard = "std::";
  for (size_t at = name.find(kStandard); at != std::string::npos; at = name.find(kStandard, at)) {
    if (at == 0 || (!IsWord(name[at - 1]) && name[at - 1] != ':')) {
      name.erase(at, kStandard.size());
    } else {
      at += kStandard.size();
    }
  }
  return name;
}

std::string JoinTemplate(std::string_view name, std::initializer_list<std::string> arguments) {
  constexpr std::string_view kStandard = "std::";
  constexpr std::string_view kDefaults[] = {"allocator<", "less<",           "hash<",       "equal_to<",
                                            "greater<",   "default_delete<", "char_traits<"};
  const bool standard = name.starts_with(kStandard);
  std::string joined = WithoutStd(std::string(name));
  joined += '<';
  for (const std::string& argument : arguments) {
    bool skipped = false;
    for (std::string_view prefix : kDefaults) skipped |= standard && argument.starts_with(prefix);
    if (!skipped) joined += argument + ",";
  }
  if (joined.back() == ',') joined.pop_back();
  joined += '>';
  return joined == "basic_string<char>" ? "string" : joined;
}

}  // namespace manta::describe_internal

// SPDX-License-Identifier: Apache-2.0
