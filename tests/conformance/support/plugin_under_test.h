// tests/conformance/support/plugin_under_test.h -- takes a bare .so through the door, and makes the plugin in it.
//
// The suite talks to the plugin itself, not to the kernel's guard around it: the guard would stop at the first broken
// sentence, and the suite is to find all of them.
//
// Memory    Slots point to records, which live as long as the PluginUnderTest.
// Errors    What the door says; kInvalidArgument when the library has no plugin of the interface, or several and
//           --plugin names none.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/interface/host.h"
#include "core/plugin/plugin_record.h"
#include "core/plugin/plugin_registry.h"
#include "tests/conformance/support/suite_options.h"

namespace manta::conformance {

// A plugin and its configuration, ready for create.
struct ResolvedSlot {
  const PluginRecord* plugin = nullptr;
  std::vector<std::byte> config;                           // Empty: all defaults.
  std::map<std::string, ResolvedSlot, std::less<>> inner;  // By role. A role without one: SuiteHost's own part.
};

class PluginUnderTest {
 public:
  static absl::StatusOr<std::unique_ptr<PluginUnderTest>> Load(const SuiteOptions& options,
                                                               std::string_view interface_name,
                                                               uint32_t interface_version);

  const PluginRecord& record() const { return *slot_.plugin; }
  const ResolvedSlot& slot() const { return slot_; }
  bool Has(uint64_t capability) const { return (record().capabilities & capability) != 0; }

  // Makes a new plugin of this slot. `host` is a SuiteHost of the same slot, and outlives it.
  template <class Interface>
  absl::StatusOr<std::unique_ptr<Interface>> Make(const Host& host) const {
    absl::StatusOr<void*> made = MakeUntyped(slot_, host);
    if (!made.ok()) return made.status();
    return std::unique_ptr<Interface>(static_cast<Interface*>(*made));
  }

  static absl::StatusOr<void*> MakeUntyped(const ResolvedSlot& slot, const Host& host);

 private:
  explicit PluginUnderTest(PluginRegistryOptions options) : registry_(std::move(options)) {}

  absl::StatusOr<const PluginRecord*> Choose(const SuiteOptions& options, std::string_view interface_name,
                                             uint32_t interface_version) const;

  PluginRegistry registry_;
  ResolvedSlot slot_;
};

}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
