#include "api/init.h"

#include <cstdlib>
#include <iostream>
#include <utility>

#include "core/base/output.h"
#include "core/config/config_help.h"
#include "core/config/config_sources.h"
#include "core/kernel/kernel.h"
#include "core/runtime/current_runtime.h"
#include "glog/logging.h"

namespace manta {
namespace {

ConfigSources SourcesOf(const Options& options) {
  std::vector<std::string> set = options.set;
  if (options.strict) set.push_back("native_values: NEVER");
  return ProcessSources(
      {.config_file = options.config_file, .plugin_path = options.plugin_path, .set = std::move(set)});
}

Runtime StartRuntime(const ConfigSources& sources) {
  std::unique_ptr<Kernel> kernel = ValueOrThrow(Kernel::Start(sources));
  SetDefaultRuntime(kernel->runtime().shell());
  kernel->OpenInspector();
  return Runtime(std::move(kernel));
}

}  // namespace

Runtime::Runtime(std::unique_ptr<Kernel> kernel) : kernel_(std::move(kernel)) {}
Runtime::Runtime(Runtime&&) noexcept = default;
Runtime& Runtime::operator=(Runtime&& other) noexcept {
  if (this != &other) {
    Shutdown();
    kernel_ = std::move(other.kernel_);
  }
  return *this;
}
Runtime::~Runtime() { Shutdown(); }

ObjectStore& Runtime::object_store() const { return kernel().object_store(); }

StoredValueParts Runtime::stored_values() const { return kernel().stored_values(); }

std::vector<PluginInUse> Runtime::plugins() const { return kernel().plugins_in_use(); }

std::string_view Runtime::config() const { return kernel().config().text; }

RuntimeCounts Runtime::counts() const { return kernel().runtime().counts(); }

MemoryState Runtime::memory() const { return kernel().memory(); }

void Runtime::OnMemoryPressure(std::function<void(const MemoryState& state)> callback) {
  kernel().pressure_callbacks().Add(std::move(callback));
}

std::string Runtime::MetricsText() const { return PrometheusText(kernel().inspector().Metrics()); }

void Runtime::WriteTimeline(const std::string& path) const { ThrowIfError(kernel().WriteTimeline(path)); }

RuntimeCounts Runtime::Shutdown() {
  if (kernel_ == nullptr) return {};
  ResetDefaultRuntime(kernel_->runtime().shell());
  kernel_->StopRuntime();
  kernel_->WriteConfiguredTimeline();
  const RuntimeCounts counts = kernel_->runtime().counts();
  kernel_.reset();
  return counts;
}

Kernel& Runtime::kernel() const {
  if (kernel_ == nullptr)
    throw Error(absl::FailedPreconditionError("the runtime is shut down: call manta::Init again"));
  return *kernel_;
}

RuntimeScope::RuntimeScope(const Runtime& runtime)
    : outer_(std::exchange(CurrentThread().scope, &runtime.kernel().runtime().shell())) {}

RuntimeScope::~RuntimeScope() { CurrentThread().scope = outer_; }

Runtime Init(const Options& options) { return StartRuntime(SourcesOf(options)); }

Runtime Init(int* argc, char*** argv, const Options& options) {
  CHECK(argc != nullptr && argv != nullptr && *argv != nullptr) << "Init needs the program's argc and argv";
  ConfigSources sources = SourcesOf(options);
  TakeCommandLine(argc, *argv, sources);
  const std::string_view program = **argv != nullptr ? **argv : "manta";
  for (const CommandLineSetting& setting : sources.command_line) {
    if (setting.name != "help") continue;
    std::cout << ConfigHelp(ConfigSchemas());
    std::exit(EndOutput(program, EXIT_SUCCESS));
  }
  return StartRuntime(sources);
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
