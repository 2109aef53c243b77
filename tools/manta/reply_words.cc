#include "tools/manta/reply_words.h"

#include <charconv>
#include <cstdio>
#include <vector>

#include "core/base/text.h"
#include "tools/manta/table.h"

namespace manta::tool {
namespace {

// Without the "#" of numbers.
std::string_view Bare(std::string_view name) {
  if (name.ends_with('#')) name.remove_suffix(1);
  return name;
}

std::string ForPeople(std::string_view name, const std::string& value) {
  if (!Bare(name).ends_with("bytes") || value.empty()) return value;
  double bytes = 0;
  std::from_chars(value.data(), value.data() + value.size(), bytes);
  return BytesText(bytes);
}

std::string Words(std::string_view name) {
  std::string words(Bare(name));
  for (char& c : words) c = c == '_' ? ' ' : c;
  return words;
}

void AppendValue(std::string_view name, const std::string& value, JsonWriter& json) {
  json.Key(Bare(name));
  if (!name.ends_with('#')) return json.String(value);
  if (value.empty()) return json.Null();
  uint64_t number = 0;
  const char* const end = value.data() + value.size();
  if (std::from_chars(value.data(), end, number).ptr == end) return json.Number(number);
  double real = 0;
  std::from_chars(value.data(), end, real);
  json.Real(real);
}

}  // namespace

std::string BytesText(double bytes) {
  constexpr const char* kUnits[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  size_t unit = 0;
  while (bytes >= 1024 && unit + 1 < std::size(kUnits)) {
    bytes /= 1024;
    ++unit;
  }
  char text[32];
  std::snprintf(text, sizeof(text), unit == 0 ? "%.0f %s" : "%.1f %s", bytes, kUnits[unit]);
  return text;
}

std::string ReplyAsText(const ReplyTable& reply, const Console& console) {
  std::string out;
  for (const auto& [name, value] : reply.facts) {
    if (Bare(name) == "more" || Bare(name) == "running_known") continue;
    if (Bare(name) == "observed_one_in" && value == "0") continue;
    out += Concat(out.empty() ? "" : ", ", Words(name), " ", ForPeople(name, value));
  }
  if (!out.empty()) out += "\n";
  if (reply.Fact("running_known") == "0") out += "the system does not let tools see what runs (no membarrier)\n";
  std::vector<Column> columns;
  std::vector<size_t> shown;
  for (size_t i = 0; i < reply.columns.size(); ++i) {
    bool empty = true;
    for (const std::vector<std::string>& row : reply.rows) empty = empty && row[i].empty();
    if (empty) continue;
    shown.push_back(i);
    columns.push_back({.title = Words(reply.columns[i]), .wraps = true});
  }
  std::vector<std::vector<Cell>> rows;
  for (const std::vector<std::string>& row : reply.rows) {
    rows.emplace_back();
    for (const size_t i : shown) rows.back().push_back({ForPeople(reply.columns[i], row[i]), Style::kPlain});
  }
  out += RenderTable(columns, rows, console.width(), console.color());
  if (reply.Fact("more") == "1") out += "... and more: --limit shows more of them\n";
  return out;
}

void AppendReply(const ReplyTable& reply, std::string_view rows_key, JsonWriter& json) {
  for (const auto& [name, value] : reply.facts) AppendValue(name, value, json);
  if (reply.columns.empty()) return;
  json.Key(rows_key);
  json.BeginArray();
  for (const std::vector<std::string>& row : reply.rows) {
    json.BeginObject();
    for (size_t i = 0; i < row.size(); ++i) AppendValue(reply.columns[i], row[i], json);
    json.EndObject();
  }
  json.EndArray();
}

}  // namespace manta::tool

// SPDX-License-Identifier: Apache-2.0
