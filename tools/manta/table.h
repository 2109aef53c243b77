// tools/manta/table.h -- lays out rows in columns that fit the terminal.
//
// Shapes    Columns are two spaces apart. When the rows are wider than the terminal, the wrapping columns get narrower,
//           the widest first, and their cells go on in the next line; nothing is cut off.
// Units     Widths are in characters: code points of UTF-8. Control characters are shown as "?".
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tools/manta/console.h"

namespace manta::tool {

struct Column {
  std::string title;
  bool wraps = false;
};

struct Cell {
  std::string text;
  Style style = Style::kPlain;
};

// Each row has a cell for each column. `width` 0: as wide as it gets. Ends with an end of line; "" without rows.
std::string RenderTable(const std::vector<Column>& columns, const std::vector<std::vector<Cell>>& rows, size_t width,
                        bool color);

// The text in lines of at most `width` characters (at least 1), broken at spaces, after "/", "," and ".", else
// anywhere.
std::vector<std::string> WrapText(std::string_view text, size_t width);

// How many characters a text takes on a terminal.
size_t TextWidth(std::string_view text);

}  // namespace manta::tool

// SPDX-License-Identifier: Apache-2.0
