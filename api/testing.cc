#include "api/testing.h"

#include <memory>
#include <utility>

#include "api/error.h"
#include "core/base/text.h"
#include "core/config/config_sources.h"
#include "core/kernel/kernel.h"
#include "core/runtime/thread_state.h"
#include "core/simulation/each_seed.h"
#include "core/simulation/simulated_runtime.h"
#include "glog/logging.h"

namespace manta::testing {
namespace {

std::string& FailedCheck() {
  static std::string& message = *new std::string;  // Of the run that is under way.
  return message;
}

SimulatedRuntime& Inside() {
  SimulatedRuntime* const runtime = SimulatedRuntime::Current();
  CHECK(runtime != nullptr) << "there is no simulated time and no seed: call this inside Explore";
  return *runtime;
}

// The configured store and serializer, for strict explorations; null: values are native.
std::unique_ptr<Kernel> StartPlugins(const ExploreOptions& options) {
  ConfigSources sources = ProcessSources({});
  if (options.strict) sources.options.set.push_back("native_values: NEVER");
  if (!options.strict && !sources.environment.contains("MANTA_NATIVE_VALUES")) return nullptr;
  return ValueOrThrow(Kernel::Start(sources));
}

}  // namespace

Exploration Explore(const ExploreOptions& options, const std::function<void()>& scenario) {
  const std::unique_ptr<Kernel> plugins = StartPlugins(options);
  SeedsRun run =
      RunEachSeed({.first_seed = options.first_seed, .count = options.seeds}, [&](uint64_t seed) -> std::string {
        FailedCheck().clear();
        SimulatedRuntime runtime(
            {.seed = seed,
             .limits = {.workers = {.worker_count = options.worker_count}, .resources = options.resources},
             .router = plugins != nullptr ? plugins->NewRouter() : nullptr});
        const absl::Status ran = runtime.Run(scenario);
        if (!FailedCheck().empty()) return FailedCheck();
        if (!ran.ok()) return std::string(ToStd(ran.message()));
        return options.failed != nullptr && options.failed() ? "the test has failed" : "";
      });
  return {.run_count = run.run_count, .failing_seed = run.failing_seed, .failure = std::move(run.failure)};
}

void Check(bool holds, std::string_view message) {
  if (!holds && FailedCheck().empty()) FailedCheck() = message.empty() ? "a check failed" : message;
}

void MaySwitch() {
  if (SimulatedRuntime* const runtime = SimulatedRuntime::Current(); runtime != nullptr) runtime->MaySwitch();
}

void PassTime(int64_t duration_ns) {
  SimulatedRuntime& runtime = Inside();
  const int64_t end_ns = DeadlineAfter(runtime.clock().NowNs(), duration_ns);
  while (runtime.clock().NowNs() < end_ns) ParkThread(runtime.core().executor(), end_ns);
}

uint64_t Draw(uint64_t bound) { return RandomBelow(Inside().random(), bound); }

}  // namespace manta::testing

// SPDX-License-Identifier: Apache-2.0
