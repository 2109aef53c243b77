#include "core/kernel/kernel.h"

#include <algorithm>
#include <filesystem>
#include <span>
#include <utility>

#include "core/base/text.h"
#include "core/interface/ref_counter.h"
#include "core/kernel/kernel_log.h"
#include "core/kernel/replace_file.h"
#include "core/plugin/plugin_factory.h"
#include "core/runtime/reference_watch.h"
#include "glog/logging.h"

namespace manta {
namespace {

std::span<const std::byte> Bytes(const std::string& text) { return std::as_bytes(std::span(text)); }

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
  if (absl::Status status = kernel->CheckTimeline(sources); !status.ok()) return status;
  if (absl::Status status = kernel->StartPlugins(); !status.ok()) return status;
  return kernel;
}

Kernel::Plugins::Plugins(LoadedPlugins loaded, EffectiveConfig config)
    : loaded(std::move(loaded)),
      config(std::move(config)),
      system(this->config.memory_bytes_max, MemoryMarks{.high_percent = this->config.memory_high_percent,
                                                        .low_percent = this->config.memory_low_percent}) {}

Kernel::Plugins::~Plugins() {
  ref_counter.reset();
  serializer.reset();
  scheduler.reset();
  object_store.reset();
  while (!hosts.empty()) hosts.pop_back();
  WriteLog(config.log_level, LogLevel::kInfo, "manta", "kernel.stopped", "");
}

Kernel::Kernel(LoadedPlugins plugins, EffectiveConfig config)
    : plugins_(std::make_shared<Plugins>(std::move(plugins), std::move(config))) {}

Kernel::~Kernel() = default;

StoredValueParts Kernel::stored_values() const {
  const PluginRecord& serializer = *config().slots.at(std::string(Serializer::kInterfaceName)).plugin;
  return {.store = {plugins_, plugins_->object_store.get()},
          .serializer = *plugins_->serializer,
          .evolves = (serializer.capabilities & Serializer::kCapabilityEvolves) != 0};
}

std::shared_ptr<ValueRouter> Kernel::NewRouter() const {
  const PluginRecord& store = *config().slots.at(std::string(ObjectStore::kInterfaceName)).plugin;
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
  const PluginRecord& counter = *config().slots.at(std::string(RefCounter::kInterfaceName)).plugin;
  const bool observes = (counter.capabilities & RefCounter::kCapabilityObservesAll) != 0;
  const ReferenceWatchOptions options = {
      .protects = (counter.capabilities & RefCounter::kCapabilityProtects) != 0,
      .observe_one_in = observes ? plugins_->ref_counter->ObserveOneIn() : 0,
  };
  if (!options.protects && options.observe_one_in == 0) return nullptr;
  return std::make_shared<ReferenceWatch>(std::shared_ptr<RefCounter>(plugins_, plugins_->ref_counter.get()), options);
}

std::vector<PluginInUse> Kernel::plugins_in_use() const {
  std::vector<PluginInUse> plugins;
  for (const auto& [name, slot] : config().slots) Append(slot, plugins);
  return plugins;
}

absl::Status Kernel::StartPlugins() {
  if (config().log_level <= LogLevel::kInfo) LOG(INFO) << "manta kernel.configured\n" << config().text;
  absl::StatusOr<std::unique_ptr<ObjectStore>> store = StartSlot<ObjectStore>();
  if (!store.ok()) return store.status();
  plugins_->object_store = *std::move(store);
  absl::StatusOr<std::unique_ptr<Scheduler>> scheduler = StartSlot<Scheduler>();
  if (!scheduler.ok()) return scheduler.status();
  plugins_->scheduler = *std::move(scheduler);
  absl::StatusOr<std::unique_ptr<Serializer>> serializer = StartSlot<Serializer>();
  if (!serializer.ok()) return serializer.status();
  plugins_->serializer = *std::move(serializer);
  plugins_->worker_id = plugins_->system.world().random.Next() | 1;  // 0 is nobody's.
  absl::StatusOr<std::unique_ptr<RefCounter>> counter = StartSlot<RefCounter>();
  if (!counter.ok()) return counter.status();
  plugins_->ref_counter = *std::move(counter);
  if (absl::Status status = plugins_->ref_counter->Start(plugins_->worker_id); !status.ok()) {
    return Annotate(status, "ref_counter");
  }
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
                                     .worker_id = plugins_->worker_id,
                                     .router = NewRouter(),
                                     .metrics = &world.metrics,
                                     .watch = NewWatch()},
                                    limits);
  if (!runtime.ok()) return Annotate(runtime.status(), "scheduler");
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

// Found out now, and not when all is done.
absl::Status Kernel::CheckTimeline(const ConfigSources& sources) {
  if (config().timeline.empty()) return absl::OkStatus();
  timeline_path_ = (std::filesystem::path(sources.working_directory) / config().timeline).string();
  return Annotate(CheckReplaceable(plugins_->system.world().disk, timeline_path_), "timeline");
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

template <class Interface>
absl::StatusOr<std::unique_ptr<Interface>> Kernel::StartSlot() {
  const auto found = plugins_->config.slots.find(std::string(Interface::kInterfaceName));
  CHECK(found != plugins_->config.slots.end()) << "the default layer has no " << Interface::kInterfaceName;
  const EffectiveSlot& slot = found->second;
  absl::StatusOr<KernelHost*> host = MakeHost(slot);
  if (!host.ok()) return host.status();
  auto plugin = CreatePlugin<Interface>(*slot.plugin, **host, Bytes(slot.config));
  if (!plugin.ok()) return Annotate(plugin.status(), slot.path);
  DestroyLeftInner(slot, **host);
  return plugin;
}

absl::StatusOr<KernelHost*> Kernel::MakeHost(const EffectiveSlot& slot) {
  auto host = std::make_unique<KernelHost>(plugins_->system.world(), *slot.plugin, config().log_level);
  for (const auto& [role, inner] : slot.inner) {
    absl::StatusOr<KernelHost*> inner_host = MakeHost(inner);
    if (!inner_host.ok()) return inner_host.status();
    absl::StatusOr<void*> made = CreateUntypedPlugin(*inner.plugin, **inner_host, Bytes(inner.config));
    if (!made.ok()) return Annotate(made.status(), inner.path);
    host->GiveInner(role, *inner.plugin, *made);
    DestroyLeftInner(inner, **inner_host);
  }
  plugins_->hosts.push_back(std::move(host));
  return plugins_->hosts.back().get();
}

// A plugin that leaves an inner plugin lying ignores what the user configured: it is said, and the rest works.
void Kernel::DestroyLeftInner(const EffectiveSlot& slot, KernelHost& host) {
  for (const std::string& role : host.DestroyLeftInner()) {
    host.Log(LogLevel::kWarning, "plugin.left_inner", Concat("slot=", slot.path, " role=", role));
  }
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
