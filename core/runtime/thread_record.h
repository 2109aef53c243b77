// core/runtime/thread_record.h -- is what others may see of a thread: the tasks whose code it runs, and what happened.
//
// Tools look at a program from a thread of their own, while tasks begin and end millions of times a second. So a thread
// only writes down which task it runs, in plain stores. Who looks makes all threads wait that are about to leave a
// task, for the moment it takes to get references to those that run:
//
//   a task ends:  running = the outer one; is somebody looking? then wait        (no fence)
//   who looks:    looking = true; membarrier; read every thread's `running`; looking = false
//
// Why nobody reads a task that is gone: membarrier makes every thread pass a full fence. A thread that found nobody
// looking has stored its `running` before that fence, so that it is seen; any other finds the look, and waits.
//
// What is queued is found in the same way: a scheduler shows what lies there, and who takes a task out of the queue
// runs it, or looks for lookers itself, before it gives the queue's reference back (queued_tasks.h).
//
// Threads   The thread's own, `running` and `events` excepted.
// Memory    Records are never freed; a thread that ends leaves its own, with what happened, to a later one.
// Cost      Two stores, a load and a decrement for each task.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "core/interface/clock.h"
#include "core/runtime/event_ring.h"
#include "core/runtime/sample_rate.h"

namespace manta {

class RunsTask;

struct ThreadRecord {
  static constexpr uint32_t kNoWorker = UINT32_MAX;

  std::atomic<const RunsTask*> running{nullptr};  // The innermost.
  SampleRate runs;                                // Of tasks that begin here.
  SampleRate queued;                              // Of those that are queued here.
  SampleRate puts;                                // Of large values.
  int64_t boundary_ns = 0;                        // When the last recorded task began or ended.
  bool recording = false;                         // The runtime whose task ran last keeps events.
  std::atomic<uint32_t> worker{kNoWorker};        // Which worker this thread is, or was last.
  uint32_t number = 0;                            // Of the record.
  EventRing events;

  // For a thread that has none, until it ends.
  static ThreadRecord& Take();
  static void Leave(ThreadRecord& record);

  // So many tasks have ended since boundary_ns without a record of their own.
  void AddPassedOver(uint32_t count, int64_t now_ns);

  // A large value was put, and `puts` has chosen it. Null: its runtime keeps no events.
  void AddPut(uint64_t bytes, Clock* clock);

  // How many events of a runtime that keeps none pass until a thread asks again.
  static constexpr uint32_t kAskAgain = 1 << 16;

  // The thread is about to sleep.
  void Sleeps(Clock& clock) {
    if (!recording) return;
    if (const uint32_t passed = runs.Pause(); passed > 0) AddPassedOver(passed, clock.NowNs());
  }

  // All there are, in order of their numbers.
  static std::vector<ThreadRecord*> All();

  // By who has stored that something does not run here any more, or is queued no more, and is about to give back the
  // reference that came with it. The processor's part of the fence is who looks'.
  static void LetLookersFinish() {
    std::atomic_signal_fence(std::memory_order_seq_cst);
    if (looking.load(std::memory_order_relaxed)) [[unlikely]]
      WaitForLook();
  }

 private:
  static void WaitForLook();

  friend class ThreadLook;
  static std::atomic<bool> looking;
};

// As long as it lives, every thread that is about to leave a task waits: what `running` points to stays.
class ThreadLook {
 public:
  ThreadLook();
  ThreadLook(const ThreadLook&) = delete;
  ThreadLook& operator=(const ThreadLook&) = delete;
  ~ThreadLook();

  // False: the system has no membarrier, and nothing may be read.
  bool holds() const { return holds_; }

 private:
  bool holds_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
