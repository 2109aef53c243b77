// The conformance suite of core/interface/ref_counter.h: takes a bare .so.
#include "core/interface/ref_counter.h"
#include "tests/conformance/support/suite.h"
#include "tests/conformance/support/suite_host.h"

namespace {

// What must hold before the first test: a counter can be made.
absl::Status TryOut(const manta::conformance::PluginUnderTest& plugin) {
  manta::conformance::SuiteHost host(plugin.slot(), 1);
  return plugin.Make<manta::RefCounter>(host).status();
}

}  // namespace

int main(int argc, char** argv) {
  return manta::conformance::RunSuite({.interface_name = manta::RefCounter::kInterfaceName,
                                       .interface_version = manta::RefCounter::kInterfaceVersion,
                                       .try_out = &TryOut},
                                      argc, argv);
}

// SPDX-License-Identifier: Apache-2.0
