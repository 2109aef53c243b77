// tests/conformance/support/plugin_under_test.h -- takes a bare .so through the door, and makes the plugin in it.
//
// The suite talks to the plugin itself, not to the kernel's guard around it: the guard would stop at the first broken
// sentence, and the suite is to find all of them.
//
// Memory    Slots point to records, which live as long as the PluginUnderTest.
// Errors    What the door and the config say; kInvalidArgument when the library has no plugin of the interface, or
//           several and --plugin names none.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/config/config_schemas.h"
#include "core/config/effective_config.h"
#include "core/interface/host.h"
#include "core/plugin/plugin_record.h"
#include "core/plugin/plugin_registry.h"
#include "tests/conformance/support/suite_options.h"

namespace manta::conformance {

class PluginUnderTest {
 public:
  static absl::StatusOr<std::unique_ptr<PluginUnderTest>> Load(const SuiteOptions& options,
                                                               std::string_view interface_name,
                                                               uint32_t interface_version);

  const PluginRecord& record() const { return *slot_.plugin; }
  const EffectiveSlot& slot() const { return slot_; }
  bool Has(uint64_t capability) const { return (record().capabilities & capability) != 0; }

  // Makes a new plugin of this slot. `host` is a SuiteHost of the same slot, and outlives it.
  template <class Interface>
  absl::StatusOr<std::unique_ptr<Interface>> Make(const Host& host) const {
    absl::StatusOr<void*> made = MakeUntyped(slot_, host);
    if (!made.ok()) return made.status();
    return std::unique_ptr<Interface>(static_cast<Interface*>(*made));
  }

  static absl::StatusOr<void*> MakeUntyped(const EffectiveSlot& slot, const Host& host);

 private:
  explicit PluginUnderTest(PluginRegistryOptions options) : registry_(std::move(options)) {}

  absl::StatusOr<const PluginRecord*> Choose(const SuiteOptions& options, std::string_view interface_name,
                                             uint32_t interface_version) const;

  PluginRegistry registry_;
  ConfigSchemas schemas_;
  EffectiveSlot slot_;  // A role that stays empty: SuiteHost's own part.
};

}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
