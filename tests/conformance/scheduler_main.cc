// The conformance suite of core/interface/scheduler.h: takes a bare .so.
#include "core/interface/scheduler.h"
#include "tests/conformance/support/suite.h"
#include "tests/conformance/support/suite_host.h"

namespace {

// What must hold before the first test: a scheduler can be made.
absl::Status TryOut(const manta::conformance::PluginUnderTest& plugin) {
  manta::conformance::SuiteHost host(plugin.slot(), 1);
  return plugin.Make<manta::Scheduler>(host).status();
}

}  // namespace

int main(int argc, char** argv) {
  return manta::conformance::RunSuite({.interface_name = manta::Scheduler::kInterfaceName,
                                       .interface_version = manta::Scheduler::kInterfaceVersion,
                                       .try_out = &TryOut},
                                      argc, argv);
}

// SPDX-License-Identifier: Apache-2.0
