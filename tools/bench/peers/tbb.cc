// oneTBB: a task_group, whose waiter helps.
#include <oneapi/tbb.h>

#include <vector>

#include "tools/bench/measure.h"
#include "tools/bench/peers/peer.h"

namespace manta::bench {
namespace {

double TaskSyncNs(uint64_t count) {
  tbb::task_group group;
  uint64_t n = 0;
  uint64_t calls = 0;
  const auto call = [&] {
    group.run([&n] { ++n; });
    group.wait();
    ++calls;
  };
  for (uint64_t i = 0; i < count / 100; ++i) call();
  const double ns = NsPerCall(count, call);
  CheckPeer("the number that each task added one to", n, calls);
  return ns;
}

struct alignas(64) Slot {
  uint64_t count = 0;
};

double AllNs(uint64_t count) {
  std::vector<Slot> slots(static_cast<size_t>(tbb::this_task_arena::max_concurrency()));
  tbb::task_group group;
  const double ns = TimeNs([&] {
    for (uint64_t i = 0; i < count; ++i) {
      group.run([&slots] { ++slots[static_cast<size_t>(tbb::this_task_arena::current_thread_index())].count; });
    }
    group.wait();
  });
  uint64_t ran = 0;
  for (const Slot& slot : slots) ran += slot.count;
  CheckPeer("the number of tasks that ran", ran, count);
  return ns;
}

double TasksPerSecond(uint64_t count) {
  AllNs(count);
  return PerSecond(count, AllNs(count));
}

}  // namespace
}  // namespace manta::bench

int main(int argc, char** argv) {
  return manta::bench::RunPeer(
      argc, argv, {{"task_sync", &manta::bench::TaskSyncNs}, {"tasks_without_results", &manta::bench::TasksPerSecond}});
}

// SPDX-License-Identifier: Apache-2.0
