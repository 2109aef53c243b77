// alone -- measures one thing in a new process: alone.h.
#include <exception>

#include "api/manta.h"
#include "tools/bench/peers/peer.h"
#include "tools/bench/process.h"
#include "tools/bench/work.h"

namespace manta::bench {
namespace {

double FirstRound(uint64_t count) {
  const double first_ns = AsyncNs(count);
  return first_ns / AsyncNs(count);
}

double PeakBytes(void (*run)(uint64_t count), uint64_t count, int times) {
  for (int i = 0; i < times; ++i) run(count);
  return static_cast<double>(PeakResidentBytes());
}

double ChainPeak(uint64_t count) { return PeakBytes(&RunChain, count, 1); }
double TenChainsPeak(uint64_t count) { return PeakBytes(&RunChain, count, 10); }
double SkynetTasksPeak(uint64_t count) { return PeakBytes(&RunSkynetTasks, count, 1); }
double SkynetActorsPeak(uint64_t count) { return PeakBytes(&RunSkynetActors, count, 1); }

}  // namespace
}  // namespace manta::bench

int main(int argc, char** argv) {
  using namespace manta::bench;  // NOLINT: a program of one file.
  try {
    const manta::Runtime runtime = manta::Init();
    return RunPeer(argc, argv,
                   {{"chain_peak", &ChainPeak},
                    {"first_round", &FirstRound},
                    {"skynet_actors_peak", &SkynetActorsPeak},
                    {"skynet_tasks_peak", &SkynetTasksPeak},
                    {"ten_chains_peak", &TenChainsPeak}});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "alone: %s\n", error.what());
    return EXIT_FAILURE;
  }
}

// SPDX-License-Identifier: Apache-2.0
