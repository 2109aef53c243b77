#include "core/kernel/observe/reply_table.h"

#include <algorithm>

#include "core/base/text.h"

namespace manta {
namespace {

constexpr std::string_view kFirstLine = "manta\t1";

void Append(std::string_view field, std::string& out) {
  out += '\t';
  for (const char c : field) {
    if (c == '\t') {
      out += "\\t";
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\\') {
      out += "\\\\";
    } else {
      out += c;
    }
  }
}

std::string Unescaped(std::string_view field) {
  std::string out;
  for (size_t i = 0; i < field.size(); ++i) {
    if (field[i] != '\\' || i + 1 == field.size()) {
      out += field[i];
      continue;
    }
    const char next = field[++i];
    out += next == 't' ? '\t' : next == 'n' ? '\n' : next;
  }
  return out;
}

std::vector<std::string> FieldsOf(std::string_view line) {
  std::vector<std::string> fields;
  while (!line.empty()) {
    line.remove_prefix(1);  // The tab.
    const size_t end = line.find('\t');
    fields.push_back(Unescaped(line.substr(0, end)));
    line = end == std::string_view::npos ? "" : line.substr(end);
  }
  return fields;
}

}  // namespace

std::string ReplyTable::Text() const {
  std::string out(kFirstLine);
  out += '\n';
  for (const auto& [name, value] : facts) {
    out += "fact";
    Append(name, out);
    Append(value, out);
    out += '\n';
  }
  if (!columns.empty()) {
    out += "columns";
    for (const std::string& column : columns) Append(column, out);
    out += '\n';
  }
  for (const std::vector<std::string>& row : rows) {
    out += "row";
    for (const std::string& field : row) Append(field, out);
    out += '\n';
  }
  return out + "end\n";
}

absl::StatusOr<ReplyTable> ReplyTable::Parse(std::string_view text) {
  ReplyTable table;
  bool first = true;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    if (end == std::string_view::npos) break;
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    if (first) {
      if (line != kFirstLine) break;
      first = false;
      continue;
    }
    if (line == "end" && text.empty()) return table;
    const size_t tab = std::min(line.find('\t'), line.size());
    const std::string_view kind = line.substr(0, tab);
    std::vector<std::string> fields = FieldsOf(line.substr(tab));
    if (kind == "fact" && fields.size() == 2) {
      table.facts.emplace_back(std::move(fields[0]), std::move(fields[1]));
    } else if (kind == "columns") {
      table.columns = std::move(fields);
    } else if (kind == "row" && fields.size() == table.columns.size()) {
      table.rows.push_back(std::move(fields));
    } else {
      return MakeStatus(absl::StatusCode::kInvalidArgument, "the answer has the line ", Quoted(line),
                        ": the program and the tool are of different versions");
    }
  }
  return MakeStatus(absl::StatusCode::kInvalidArgument,
                    first ? "the answer is none of Manta's" : "the answer is cut off");
}

std::string_view ReplyTable::Fact(std::string_view name) const {
  for (const auto& [key, value] : facts) {
    std::string_view bare = key;
    if (bare.ends_with('#')) bare.remove_suffix(1);
    if (bare == name) return value;
  }
  return "";
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
