// What a start costs, with all plugins of this tree: at most 20 ms.
//
//   ./bazelw run --config=opt //core/kernel:kernel_benchmark
#include "benchmark/benchmark.h"
#include "core/kernel/kernel.h"
#include "glog/logging.h"

namespace manta {
namespace {

// Configuration, plugin search, every library's checks, and the plugins' making; the system has loaded the libraries
// before, except in the first round.
void BM_StartAndStop(benchmark::State& state) {
  for (auto _ : state) {
    absl::StatusOr<std::unique_ptr<Kernel>> kernel = Kernel::Start(ProcessSources({}));
    CHECK(kernel.ok()) << kernel.status();
    state.counters["plugins"] = static_cast<double>((*kernel)->registry().plugins().size());
  }
}

// The first start of a process, libraries' loading included: one round only.
void BM_FirstStart(benchmark::State& state) {
  for (auto _ : state) {
    absl::StatusOr<std::unique_ptr<Kernel>> kernel = Kernel::Start(ProcessSources({}));
    CHECK(kernel.ok()) << kernel.status();
  }
}

}  // namespace
}  // namespace manta

int main(int argc, char** argv) {
  // Registered first: only then are the libraries not loaded yet.
  benchmark::RegisterBenchmark("BM_FirstStart", manta::BM_FirstStart)->Iterations(1)->Unit(benchmark::kMillisecond);
  benchmark::RegisterBenchmark("BM_StartAndStop", manta::BM_StartAndStop)->Unit(benchmark::kMillisecond);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

// SPDX-License-Identifier: Apache-2.0
