// core/kernel/kernel.h -- builds one process's parts from its configuration, and takes them down again.
//
//   Start:  logging, configuration (which loads plugins), world, then each slot's plugins, inner ones first
//   Stop:   the same in reverse; a plugin is destroyed before its host, and the world goes last
//
// Libraries stay loaded: they may be in use by another kernel of this process.
//
// Threads   Start and the destructor [one-at-a-time]; the rest [any-thread].
// Memory    All references live as long as the kernel. Values that lie in the store, and what looks at them, keep the
//           plugins after the kernel is gone.
// Errors    As configure.h and plugin_set.h.
// Crashes   Destroying the kernel while a pin is held or a call is running breaks the store's REQUIRES.
// Cost      Start takes at most 20 ms with all plugins of this tree (kernel_benchmark.cc).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "core/config/config_sources.h"
#include "core/interface/object_store.h"
#include "core/interface/scheduler.h"
#include "core/interface/serializer.h"
#include "core/kernel/configure.h"
#include "core/kernel/observe/inspector.h"
#include "core/kernel/observe/inspector_socket.h"
#include "core/kernel/plugin_in_use.h"
#include "core/kernel/plugin_set.h"
#include "core/kernel/world.h"
#include "core/runtime/pressure_callbacks.h"
#include "core/runtime/runtime_core.h"
#include "core/runtime/stored_value.h"

namespace manta {

class RefCounter;
class ReferenceWatch;

class Kernel {
 public:
  static absl::StatusOr<std::unique_ptr<Kernel>> Start(const ConfigSources& sources);
  Kernel(const Kernel&) = delete;
  Kernel& operator=(const Kernel&) = delete;
  ~Kernel();

  ObjectStore& object_store() const { return plugins_->set.object_store(); }
  Scheduler& scheduler() const { return plugins_->set.scheduler(); }
  RuntimeCore& runtime() const { return *runtime_; }
  Serializer& serializer() const { return plugins_->set.serializer(); }
  // While the runtime runs its watch alone calls the counter, if there is one (core/runtime/reference_watch.h).
  RefCounter& ref_counter() const { return plugins_->set.ref_counter(); }

  // How values become objects of the store.
  StoredValueParts stored_values() const;

  // Where values lie, as configured; for one runtime.
  std::shared_ptr<ValueRouter> NewRouter() const;

  // Who tells the ref counter, for this kernel's runtime alone; null: the counter knows local references only, which
  // the runtime counts itself.
  std::shared_ptr<ReferenceWatch> NewWatch() const;

  const EffectiveConfig& config() const { return plugins_->config; }
  const PluginRegistry& registry() const { return *plugins_->loaded.registry; }

  // How much memory is used, and who hears of it.
  MemoryState memory() const { return plugins_->system.watch().state(); }
  PressureCallbacks& pressure_callbacks() const { return *pressure_callbacks_; }

  // What the runtime does, for people and tools.
  Inspector& inspector() const { return *inspector_; }

  // Lets tools ask, if the config says so. A system that does not allow it is logged, and is no error.
  void OpenInspector();

  // Stops the runtime, and logs what tasks and actors have left behind, if the ref counter observes.
  void StopRuntime();

  // Writes the timeline to a file, which is replaced when all is written (replace_file.h).
  absl::Status WriteTimeline(const std::string& path) const;

  // The configured one, if there is one; what goes wrong is logged.
  void WriteConfiguredTimeline() const;

  // Those in slots, outer ones first.
  std::vector<PluginInUse> plugins_in_use() const;

 private:
  // The plugins, after what they need. May outlive the kernel.
  struct Plugins {
    Plugins(LoadedPlugins loaded, EffectiveConfig config);
    ~Plugins();

    LoadedPlugins loaded;
    EffectiveConfig config;
    SystemWorld system;
    PluginSet set;
  };

  Kernel(LoadedPlugins plugins, EffectiveConfig config);

  absl::Status StartPlugins();
  absl::Status StartRuntime();

  std::shared_ptr<Plugins> plugins_;
  std::unique_ptr<RuntimeCore> runtime_;  // After the plugins, which it uses,
  std::unique_ptr<PressureCallbacks> pressure_callbacks_;
  std::unique_ptr<Inspector> inspector_;  // and before those who look at it.
  std::unique_ptr<InspectorSocket> inspector_socket_;
  std::string timeline_path_;  // Absolute; "": none is written.
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
