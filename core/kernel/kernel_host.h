// core/kernel/kernel_host.h -- the Host of one plugin in a running kernel.
//
// Threads   As Host says. GiveInner and DestroyLeftInner belong to whoever makes the plugin.
// Memory    The world outlives the host, and the host its plugin. Inner plugins that were not taken die with the host.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "core/interface/host.h"
#include "core/kernel/world.h"
#include "core/plugin/plugin_record.h"

namespace manta {

class KernelHost final : public Host {
 public:
  KernelHost(const World& world, const PluginRecord& plugin, LogLevel log_level);
  KernelHost(const KernelHost&) = delete;
  KernelHost& operator=(const KernelHost&) = delete;
  ~KernelHost() override;

  // Puts what CreateUntypedPlugin gave for `inner` into `role`. REQUIRES: the role is in the manifest, and empty.
  void GiveInner(std::string_view role, const PluginRecord& inner, void* made);

  // Destroys what the plugin's create left, and returns the roles: an outer plugin that forgets one is told so.
  std::vector<std::string> DestroyLeftInner();

  Clock& clock() const override { return world_.clock; }
  Random& random() const override { return world_.random; }
  Executor& executor() const override { return world_.executor; }
  Disk& disk() const override { return world_.disk; }
  Metrics& metrics() const override { return world_.metrics; }
  MemoryBudget& memory() const override { return world_.memory; }

  void Log(LogLevel level, std::string_view event, std::string_view facts) const override;

 protected:
  absl::StatusOr<void*> TakeInnerPlugin(std::string_view role, std::string_view interface_name,
                                        uint32_t interface_version) const override;

 private:
  struct Inner {
    const PluginRecord* plugin = nullptr;
    void* made = nullptr;  // Null once it was taken.
  };

  const World world_;
  const PluginRecord& plugin_;
  const LogLevel log_level_;
  mutable std::map<std::string, Inner, std::less<>> inner_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
