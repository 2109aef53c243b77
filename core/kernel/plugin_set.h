// core/kernel/plugin_set.h -- makes the plugins that a configuration names, and destroys them in reverse.
//
//   empty --Make--> object store, scheduler, serializer, ref counter; each after those inside it
//     \------------- Destroy, or the destructor -------------/
//
// Threads   Make and Destroy [one-at-a-time]; the rest [any-thread].
// Memory    World and configuration outlive the set; plugins are destroyed before their hosts.
// Errors    What a plugin's create returns, with the origin of the value that it refuses, its slot and its name.
// Crashes   Asking for a plugin before Make was ok.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/config/effective_config.h"
#include "core/interface/object_store.h"
#include "core/interface/ref_counter.h"
#include "core/interface/scheduler.h"
#include "core/interface/serializer.h"
#include "core/kernel/kernel_host.h"
#include "core/kernel/world.h"

namespace manta {

class PluginSet {
 public:
  PluginSet(const World& world, const EffectiveConfig& config, LogLevel log_level);
  PluginSet(const PluginSet&) = delete;
  PluginSet& operator=(const PluginSet&) = delete;
  ~PluginSet();

  // Of an error's set some plugins are made; they go with Destroy.
  absl::Status Make();
  void Destroy();

  ObjectStore& object_store() const { return *object_store_; }
  Scheduler& scheduler() const { return *scheduler_; }
  Serializer& serializer() const { return *serializer_; }
  RefCounter& ref_counter() const { return *ref_counter_; }
  uint64_t worker_id() const { return worker_id_; }  // Of this process, in its objects' ids.

 private:
  // Makes the plugin of the slot that is named as its interface, with all inside it.
  template <class Interface>
  absl::Status MakeSlot(std::unique_ptr<Interface>& plugin);

  // Makes the inner plugins of `slot`, and the host that holds them for the slot's own plugin.
  absl::StatusOr<KernelHost*> MakeHost(const EffectiveSlot& slot);
  static void DestroyLeftInner(const EffectiveSlot& slot, KernelHost& host);

  const World world_;
  const EffectiveConfig& config_;
  const LogLevel log_level_;
  std::vector<std::unique_ptr<KernelHost>> hosts_;  // Inner ones first.
  std::unique_ptr<ObjectStore> object_store_;
  std::unique_ptr<Scheduler> scheduler_;
  std::unique_ptr<Serializer> serializer_;
  uint64_t worker_id_ = 0;
  std::unique_ptr<RefCounter> ref_counter_;
};

// The slot that is named as an interface.
const EffectiveSlot& SlotOf(const EffectiveConfig& config, std::string_view interface_name);

// An error of the slot's plugin, with where the value stands that it refuses.
absl::Status AtSlot(const absl::Status& status, const EffectiveSlot& slot);

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
