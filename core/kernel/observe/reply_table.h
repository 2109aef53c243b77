// core/kernel/observe/reply_table.h -- is what a program answers to a tool: a few facts, and rows.
//
// As text, for the socket between them: a line for each fact and row, fields separated by tabs, backslash escapes for
// what would break that.
//
//   manta 1
//   fact pending# 17              a name that ends with "#" is a number's
//   columns id name attempt#
//   row 07..01 Square 1
//   end
//
// Errors    Parse: kInvalidArgument for anything else; "end" is the proof that all of it has come.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace manta {

struct ReplyTable {
  std::vector<std::pair<std::string, std::string>> facts;
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;

  std::string Text() const;
  static absl::StatusOr<ReplyTable> Parse(std::string_view text);

  // The value of a fact, with or without "#" in its name; "": there is none.
  std::string_view Fact(std::string_view name) const;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
