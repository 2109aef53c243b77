// tests/conformance/support/suite_options.h -- reads a conformance suite's command line.
//
// Shapes    A suite's own options, --name=value or a bare --slow, and exactly one library. GoogleTest's options
//           (--gtest_...) are left for GoogleTest.
// Errors    kInvalidArgument: one sentence that names the argument, and what is wanted.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace manta::conformance {

struct SuiteOptions {
  std::string library_path;               // The .so to be examined.
  std::string plugin_name;                // "": the library's only plugin of the interface.
  std::string config_path;                // "": the plugin's defaults.
  std::vector<std::string> plugin_paths;  // Folders with plugins for its inner roles.
  uint64_t seed = 1;
  bool slow = false;
  bool help = false;
  bool version = false;
};

// `arguments` as in main, without the program's name. Leaves out what begins with --gtest_.
absl::StatusOr<SuiteOptions> ParseSuiteOptions(std::span<const char* const> arguments);

// The text of --help, for the suite of `interface_name`.
std::string SuiteUsage(std::string_view interface_name);

}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
