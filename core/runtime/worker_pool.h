// core/runtime/worker_pool.h -- keeps as many threads running as the process has slots, and wakes no more than needed.
//
// Up to `worker_count` threads run tasks at a time. A thread whose task has to wait is not running; if there is work,
// another takes its place: one that sleeps, or a spare thread that is started. So waiting never holds work up, and
// nothing runs twice as wide as it should for longer than one task.
//
//   searching --found--> running --done--> searching --nothing found--> asleep --woken, or napped--> searching
//                           \--waits--> blocked --goes on--> running
//
// Spares     A thread that waits for something from outside may wait for ever: each may have a spare, up to
//            `spare_count_max` of them. One that waits for its own child, a task that its task has submitted and that
//            another thread runs, goes on when that thread has done its part: such waits form trees whose leaves run,
//            and a thread for each would only add to how many wait. They share a few, `kChildSpareCountMax`; where
//            these are taken, a slot stays empty until a leaf ends.
// Wake-ups   A push wakes one sleeper, and none when another worker is searching: that one will find the task. The last
//            searcher that finds something wakes the next if more is queued. A thread that is about to sleep announces
//            it, then looks once more: a push comes before the look, and is found, or after the announcement, and
//            wakes.
// Napping    A wake costs the one who wakes more than many tasks take. So a worker that was woken, found nothing, and
//            leaves another one running sleeps with a deadline at first: as long as one runs and one naps, a push wakes
//            nobody, since the one that runs takes the task next, or at the latest the napper does. It naps again if
//            something was pushed meanwhile, and else sleeps.
// Dozing     A program's thread that asks for each result at once runs its tasks itself, and each wake would be for
//            nothing. So a worker that was woken for such a thread and found nothing dozes: it sleeps with a deadline.
//            Meanwhile that thread's push wakes nobody, if the one before has come back to it, as many did before.
//            Should it not come this time, the dozer takes it at the deadline, or is woken when the thread waits or
//            pushes again; and the thread has to show again that it runs its tasks itself. A worker dozes on as long as
//            such pushes come.
// Spinning   A searcher looks on for a bounded time before it sleeps, adapted to how often that paid. Nobody spins when
//            more threads are awake than cores, and one searcher at a time is enough. Nobody spins for a
//            thread that runs its tasks itself.
//
// Threads   [any-thread]; Enter and Leave by the worker itself.
// Errors    The executor's, when a thread cannot be started: work then waits for those that run.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "core/base/atomics.h"
#include "core/base/fence.h"
#include "core/base/mutex.h"
#include "core/interface/clock.h"
#include "core/interface/executor.h"
#include "core/interface/scheduler.h"

namespace manta {

struct OwnPushes;
class RuntimeShell;
class TaskState;
class WorkerPool;

struct WorkerPoolLimits {
  uint32_t worker_count = 1;        // Threads that run tasks at the same time.
  uint32_t spare_count_max = 64;    // More threads, for those that wait.
  uint32_t thread_count_max = 512;  // With those started one by one because every thread waits.
};

// Runs what the scheduler hands out.
class ReadyRunner {
 public:
  virtual void RunReady(const ReadyTask& ready) = 0;

  // Work is queued, every thread waits, and no more may be started: one wait has to end.
  virtual void Stalled() = 0;

 protected:
  ~ReadyRunner() = default;
};

// What a thread waits for.
enum class BlockedOn : uint8_t {
  kOwnChild,  // A task that the waiting one has submitted, and whose code a thread runs.
  kOther,
};

class Worker {
 public:
  uint32_t index() const { return index_; }
  WorkerPool& pool() const { return pool_; }

  // Queue entries (queue_entry.h) that this worker ran itself, as a waiter: tombstones that may still lie at its end of
  // the queue. Each has a reference of its own.
  std::vector<uint64_t> tombstones;

 private:
  friend class WorkerPool;
  Worker(WorkerPool& pool, uint32_t index) : pool_(pool), index_(index) {}

  WorkerPool& pool_;
  const uint32_t index_;
  ThreadId thread_;
  Atomic<bool> woken_{false};
  int64_t spin_ns_ = 20'000;
  bool napped_ = false;  // Since it found something.
};

class WorkerPool {
 public:
  // All outlive the pool. The scheduler was started for `thread_count_max` workers.
  WorkerPool(RuntimeShell& shell, Executor& executor, Clock& clock, Scheduler& scheduler, ReadyRunner& runner,
             const WorkerPoolLimits& limits);
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;
  ~WorkerPool();

