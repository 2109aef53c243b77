// docs/examples/wordcount/words.h -- splits bytes into words as `LC_ALL=C wc -w` does, piece by piece.
//
// Words stand between blanks: space, tab, newline, carriage return, form feed, vertical tab. Bytes that cannot be
// printed (control characters, NUL, everything from 128 on) neither end a word nor make one: what has no printable byte
// at all is no word. So wc does, and so the total here is the same.
//
// A piece of text may begin or end inside a word. Then those bytes are its head and tail, and whoever puts pieces
// together, in order, counts the word once.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace wordcount {

// What is counted in a piece. A value like any other: tasks return it, an actor takes it.
struct Counts {
  std::map<std::string, uint64_t> words;  // Those that begin and end inside.
  uint64_t byte_count = 0;
  bool blank_seen = false;  // False: all of the piece is in `head`.
  std::string head;         // What stands before the first blank.
  std::string tail;         // What stands after the last one.
};

Counts CountWords(std::string_view text);

// Adds the piece that follows what `total` has counted.
void Append(Counts& total, const Counts& next);

// The text ends: what is left in head and tail are words.
void Finish(Counts& total);

}  // namespace wordcount

// SPDX-License-Identifier: Apache-2.0
