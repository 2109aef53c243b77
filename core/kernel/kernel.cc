#include "core/kernel/kernel.h"

#include <algorithm>
#include <utility>

#include "core/base/text.h"
#include "core/interface/ref_counter.h"
#include "core/kernel/kernel_log.h"
#include "core/kernel/replace_file.h"
#include "core/kernel/try_config.h"
#include "core/runtime/reference_watch.h"
#include "glog/logging.h"

namespace manta {
namespace {

void Append(const EffectiveSlot& slot, std::vector<PluginInUse>& out) {
  out.push_back({slot.path, slot.plugin->name, slot.plugin->interface_name, slot.plugin->library_path});
  for (const auto& [role, inner] : slot.inner) Append(inner, out);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Kernel>> Kernel::Start(const ConfigSources& sources) {
  SetUpLogging();
  absl::StatusOr<LoadedPlugins> plugins = LoadPlugins(sources);
  if (!plugins.ok()) return plugins.status();
  absl::StatusOr<EffectiveConfig> config = Configure(*plugins);
  if (!config.ok()) return config.status();
  std::unique_ptr<Kernel> kernel(new Kernel(*std::move(plugins), *std::move(config)));
  for (const std::string& sentence : SuspectVariables(sources, *kernel->plugins_->loaded.schemas)) {
    WriteLog(kernel->config().log_level, LogLevel::kWarning, "manta", "config.suspect_variable", sentence);
  }
  kernel->timeline_path_ = TimelinePath(kernel->config(), sources.working_directory);
  Disk& disk = kernel->plugins_->system.world().disk;
  absl::Status status = CheckTimeline(kernel->config(), disk, sources.working_directory);
  if (!status.ok()) return status;
  status = kernel->StartPlugins();
  if (!status.ok()) return status;
  return kernel;
}

Kernel::Plugins::Plugins(LoadedPlugins loaded, EffectiveConfig config)
    : loaded(std::move(loaded)),
      config(std::move(config)),
      system(this->config.memory_bytes_max, MemoryMarks{.high_percent = this->config.memory_high_percent,
                                                        .low_percent = this->config.memory_low_percent}),
      set(system.world(), this->config, this->config.log_level) {}

Kernel::Plugins::~Plugins() {
  set.Destroy();
  WriteLog(config.log_level, LogLevel::kInfo, "manta", "kernel.stopped", "");
}

Kernel::Kernel(LoadedPlugins plugins, EffectiveConfig config)
    : plugins_(std::make_shared<Plugins>(std::move(plugins), std::move(config))) {}

Kernel::~Kernel() = default;

StoredValueParts Kernel::stored_values() const {
  const PluginRecord& serializer = *SlotOf(config(), Serializer::kInterfaceName).plugin;
  return {.store = {plugins_, &object_store()},
          .serializer = this->serializer(),
          .evolves = (serializer.capabilities & Serializer::kCapabilityEvolves) != 0};
}

std::shared_ptr<ValueRouter> Kernel::NewRouter() const {
  const PluginRecord& store = *SlotOf(config(), ObjectStore::kInterfaceName).plugin;
  return std::make_shared<ValueRouter>(
      RoutingParts{.stored = stored_values(),
                   .budget = {plugins_, &plugins_->system.watch()},
                   .watch = {plugins_, &plugins_->system.watch()},
                   .store_spills = (store.capabilities & ObjectStore::kCapabilitySpill) != 0},
      RoutingLimits{.native_values = config().native_values_never ? NativeValues::kNever : NativeValues::kPrefer,
                    .inline_bytes_max = config().inline_bytes_max,
                    .put_timeout_ns = int64_t{config().put_timeout_ms} * 1'000'000});
}

std::shared_ptr<ReferenceWatch> Kernel::NewWatch() const {
  const PluginRecord& counter = *SlotOf(config(), RefCounter::kInterfaceName).plugin;
  const bool observes = (counter.capabilities & RefCounter::kCapabilityObservesAll) != 0;
  const ReferenceWatchOptions options = {
      .protects = (counter.capabilities & RefCounter::kCapabilityProtects) != 0,
      .observe_one_in = observes ? ref_counter().ObserveOneIn() : 0,
  };
  if (!options.protects && options.observe_one_in == 0) return nullptr;
  return std::make_shared<ReferenceWatch>(std::shared_ptr<RefCounter>(plugins_, &ref_counter()), options);
}

std::vector<PluginInUse> Kernel::plugins_in_use() const {
  std::vector<PluginInUse> plugins;
  for (const auto& [name, slot] : config().slots) Append(slot, plugins);
  return plugins;
}

absl::Status Kernel::StartPlugins() {
  if (config().log_level <= LogLevel::kInfo) LOG(INFO) << "manta kernel.configured\n" << config().text;
  if (absl::Status status = plugins_->set.Make(); !status.ok()) return status;
  return StartRuntime();
}

absl::Status Kernel::StartRuntime() {
  const World world = plugins_->system.world();
  const EffectiveConfig& config = plugins_->config;
  const uint32_t worker_count = config.worker_count != 0 ? config.worker_count : world.executor.parallelism();
  RuntimeLimits limits;
  limits.workers.worker_count = worker_count;
  limits.workers.spare_count_max = config.spare_threads_max;
  limits.workers.thread_count_max = std::clamp(config.threads_max, worker_count, Scheduler::kWorkerCountMax);
  limits.pending.count_max = config.pending_tasks_max;
  for (const auto& [name, amount] : config.resources) limits.resources.push_back({.name = name, .amount = amount});
  auto runtime = RuntimeCore::Start({.executor = world.executor,
                                     .clock = world.clock,
                                     .scheduler = scheduler(),
                                     .worker_id = plugins_->set.worker_id(),
                                     .router = NewRouter(),
                                     .metrics = &world.metrics,
                                     .watch = NewWatch()},
                                    limits);
  if (!runtime.ok()) return AtSlot(runtime.status(), SlotOf(config, Scheduler::kInterfaceName));
  runtime_ = *std::move(runtime);
  pressure_callbacks_ =
      std::make_unique<PressureCallbacks>(world.executor, plugins_->system.watch(), runtime_->shell());
  inspector_ = std::make_unique<Inspector>(*runtime_, world, plugins_->system.metrics());
  return absl::OkStatus();
}

void Kernel::StopRuntime() {
  const uint64_t one_in = inspector_->ObserveOneIn();
  if (one_in == 0) return runtime_->Stop();
  const HeldObjects before = inspector_->Held();
  const std::vector<HandleCycle> cycles = inspector_->HandleCycles();
  runtime_->Stop();
  for (const std::string& line : CycleLines(cycles)) {
    WriteLog(config().log_level, LogLevel::kWarning, "manta", "memory.actor_cycle", line);
  }
  for (const std::string& line : LeakLines(inspector_->Held().LeaksSince(before), one_in)) {
    WriteLog(config().log_level, LogLevel::kWarning, "manta", "memory.leaked", line);
  }
}

void Kernel::OpenInspector() {
  if (!config().inspector) return;
  const World world = plugins_->system.world();
  auto opened = InspectorSocket::Open(world.executor, world.clock,
                                      [this](std::string_view request) { return inspector_->Answer(request); });
  if (opened.ok()) {
    inspector_socket_ = *std::move(opened);
  } else {
    WriteLog(config().log_level, LogLevel::kInfo, "manta", "inspector.not_opened", opened.status().ToString());
  }
}

absl::Status Kernel::WriteTimeline(const std::string& path) const {
  return ReplaceFile(plugins_->system.world().disk, path, inspector_->Timeline());
}

void Kernel::WriteConfiguredTimeline() const {
  if (timeline_path_.empty()) return;
  if (const absl::Status status = WriteTimeline(timeline_path_); !status.ok()) {
    WriteLog(config().log_level, LogLevel::kError, "manta", "timeline.not_written", ToStd(status.message()));
  }
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
