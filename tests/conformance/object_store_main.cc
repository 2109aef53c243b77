// The conformance suite of core/interface/object_store.h, for any store in a bare .so.
#include <cstdint>

#include "core/interface/object_store.h"
#include "tests/conformance/object_store_fixture.h"
#include "tests/conformance/support/suite.h"
#include "tests/conformance/support/suite_host.h"

namespace {

// What must hold before the first test; the sentence to print when it does not.
absl::Status TryOut(const manta::conformance::PluginUnderTest& plugin) {
  manta::conformance::SuiteHost host(plugin.slot(), 1);
  absl::StatusOr<std::unique_ptr<manta::ObjectStore>> store = plugin.Make<manta::ObjectStore>(host);
  if (!store.ok()) return store.status();
  const uint64_t capacity_bytes = (*store)->Stats().capacity_bytes;
  if (capacity_bytes >= manta::conformance::kCapacityBytesMin) return absl::OkStatus();
  return absl::InvalidArgumentError("the store's capacity is " + std::to_string(capacity_bytes) +
                                    " bytes, at least 1 MiB is wanted: give a larger one by --config");
}

}  // namespace

int main(int argc, char** argv) {
  return manta::conformance::RunSuite({.interface_name = manta::ObjectStore::kInterfaceName,
                                       .interface_version = manta::ObjectStore::kInterfaceVersion,
                                       .try_out = &TryOut},
                                      argc, argv);
}

// SPDX-License-Identifier: Apache-2.0
