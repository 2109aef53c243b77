// tests/support/test_registry.h -- a registry with the test plugins, and sources to configure them from.
#pragma once

#include <cstdlib>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "core/base/text.h"
#include "core/config/config_layers.h"
#include "core/config/config_schemas.h"
#include "core/config/effective_config.h"
#include "core/kernel/system/posix_disk.h"
#include "core/plugin/plugin_registry.h"
#include "gtest/gtest.h"

namespace manta {

class TestRegistry {
 public:
  explicit TestRegistry(std::initializer_list<const char*> plugins = {"leaf", "order", "outer"}) {
    Add("deaf");
    Add("line");
    Add("mute");
    for (const char* plugin : plugins) Add(plugin);
    for (const PluginRecord* plugin : registry_.plugins()) schemas_.Add(*plugin);
  }

  // The sources' layers over default slots of the test plugins: the real default plugins are not here.
  absl::StatusOr<EffectiveConfig> Configure(ConfigSources sources) {
    sources.options.set.insert(
        sources.options.set.begin(),
        "object_store { name: 'test.object_store.outer' } scheduler { name: 'test.scheduler.line' } "
        "serializer { name: 'test.serializer.mute' } ref_counter { name: 'test.ref_counter.deaf' }");
    return ConfigureAsGiven(std::move(sources));
  }

  absl::StatusOr<EffectiveConfig> ConfigureAsGiven(ConfigSources sources) {
    if (sources.working_directory.empty()) sources.working_directory = "/user";
    if (sources.memory_bytes_max_default == 0) sources.memory_bytes_max_default = 1000;
    PosixDisk disk;
    absl::StatusOr<std::vector<ConfigLayer>> layers = ReadLayers(sources, schemas_, disk);
    if (!layers.ok()) return layers.status();
    return ResolveConfig(*layers, schemas_, registry_);
  }

  // Fragments of --manta_set, in order.
  absl::StatusOr<EffectiveConfig> Set(std::initializer_list<std::string_view> fragments) {
    ConfigSources sources;
    for (std::string_view fragment : fragments) sources.command_line.push_back({"set", std::string(fragment)});
    return Configure(std::move(sources));
  }

  // The message of what is wrong with them.
  std::string ErrorOf(std::initializer_list<std::string_view> fragments) { return ErrorOf(Set(fragments)); }

  static std::string ErrorOf(const absl::StatusOr<EffectiveConfig>& config) {
    return config.ok() ? "no error" : std::string(ToStd(config.status().message()));
  }

  const PluginRegistry& registry() const { return registry_; }
  const ConfigSchemas& schemas() const { return schemas_; }

 private:
  void Add(const char* plugin) {
    const std::string path = Concat(std::getenv("TEST_SRCDIR"), "/manta/tests/support/plugins/lib", plugin, ".so");
    const absl::Status added = registry_.AddLibrary(path, Trust::kTrusted);
    EXPECT_TRUE(added.ok()) << added;
  }

  PluginRegistry registry_{PluginRegistryOptions{}};
  ConfigSchemas schemas_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
