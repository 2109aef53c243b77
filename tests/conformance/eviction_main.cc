// The conformance suite of core/interface/eviction.h: takes a bare .so.
#include "core/interface/eviction.h"
#include "tests/conformance/support/suite.h"

int main(int argc, char** argv) {
  return manta::conformance::RunSuite({.interface_name = manta::EvictionPolicy::kInterfaceName,
                                       .interface_version = manta::EvictionPolicy::kInterfaceVersion},
                                      argc, argv);
}

// SPDX-License-Identifier: Apache-2.0
