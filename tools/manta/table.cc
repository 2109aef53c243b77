#include "tools/manta/table.h"

#include <algorithm>

namespace manta::tool {
namespace {

constexpr size_t kGap = 2;
constexpr size_t kNarrowest = 11;  // No wrapping column gets narrower, unless its text is.

// Where the character at `begin` ends.
size_t CharacterEnd(std::string_view text, size_t begin) {
  size_t end = begin + 1;
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) ++end;
  return end;
}

std::string Printable(std::string_view text) {
  std::string printable(text);
  for (char& c : printable) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  }
  return printable;
}

std::vector<size_t> FittingWidths(const std::vector<Column>& columns, const std::vector<std::vector<Cell>>& rows,
                                  size_t width) {
  std::vector<size_t> widths;
  for (const Column& column : columns) widths.push_back(TextWidth(column.title));
  for (const std::vector<Cell>& row : rows) {
    for (size_t i = 0; i < columns.size(); ++i) widths[i] = std::max(widths[i], TextWidth(row[i].text));
  }
  if (width == 0) return widths;
  size_t total = kGap * (columns.size() - 1);
  for (size_t column_width : widths) total += column_width;
  while (total > width) {
    size_t widest = columns.size();
    for (size_t i = 0; i < columns.size(); ++i) {
      const size_t floor = std::max(kNarrowest, TextWidth(columns[i].title));
      if (columns[i].wraps && widths[i] > floor && (widest == columns.size() || widths[i] > widths[widest])) widest = i;
    }
    if (widest == columns.size()) break;  // Nothing can give way: the terminal wraps.
    --widths[widest];
    --total;
  }
  return widths;
}

void AppendLine(const std::vector<std::vector<std::string>>& cells, size_t line, const std::vector<size_t>& widths,
                const std::vector<Style>& styles, bool color, std::string& out) {
  size_t owed = 0;  // Spaces are written when something follows them.
  for (size_t i = 0; i < cells.size(); ++i) {
    const std::string_view text = line < cells[i].size() ? std::string_view(cells[i][line]) : std::string_view();
    if (!text.empty()) {
      out.append(owed, ' ');
      out += Styled(text, styles[i], color);
      owed = 0;
    }
    const size_t taken = TextWidth(text);
    owed += (widths[i] > taken ? widths[i] - taken : 0) + kGap;
  }
  out += '\n';
}

void AppendRow(const std::vector<Cell>& row, const std::vector<Column>& columns, const std::vector<size_t>& widths,
               bool color, std::string& out) {
  std::vector<std::vector<std::string>> cells;
  std::vector<Style> styles;
  size_t line_count = 1;
  for (size_t i = 0; i < columns.size(); ++i) {
    const std::string text = Printable(row[i].text);
    cells.push_back(columns[i].wraps ? WrapText(text, widths[i]) : std::vector<std::string>{text});
    styles.push_back(row[i].style);
    line_count = std::max(line_count, cells.back().size());
  }
  for (size_t line = 0; line < line_count; ++line) AppendLine(cells, line, widths, styles, color, out);
}

}  // namespace

size_t TextWidth(std::string_view text) {
  size_t width = 0;
  for (size_t i = 0; i < text.size(); i = CharacterEnd(text, i)) ++width;
  return width;
}

std::vector<std::string> WrapText(std::string_view text, size_t width) {
  width = std::max<size_t>(width, 1);
  std::vector<std::string> lines;
  while (TextWidth(text) > width) {
    // The end of the longest piece that fits, and the last good place to break in it.
    size_t end = 0;
    size_t good = 0;
    for (size_t count = 0; count < width; ++count) {
      const char c = text[end];
      if (c == ' ' && end > 0) good = end;
      end = CharacterEnd(text, end);
      if (c == '/' || c == ',' || c == '.') good = end;
    }
    if (text[end] == ' ') good = end;
    const size_t cut = good > 0 ? good : end;
    lines.emplace_back(text.substr(0, cut));
    text.remove_prefix(cut);
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  }
  if (!text.empty() || lines.empty()) lines.emplace_back(text);
  return lines;
}

std::string RenderTable(const std::vector<Column>& columns, const std::vector<std::vector<Cell>>& rows, size_t width,
                        bool color) {
  if (rows.empty()) return "";
  const std::vector<size_t> widths = FittingWidths(columns, rows, width);
  std::string out;
  std::vector<Cell> titles;
  for (const Column& column : columns) titles.push_back({.text = column.title, .style = Style::kHeading});
  AppendRow(titles, columns, widths, color, out);
  for (const std::vector<Cell>& row : rows) AppendRow(row, columns, widths, color, out);
  return out;
}

}  // namespace manta::tool

// SPDX-License-Identifier: Apache-2.0
