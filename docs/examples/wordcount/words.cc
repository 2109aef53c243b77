#include "docs/examples/wordcount/words.h"

#include <algorithm>

namespace wordcount {
namespace {

constexpr std::string_view kBlanks = " \t\n\r\f\v";

bool IsWord(std::string_view bytes) {
  return std::any_of(bytes.begin(), bytes.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

void AddWord(Counts& counts, std::string_view bytes) {
  if (IsWord(bytes)) ++counts.words[std::string(bytes)];
}

}  // namespace

Counts CountWords(std::string_view text) {
  Counts counts;
  counts.byte_count = text.size();
  const size_t first_blank = text.find_first_of(kBlanks);
  counts.head = text.substr(0, first_blank);
  if (first_blank == std::string_view::npos) return counts;
  counts.blank_seen = true;
  size_t begin = first_blank + 1;
  for (size_t end; (end = text.find_first_of(kBlanks, begin)) != std::string_view::npos; begin = end + 1) {
    if (end > begin) AddWord(counts, text.substr(begin, end - begin));
  }
  counts.tail = text.substr(begin);
  return counts;
}

void Append(Counts& total, const Counts& next) {
  for (const auto& [word, count] : next.words) total.words[word] += count;
  total.byte_count += next.byte_count;
  (total.blank_seen ? total.tail : total.head) += next.head;
  if (!next.blank_seen) return;
  if (total.blank_seen) {
    AddWord(total, total.tail);
  }
  total.blank_seen = true;
  total.tail = next.tail;
}

void Finish(Counts& total) {
  AddWord(total, total.head);
  AddWord(total, total.tail);
  total.head.clear();
  total.tail.clear();
}

}  // namespace wordcount

// SPDX-License-Identifier: Apache-2.0
