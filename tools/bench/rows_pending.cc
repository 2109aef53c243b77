// A million tasks that cannot start yet: what they cost while they wait.
#include <atomic>
#include <vector>

#include "api/manta.h"
#include "tools/bench/measure.h"
#include "tools/bench/process.h"
#include "tools/bench/row.h"

namespace manta::bench {
namespace {

constexpr uint64_t kPendingCount = 1'000'000;

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
  double heap_bytes = 0;      // Per task.
  double resident_bytes = 0;  // Per task.
};

// The only worker runs a task that holds it, so nothing else starts.
PendingCost MeasurePending(const Scale& scale) {
  const uint64_t count = scale.Of(kPendingCount);
  worker_is_held = false;
  worker_may_go = false;
  executed = 0;
  const Runtime runtime = Init({.set = {"worker_count: 1"}});
  const ObjectRef<void> held = Task<HoldWorker>().Remote();
  worker_is_held.wait(false);
  ReturnUnusedHeap();                        // What tasks take from here on is new memory.
  std::vector<ObjectRef<void>> refs(count);  // Written to: not counted with the tasks.
  const uint64_t heap_before = HeapBytesInUse();
  const uint64_t resident_before = ResidentBytes();
  PendingCost cost;
  cost.submit_ns = TimeNs([&] {
    for (ObjectRef<void>& ref : refs) ref = Task<CountOne>().Remote();
  });
  cost.heap_bytes = static_cast<double>(HeapBytesInUse() - heap_before) / static_cast<double>(count);
  cost.resident_bytes = static_cast<double>(ResidentBytes() - resident_before) / static_cast<double>(count);
  Check("the number of tasks that started too early", executed, 0);
  worker_may_go = true;
  worker_may_go.notify_one();
  for (const ObjectRef<void>& ref : refs) Get(ref);
  Get(held);
  Check("the number of tasks that ran", executed, count);
  return cost;
}

}  // namespace

void AddPendingRows(std::vector<Row>& rows) {
  const auto add = [&](const char* name, Unit unit, double PendingCost::*figure, Bound bound) {
    rows.push_back({.name = name,
                    .unit = unit,
                    .gate = true,
                    .measure = [figure](const Scale& scale) { return MeasurePending(scale).*figure; },
                    .bound = std::move(bound),
                    .required = AtMost(1),
                    .needs_runtime = false});
  };
  add("1,000,000 pending tasks, heap in use for each", Unit::kBytes, &PendingCost::heap_bytes,
      {"192 bytes touched", 192.0});
  add("1,000,000 pending tasks, memory occupied for each", Unit::kBytes, &PendingCost::resident_bytes,
      {"512 bytes in all", 512.0});
  add("1,000,000 pending tasks, to submit them all", Unit::kNs, &PendingCost::submit_ns, {"1 s", 1e9});
}

}  // namespace manta::bench

// SPDX-License-Identifier: Apache-2.0
