#include "core/base/output.h"

#include <cstdio>
#include <iostream>

namespace manta {

int EndOutput(std::string_view program, int code, int failed_code) {
  // std::cout may have a buffer of its own, and stdout remembers what failed before.
  std::cout.flush();
  const bool flushed = std::fflush(stdout) == 0;
  if (std::cout.good() && flushed && std::ferror(stdout) == 0) return code;
  std::cerr << program << ": cannot write the results: standard output is closed, or its disk is full\n";
  return failed_code;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
