#include "tests/conformance/support/plugin_under_test.h"

#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <vector>

#include "core/base/text.h"

namespace manta::conformance {
namespace {

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (file.good() || file.eof()) return text;
  return MakeStatus(absl::StatusCode::kNotFound, "--config=", path, ": cannot be read");
}

}  // namespace

absl::StatusOr<std::unique_ptr<PluginUnderTest>> PluginUnderTest::Load(const SuiteOptions& options,
                                                                       std::string_view interface_name,
                                                                       uint32_t interface_version) {
  std::unique_ptr<PluginUnderTest> loaded(new PluginUnderTest(PluginRegistryOptions{}));
  for (const std::string& path : options.plugin_paths) {
    absl::Status added = loaded->registry_.AddDirectory(path, Trust::kTrusted);
    if (!added.ok()) return added;
  }
  // Trusted: whoever runs the suite named this very file, and the suite's process has nothing to lose.
  absl::Status added = loaded->registry_.AddLibrary(options.library_path, Trust::kTrusted);
  if (!added.ok()) return added;
  absl::StatusOr<const PluginRecord*> plugin = loaded->Choose(options, interface_name, interface_version);
  if (!plugin.ok()) return plugin.status();
  for (const PluginRecord* known : loaded->registry_.plugins()) loaded->schemas_.Add(*known);
  absl::StatusOr<std::string> text = options.config_path.empty() ? std::string() : ReadFile(options.config_path);
  if (!text.ok()) return text.status();
  absl::StatusOr<EffectiveSlot> slot =
      ResolveSlotText(*text, options.config_path, interface_name, (*plugin)->name, loaded->schemas_, loaded->registry_);
  if (!slot.ok()) return slot.status();
  if (slot->plugin != *plugin) {
    return MakeStatus(absl::StatusCode::kInvalidArgument, "--config=", options.config_path, " is for plugin ",
                      slot->plugin->name, ", and ", options.library_path, " holds ", (*plugin)->name);
  }
  loaded->slot_ = *std::move(slot);
  return loaded;
}

absl::StatusOr<const PluginRecord*> PluginUnderTest::Choose(const SuiteOptions& options,
                                                            std::string_view interface_name,
                                                            uint32_t interface_version) const {
  const std::string wanted = Concat(interface_name, " version ", interface_version);
  const std::string path = options.library_path;
  std::vector<const PluginRecord*> fitting;
  std::vector<std::string> names;
  for (const PluginRecord* plugin : registry_.plugins()) {
    names.push_back(Concat(plugin->name, " (", plugin->interface_name, " version ", plugin->interface_version, ")"));
    if (plugin->interface_name != interface_name || plugin->interface_version != interface_version) continue;
    if (options.plugin_name.empty() || options.plugin_name == plugin->name) fitting.push_back(plugin);
  }
  if (fitting.size() > 1 && options.plugin_name.empty()) {
    // Of those on --plugin_path, the ones in other files do not count.
    std::erase_if(fitting, [&](const PluginRecord* plugin) {
      return plugin->library_path.substr(plugin->library_path.rfind('/') + 1) !=
             options.library_path.substr(options.library_path.rfind('/') + 1);
    });
  }
  if (fitting.size() == 1) return fitting.front();
  return MakeStatus(absl::StatusCode::kInvalidArgument, path, ": wanted is one plugin of ", wanted,
                    options.plugin_name.empty() ? "" : Concat(" named ", Quoted(options.plugin_name)), ", found are ",
                    Listed(names), fitting.empty() ? "" : ": choose one by --plugin");
}

absl::StatusOr<void*> PluginUnderTest::MakeUntyped(const EffectiveSlot& slot, const Host& host) {
  const PluginRecord& plugin = *slot.plugin;
  void* made = nullptr;
  const std::span<const std::byte> config = std::as_bytes(std::span(slot.config));
  absl::Status status = plugin.create(host, config.data(), config.size(), &made);
  if (!status.ok()) return Annotate(status, Concat("plugin ", plugin.name));
  if (made == nullptr) return MakeStatus(absl::StatusCode::kInternal, "plugin ", plugin.name, ": create gave null");
  return made;
}

}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
