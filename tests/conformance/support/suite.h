// tests/conformance/support/suite.h -- a conformance suite's main: options, door, tests, table, exit code.
//
//   int main(int argc, char** argv) { return RunSuite({.interface_name = "eviction", ...}, argc, argv); }
//
// Shapes    Exit codes: 0 conforms, 1 does not, 2 wrong usage or the library cannot be loaded.
// Memory    GoogleTest's tests take no arguments, so the run is a global here, set before the first test.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "tests/conformance/support/plugin_under_test.h"
#include "tests/conformance/support/suite_options.h"

namespace manta::conformance {

struct SuiteSpec {
  std::string_view interface_name;
  uint32_t interface_version = 0;
  // Makes the plugin once before the first test; an error ends the run with exit code 2. Null: nothing is tried.
  absl::Status (*try_out)(const PluginUnderTest& plugin) = nullptr;
};

int RunSuite(const SuiteSpec& suite, int argc, char** argv);

// REQUIRES: inside a test that RunSuite runs.
const SuiteOptions& Options();
const PluginUnderTest& Plugin();

}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
