// core/config/origin.h -- says where a value of the configuration comes from.
//
// Shapes    "node.textproto:5:21" for text (line and column from 1; columns count bytes, and a tab is one),
//           "--manta_log_level" or "MANTA_LOG_LEVEL" for a value given whole, "default" for one that nobody gave.
#pragma once

#include <string>

#include "core/base/text.h"

namespace manta {

struct Origin {
  std::string source;
  int line = 0;  // 0: the value was given whole.
  int column = 0;

  std::string ToString() const { return line == 0 ? source : Concat(source, ":", line, ":", column); }
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
