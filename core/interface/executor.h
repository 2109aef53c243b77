// core/interface/executor.h -- starts threads of execution and lets them wait.
//
// Park is the kernel's only way to block. Everything that waits (a reader for a value, a worker for a task)
// parks, and whoever makes the waiting end unparks it. So a simulated executor, which runs all threads of
// execution as fibers on one real thread, sees every moment at which the order of events can change.
//
//   running --Park--> parked --Unpark or deadline--> running         each thread holds at most one permit:
//   Unpark on a running thread leaves a permit; the next Park takes it and returns at once
//
// Shapes    A thread of execution ("thread" below) is a system thread or a fiber; callers cannot tell.
// Units     Deadlines are Clock::NowNs moments of the clock the executor was made with; kNever waits without end.
// Threads   All methods are [any-thread] unless they say otherwise.
// Memory    A Job's context is the caller's; it must live until the job has run.
// Errors    Only the codes named below.
// Crashes   Joining oneself, or a thread of another executor, is a bug: CHECK.
// Cost      Unpark of a running thread: one atomic, no system call. Unpark of a parked one: one wake.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace manta {

// Names a thread of one executor. Never reused for another thread by the same executor.
struct ThreadId {
  uint64_t value = 0;
  friend constexpr bool operator==(ThreadId, ThreadId) = default;
};

// What a thread runs. `run` must not throw.
struct Job {
  void (*run)(void* context) = nullptr;
  void* context = nullptr;
};

enum class WakeReason : uint32_t { kUnparked = 1, kDeadline = 2 };

class Executor {
 public:
  virtual ~Executor() = default;

  // Starts a thread that runs `job` and ends. Its name (at most 15 bytes are shown by the system) is for people.
  //   kResourceExhausted  the system has no thread left to give.
  virtual absl::StatusOr<ThreadId> Start(std::string_view name, Job job) = 0;

  // Waits until a started thread has ended. Each started thread must be joined once, before the executor is destroyed.
  //   kNotFound  no thread of that id was started, or it was joined already.
  virtual absl::Status Join(ThreadId thread) = 0;  // [blocks]

  // The calling thread. A thread that was not started here gets an id at its first call, and keeps it.
  virtual ThreadId Self() = 0;

  // Waits for a permit or the deadline. May also return kUnparked without a permit (a spurious wake):
  // callers look again at what they wait for. A deadline that has passed, and no permit, returns at once.
  virtual WakeReason Park(int64_t deadline_ns) = 0;  // [blocks]

  // Gives the thread a permit; two are no more than one. Nothing happens if the thread has ended.
  // What happened before Unpark is visible after the Park that it ends.
  virtual void Unpark(ThreadId thread) = 0;

  // Lets others run. Under simulation a point at which the order of events may change.
  virtual void Yield() = 0;

  // How much stack the calling thread has left, in bytes; less than that at worst by a page.
  virtual uint64_t StackBytesLeft() = 0;

  // How many threads can make progress at the same moment: the cores this process may use; 1 under simulation.
  virtual uint32_t parallelism() const = 0;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
