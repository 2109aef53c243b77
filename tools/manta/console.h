// tools/manta/console.h -- where the command's words go: results to standard output, complaints to standard error.
//
// Shapes    Results are collected, and written by Flush in one piece: a command that fails halfway prints no half
//           result. Colours and a width are for people: only when standard output is a terminal.
// Threads   [one-at-a-time]
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace manta::tool {

// The command's exit codes. --help prints them (kExitCodesHelp).
enum ExitCode : int {
  kExitOk = 0,
  kExitBad = 1,    // The thing that was checked or asked for is bad, or not there.
  kExitUsage = 2,  // The command line is wrong.
  kExitFailed = 3  // The command could not do its work.
};

inline constexpr std::string_view kExitCodesHelp =
    "Exit codes: 0 ok; 1 what was checked is bad; 2 wrong usage; 3 the command could not do its work";

enum class Style { kPlain, kHeading, kGood, kBad, kFaint };

class Console {
 public:
  // The process's own: NO_COLOR, TERM and COLUMNS count.
  static Console ForProcess();

  // For tests: collects everything.
  Console(bool color, size_t width) : color_(color), width_(width) {}

  void Print(std::string_view text) { out_ += text; }

  // One sentence, without an end of line: "manta: <sentence>" on standard error, at once. `who` "": it names its place.
  void PrintError(std::string_view sentence, std::string_view who = "manta");

  // Writes what was printed. Returns false, with a complaint unless nobody reads any more, when that fails.
  bool Flush();

  bool color() const { return color_; }

  // Of the terminal, in characters; 0 without one: then lines may be as long as they like.
  size_t width() const { return width_; }

  const std::string& printed() const { return out_; }
  const std::string& errors() const { return errors_; }

 private:
  bool color_ = false;
  size_t width_ = 0;
  int out_descriptor_ = -1;
  int error_descriptor_ = -1;
  std::string out_;
  std::string errors_;  // Of tests.
};

// The text in the style's colour, or as it is.
std::string Styled(std::string_view text, Style style, bool color);

// The text without what Styled put around its pieces.
std::string WithoutColors(std::string_view text);

}  // namespace manta::tool

// SPDX-License-Identifier: Apache-2.0
