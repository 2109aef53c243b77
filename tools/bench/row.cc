#include "tools/bench/row.h"

#include "core/base/text.h"

namespace manta::bench {

std::string_view NameOf(Mode mode) {
  switch (mode) {
    case Mode::kLimit:
      return "limit";
    case Mode::kEmbedded:
      return "embedded";
    case Mode::kStrict:
      return "strict";
  }
  return "";
}

void Check(std::string_view what, uint64_t result, uint64_t wanted) {
  if (result == wanted) return;
  throw WrongResult(Concat(what, " is ", result, ", and should be ", wanted, ": a figure of wrong work means nothing"));
}

}  // namespace manta::bench

// SPDX-License-Identifier: Apache-2.0
