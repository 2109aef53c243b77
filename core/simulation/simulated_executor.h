// core/simulation/simulated_executor.h -- runs threads of execution as fibers, in an order that a seed decides.
//
// One fiber runs at a time and keeps running until it parks, joins, yields or ends; then `random` chooses the next
// among all that can run. When none can, the clock jumps to the earliest deadline. The same seed and the same program
// give the same run; other seeds give other orders. The system thread that uses the executor is one of its threads: its
// Park lets the others run, too.
//
//   SimulatedClock clock;
//   SimulatedRandom random(seed);
//   SimulatedExecutor executor(clock, random);
//   ... executor.Start("reader", job) ...
//   absl::Status status = executor.Run();  // Until all have ended, or nothing can happen any more.
//
// Threads   [one-at-a-time]: the system thread that calls first, and no other: CHECK.
// Memory    A stack and its guard page for each thread that has not ended.
// Errors    Run tells a deadlock. Elsewhere nobody is left to be told: it ends the process, with the threads' names.
// Crashes   Parking, joining or yielding while a Mutex is held (seen where lock orders are checked): the other fibers
//           could never lock it. Destruction before each started thread is joined, except after a deadlock: threads
//           that can never end are then dropped with all that their stacks hold.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/interface/executor.h"
#include "core/interface/random.h"
#include "core/simulation/fiber.h"
#include "core/simulation/simulated_clock.h"

namespace manta {

struct SimulatedExecutorOptions {
  uint64_t stack_bytes = 1 << 20;      // Reserved; memory is used as far as a thread reaches.
  uint64_t thread_count_max = 10'000;  // Living at the same time; Start beyond it fails.
  int64_t yield_ns = 100;              // What a Yield takes, so that yielding until a deadline ends.
};

class SimulatedExecutor final : public Executor {
 public:
  // Both outlive the executor.
  SimulatedExecutor(SimulatedClock& clock, Random& random, const SimulatedExecutorOptions& options = {});
  ~SimulatedExecutor() override;

  // Lets the started threads run until all have ended.
  //   kFailedPrecondition  a deadlock: all that are left wait without a deadline. The message names them. What makes
  //                        them go on (an Unpark, a Start) may follow, and another Run.
  // REQUIRES: not called by a thread that was started here.
  absl::Status Run();

  absl::StatusOr<ThreadId> Start(std::string_view name, Job job) override;
  absl::Status Join(ThreadId thread) override;
  ThreadId Self() override;
  WakeReason Park(int64_t deadline_ns) override;
  void Unpark(ThreadId thread) override;
  void Yield() override;
  uint64_t StackBytesLeft() override;
  uint32_t parallelism() const override { return 1; }

 private:
  enum class State { kReady, kParked, kJoining, kInRun, kEnded };

  struct Thread {
    uint64_t id = 0;
    std::string name;
    Job job;
    SimulatedExecutor* executor = nullptr;
    State state = State::kReady;
    bool permit = false;           // Set by Unpark, taken by Park.
    bool claimed = false;          // A Join waits for it, or has.
    int64_t deadline_ns = 0;       // While parked.
    WakeReason reason{};           // Why the last wait ended.
    Thread* joiner = nullptr;      // Who waits in Join for this one.
    std::unique_ptr<Fiber> fiber;  // Gone soon after the end.
  };

  static void RunThread(void* thread);

  // The running thread, made at the first call. CHECKs the system thread.
  Thread& Current();

  // Lets the next one run; returns when the current one is chosen again.
  void Reschedule(Fiber::Leave leave = Fiber::Leave::kComesBack);

  Thread& ChooseNext();
  void MakeReady(Thread& thread);
  void Wake(Thread& parked, WakeReason reason);
  void WakeLate();
  std::string DescribeWaiting() const;

  SimulatedClock& clock_;
  Random& random_;
  const SimulatedExecutorOptions options_;
  const std::thread::id system_thread_;
  std::map<uint64_t, std::unique_ptr<Thread>> threads_;  // By id; erased by Join.
  uint64_t started_count_ = 0;                           // Ids given.
  uint64_t living_count_ = 0;                            // Started here, not ended.
  Thread main_;                                          // The system thread's own stack.
  Thread* current_ = &main_;
  std::vector<Thread*> ready_;                        // In an order that only the past decides.
  std::set<std::pair<int64_t, uint64_t>> deadlines_;  // Of parked threads that have one, with their ids.
  std::unique_ptr<Fiber> ended_;                      // The stack that was left last, for good.
  std::string deadlock_;                              // What Run will tell; empty: none.
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
