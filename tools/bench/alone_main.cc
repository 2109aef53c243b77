// alone -- measures one thing in a new process: alone.h.
#include <atomic>
#include <exception>
#include <functional>
#include <string>
#include <vector>

#include "api/manta.h"
#include "tools/bench/measure.h"
#include "tools/bench/peers/peer.h"
#include "tools/bench/process.h"
#include "tools/bench/work.h"

namespace manta::bench {
namespace {

double FirstRound(uint64_t count) {
  const Runtime runtime = Init();
  const double first_ns = AsyncNs(count);
  return first_ns / AsyncNs(count);
}

double PeakBytes(void (*run)(uint64_t count), uint64_t count, int times) {
  const Runtime runtime = Init();
  for (int i = 0; i < times; ++i) run(count);
  return static_cast<double>(PeakResidentBytes());
}

double ChainPeak(uint64_t count) { return PeakBytes(&RunChain, count, 1); }
double TenChainsPeak(uint64_t count) { return PeakBytes(&RunChain, count, 10); }
double SkynetTasksPeak(uint64_t count) { return PeakBytes(&RunSkynetTasks, count, 1); }
double SkynetActorsPeak(uint64_t count) { return PeakBytes(&RunSkynetActors, count, 1); }

// A million tasks that cannot start yet: what they cost while they wait.
std::atomic<bool> worker_is_held;
std::atomic<bool> worker_may_go;
std::atomic<uint64_t> executed;

void HoldWorker() {
  worker_is_held = true;
  worker_is_held.notify_one();
  worker_may_go.wait(false);
}

void CountOne() { executed.fetch_add(1, std::memory_order_relaxed); }

struct PendingCost {
  double submit_ns = 0;
  double touched_bytes = 0;   // Per task.
  double resident_bytes = 0;  // Per task.
};

// The only worker runs a task that holds it, so nothing else starts.
ObjectRef<void> HoldTheWorker() {
  ObjectRef<void> held = Task<HoldWorker>().Remote();
  worker_is_held.wait(false);
  return held;
}

void ReleaseTheWorker() {
  worker_may_go = true;
  worker_may_go.notify_one();
}

PendingCost MeasurePending(uint64_t count, bool count_touched) {
  if (count_touched) MarkNewHeap();  // Before the runtime gets the memory that it cuts blocks out of.
  const Runtime runtime = Init({.set = {"worker_count: 1"}});
  const ObjectRef<void> held = HoldTheWorker();
  std::vector<ObjectRef<void>> refs(count);  // Written to: not counted with the tasks.
  const uint64_t touched_before = count_touched ? TouchedHeapBytes() : 0;
  const uint64_t resident_before = ResidentBytes();
  PendingCost cost;
  cost.submit_ns = TimeNs([&] {
    for (ObjectRef<void>& ref : refs) ref = Task<CountOne>().Remote();
  });
  if (count_touched) {
    cost.touched_bytes = static_cast<double>(TouchedHeapBytes() - touched_before) / static_cast<double>(count);
    // A task that somebody has a reference to is at least its function, its number, its result, and their counts.
    if (cost.touched_bytes < 64) throw WrongResult("the memory of the pending tasks lies where it is not counted");
  }
  cost.resident_bytes = static_cast<double>(ResidentBytes() - resident_before) / static_cast<double>(count);
  Check("the number of tasks that started too early", executed, 0);
  ReleaseTheWorker();
  for (const ObjectRef<void>& ref : refs) Get(ref);
  Get(held);
  Check("the number of tasks that ran", executed, count);
  return cost;
}

double PendingTouchedBytes(uint64_t count) { return MeasurePending(count, /*count_touched=*/true).touched_bytes; }
double PendingResidentBytes(uint64_t count) { return MeasurePending(count, /*count_touched=*/false).resident_bytes; }
double PendingSubmitNs(uint64_t count) { return MeasurePending(count, /*count_touched=*/false).submit_ns; }

// Each that has not started is an error afterwards, and is counted once.
double PendingShutdownNs(uint64_t count) {
  Runtime runtime = Init({.set = {"worker_count: 1"}});
  const ObjectRef<void> held = HoldTheWorker();
  std::vector<ObjectRef<void>> refs(count);
  for (ObjectRef<void>& ref : refs) ref = Task<CountOne>().Remote();
  ReleaseTheWorker();
  RuntimeCounts counts;
  const double ns = TimeNs([&] { counts = runtime.Shutdown(); });
  Check("the number of tasks that ran or were dropped", counts.done_count + counts.dropped_count, count + 1);
  uint64_t dropped = 0;
  for (const ObjectRef<void>& ref : refs) dropped += TryGet(ref).ok() ? 0 : 1;
  Check("the number of references that are errors", dropped, counts.dropped_count);
  return ns;
}

// For instructions.py: nothing but a runtime with that counter, and so much work.
std::function<double(uint64_t)> WithCounter(const std::string& counter, double (*work_ns)(uint64_t count)) {
  return [=](uint64_t count) {
    const Runtime runtime = InitWithCounter(counter);
    return work_ns(count);
  };
}

}  // namespace
}  // namespace manta::bench

int main(int argc, char** argv) {
  using namespace manta::bench;  // NOLINT: a program of one file.
  try {
    return RunPeer(argc, argv,
                   {{"chain_peak", &ChainPeak},
                    {"first_round", &FirstRound},
                    {"pending_resident", &PendingResidentBytes},
                    {"pending_shutdown", &PendingShutdownNs},
                    {"pending_submit", &PendingSubmitNs},
                    {"pending_touched", &PendingTouchedBytes},
                    {"sends_counter_none", WithCounter("none", &SendsNs)},
                    {"sends_counter_owner", WithCounter("owner", &SendsNs)},
                    {"skynet_actors_peak", &SkynetActorsPeak},
                    {"skynet_tasks_peak", &SkynetTasksPeak},
                    {"tasks_counter_none", WithCounter("none", &AsyncNs)},
                    {"tasks_counter_owner", WithCounter("owner", &AsyncNs)},
                    {"ten_chains_peak", &TenChainsPeak}});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "alone: %s\n", error.what());
    return EXIT_FAILURE;
  }
}

// SPDX-License-Identifier: Apache-2.0
