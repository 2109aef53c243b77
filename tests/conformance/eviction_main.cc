// The conformance suite of core/interface/eviction.h: takes a bare .so.
#include "core/interface/eviction.h"
#include "tests/conformance/support/suite.h"
#include "tests/conformance/support/suite_host.h"

namespace {

// What must hold before the first test: a policy can be made.
absl::Status TryOut(const manta::conformance::PluginUnderTest& plugin) {
  manta::conformance::SuiteHost host(plugin.slot(), 1);
  return plugin.Make<manta::EvictionPolicy>(host).status();
}

}  // namespace

int main(int argc, char** argv) {
  return manta::conformance::RunSuite({.interface_name = manta::EvictionPolicy::kInterfaceName,
                                       .interface_version = manta::EvictionPolicy::kInterfaceVersion,
                                       .try_out = &TryOut},
                                      argc, argv);
}

// SPDX-License-Identifier: Apache-2.0