  // Starts the threads that run tasks, so that the first tasks do not wait for that. Where there is one core, and where
  // the system has no thread to give, they start when there is work.
  void StartWorkers();

  // Something was pushed, or fits now: sees to it that somebody looks.
  void Pushed();

  // As Pushed, for a thread that is no worker of any pool.
  void PushedFromOutside(OwnPushes& pushes);

  // Such a thread is about to wait for something else than what it pushed last.
  void DoNotDoze(OwnPushes& pushes);

  // If all threads wait and work is queued: starts one more, or tells Stalled. Pushed does that, too; a thread does
  // when its wait can be ended by Stalled, since one that came before could not end it.
  void LookForStall();

  // The calling worker is about to wait, or goes on. Enter returns false when nobody would be left to run what is
  // queued, and no thread more may be started: a deadlock, as far as the pool can see.
  bool EnterBlocked(Worker& worker, BlockedOn what);
  void LeaveBlocked(Worker& worker, BlockedOn what);

  // Lets every worker end after the task it runs, and joins them.
  void Stop();
  bool stopping() const { return stopping_.load(std::memory_order_acquire); }

  uint32_t worker_count() const { return limits_.worker_count; }

  // Threads started so far; the most there can have been at one time.
  uint32_t thread_count() const { return started_.load(std::memory_order_relaxed); }

  // Calls `done` again and again for a bounded time, if a core is free for that. True: it was.
  template <typename Done>
  bool SpinUntil(Done done) {
    if (!BeginSpin()) return false;
    const int64_t end_ns = clock_.NowNs() + kSpinMaxNs;
    bool is_done = false;
    do {
      for (int i = 0; i < 64 && !is_done; ++i) {
        Relax();
        is_done = done();
      }
    } while (!is_done && clock_.NowNs() < end_ns);
    EndSpin();
    return is_done;
  }

 private:
  static constexpr uint32_t kChildSpareCountMax = 8;
  static constexpr int64_t kSpinMinNs = 2'000;
  static constexpr int64_t kSpinMaxNs = 50'000;
  static constexpr int64_t kNapNs = 100'000;
  static constexpr int64_t kDozeNs = 1'000'000;
  static constexpr uint32_t kTakenBackMin = 16;  // So many, and one may doze.
  static constexpr int kPausesMin = 8;           // Between two looks of a spinning worker; of 15 to 60 ns each.
  static constexpr int kPausesMax = 64;

  bool BeginSpin();
  void EndSpin();
  static void RunWorker(void* worker);
  void Run(Worker& worker);

  // Finds work, waiting for it if need be. False: the pool stops.
  bool Find(Worker& worker, bool& searching, ReadyTask* ready);
  bool SpinForWork(Worker& worker, ReadyTask* ready);
  bool Sleep(Worker& worker, ReadyTask* ready, bool& searching);
  enum class Rest { kSleep, kNap, kDoze };
  Rest HowToRest(const Worker& worker);
  void BeginRest(Rest rest);
  void EndRest(Rest rest);
  void RestUntilWoken(Worker& worker, Rest rest, bool& searching);
  bool OneNapsWhileOthersRun() const;
  void StopSearching();
  void WakeForTheRest();

  bool LeaveSleepers(Worker& worker) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // Wakes a sleeper, or starts a thread. False: neither was possible.
  bool WakeOne(bool beyond_spares);
  bool StartWorker() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // With as many spare threads as the waits of now may have.
  uint32_t ThreadCountMaxNow() const;
  bool WorkIsQueued() { return scheduler_.Stats().queued_count > 0; }

  RuntimeShell& shell_;
  Executor& executor_;
  Clock& clock_;
  Scheduler& scheduler_;
  ReadyRunner& runner_;
  const WorkerPoolLimits limits_;
  const uint32_t core_count_;

  Atomic<bool> stopping_{false};
  Atomic<uint32_t> started_{0};
  alignas(64) Atomic<int32_t> active_{0};  // Running or searching.
  Atomic<int32_t> searching_{0};
  Atomic<int32_t> spinning_{0};
  Atomic<int32_t> napping_{0};
  Atomic<int32_t> dozing_{0};
  Atomic<uint32_t> sleeping_{0};        // Sleepers, for who holds no lock.
  Atomic<uint32_t> other_waits_{0};     // Threads that wait, but not for their own children.
  Atomic<bool> relied_on_nap_{false};   // A push has woken nobody because of a napper.
  Atomic<bool> relied_on_doze_{false};  // Or because of a dozer, or would have.

  Mutex mutex_{"worker_pool"};
  std::vector<Worker*> sleepers_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::unique_ptr<Worker>> workers_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
