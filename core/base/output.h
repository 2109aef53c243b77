// core/base/output.h -- ends what a program prints, and says so when it could not be written.
//
// A full disk or a closed output is found out when the last bytes leave the program, after everything went well. A
// program that returned 0 then would have told its caller that the results are there.
//
//   std::cout << results;
//   return EndOutput("sums", EXIT_SUCCESS);      // 0, or a sentence on standard error and 1.
//
// Threads   [one-at-a-time]; at the end of main.
#pragma once

#include <cstdlib>
#include <string_view>

namespace manta {

// Writes what std::cout and stdout still hold. Returns `code` when all that was ever printed there has been written;
// else tells on standard error, in the name of `program`, and returns `failed_code`.
int EndOutput(std::string_view program, int code, int failed_code = EXIT_FAILURE);

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
