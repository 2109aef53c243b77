#include "core/kernel/kernel.h"

#include <algorithm>
#include <span>
#include <utility>

#include "core/base/text.h"
#include "core/interface/draft/ref_counter.h"
#include "core/kernel/kernel_log.h"
#include "core/plugin/plugin_factory.h"
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
  for (const std::string& sentence : SuspectVariables(sources, *kernel->plugins_.schemas)) {
    WriteLog(kernel->config_.log_level, LogLevel::kWarning, "manta", "config.suspect_variable", sentence);
  }
  if (absl::Status status = kernel->StartPlugins(); !status.ok()) return status;
  return kernel;
}

Kernel::Kernel(LoadedPlugins plugins, EffectiveConfig config)
    : plugins_(std::move(plugins)), config_(std::move(config)), system_(config_.memory_bytes_max) {}

Kernel::~Kernel() {
  runtime_.reset();
  ref_counter_.reset();
  serializer_.reset();
  scheduler_.reset();
  object_store_.reset();
  while (!hosts_.empty()) hosts_.pop_back();
  WriteLog(config_.log_level, LogLevel::kInfo, "manta", "kernel.stopped", "");
}

StoredValueParts Kernel::StoredValues(const std::shared_ptr<Kernel>& kernel) {
  const PluginRecord& serializer = *kernel->config_.slots.at(std::string(Serializer::kInterfaceName)).plugin;
  return {.store = {kernel, kernel->object_store_.get()},
          .serializer = *kernel->serializer_,
          .evolves = (serializer.capabilities & Serializer::kCapabilityEvolves) != 0};
}

std::vector<PluginInUse> Kernel::plugins_in_use() const {
  std::vector<PluginInUse> plugins;
  for (const auto& [name, slot] : config_.slots) Append(slot, plugins);
  return plugins;
}

absl::Status Kernel::StartPlugins() {
  if (config_.log_level <= LogLevel::kInfo) LOG(INFO) << "manta kernel.configured\n" << config_.text;
  absl::StatusOr<std::unique_ptr<ObjectStore>> store = StartSlot<ObjectStore>();
  if (!store.ok()) return store.status();
  object_store_ = *std::move(store);
  absl::StatusOr<std::unique_ptr<Scheduler>> scheduler = StartSlot<Scheduler>();
  if (!scheduler.ok()) return scheduler.status();
  scheduler_ = *std::move(scheduler);
  absl::StatusOr<std::unique_ptr<Serializer>> serializer = StartSlot<Serializer>();
  if (!serializer.ok()) return serializer.status();
  serializer_ = *std::move(serializer);
  worker_id_ = system_.world().random.Next() | 1;  // 0 is nobody's.
  absl::StatusOr<std::unique_ptr<draft::RefCounter>> counter = StartSlot<draft::RefCounter>();
  if (!counter.ok()) return counter.status();
  ref_counter_ = *std::move(counter);
  if (absl::Status status = ref_counter_->Start(worker_id_); !status.ok()) return Annotate(status, "ref_counter");
  return StartRuntime();
}

absl::Status Kernel::StartRuntime() {
  const World world = system_.world();
  const uint32_t worker_count = config_.worker_count != 0 ? config_.worker_count : world.executor.parallelism();
  RuntimeLimits limits;
  limits.workers.worker_count = worker_count;
  limits.workers.spare_count_max = config_.spare_threads_max;
  limits.workers.thread_count_max = std::clamp(config_.threads_max, worker_count, Scheduler::kWorkerCountMax);
  limits.pending.count_max = config_.pending_tasks_max;
  for (const auto& [name, amount] : config_.resources) limits.resources.push_back({.name = name, .amount = amount});
  auto runtime = RuntimeCore::Start(
      {.executor = world.executor, .clock = world.clock, .scheduler = *scheduler_, .worker_id = worker_id_}, limits);
  if (!runtime.ok()) return Annotate(runtime.status(), "scheduler");
  runtime_ = *std::move(runtime);
  return absl::OkStatus();
}

template <class Interface>
absl::StatusOr<std::unique_ptr<Interface>> Kernel::StartSlot() {
  const auto found = config_.slots.find(std::string(Interface::kInterfaceName));
  CHECK(found != config_.slots.end()) << "the default layer has no " << Interface::kInterfaceName;
  const EffectiveSlot& slot = found->second;
  absl::StatusOr<KernelHost*> host = MakeHost(slot);
  if (!host.ok()) return host.status();
  auto plugin = CreatePlugin<Interface>(*slot.plugin, **host, Bytes(slot.config));
  if (!plugin.ok()) return Annotate(plugin.status(), slot.path);
  DestroyLeftInner(slot, **host);
  return plugin;
}

absl::StatusOr<KernelHost*> Kernel::MakeHost(const EffectiveSlot& slot) {
  auto host = std::make_unique<KernelHost>(system_.world(), *slot.plugin, config_.log_level);
  for (const auto& [role, inner] : slot.inner) {
    absl::StatusOr<KernelHost*> inner_host = MakeHost(inner);
    if (!inner_host.ok()) return inner_host.status();
    absl::StatusOr<void*> made = CreateUntypedPlugin(*inner.plugin, **inner_host, Bytes(inner.config));
    if (!made.ok()) return Annotate(made.status(), inner.path);
    host->GiveInner(role, *inner.plugin, *made);
    DestroyLeftInner(inner, **inner_host);
  }
  hosts_.push_back(std::move(host));
  return hosts_.back().get();
}

// A plugin that leaves an inner plugin lying ignores what the user configured: it is said, and the rest works.
void Kernel::DestroyLeftInner(const EffectiveSlot& slot, KernelHost& host) {
  for (const std::string& role : host.DestroyLeftInner()) {
    host.Log(LogLevel::kWarning, "plugin.left_inner", Concat("slot=", slot.path, " role=", role));
  }
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
