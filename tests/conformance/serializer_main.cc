// The conformance suite of core/interface/serializer.h: takes a bare .so.
#include <cstdlib>
#include <string>

#include "core/base/text.h"
#include "core/interface/serializer.h"
#include "tests/conformance/support/suite.h"
#include "tests/conformance/support/suite_host.h"

namespace {

// What must hold before the first test: a serializer can be made.
absl::Status TryOut(const manta::conformance::PluginUnderTest& plugin) {
  // RapidCheck draws from the suite's seed; what the user has set in the environment wins.
  const manta::conformance::SuiteOptions& options = manta::conformance::Options();
  setenv("RC_PARAMS", manta::Concat("seed=", options.seed, " max_success=", options.slow ? 20'000 : 200).c_str(), 0);
  manta::conformance::SuiteHost host(plugin.slot(), 1);
  return plugin.Make<manta::Serializer>(host).status();
}

}  // namespace

int main(int argc, char** argv) {
  return manta::conformance::RunSuite({.interface_name = manta::Serializer::kInterfaceName,
                                       .interface_version = manta::Serializer::kInterfaceVersion,
                                       .try_out = &TryOut},
                                      argc, argv);
}

// SPDX-License-Identifier: Apache-2.0
