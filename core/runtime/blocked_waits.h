// core/runtime/blocked_waits.h -- lists the threads that wait for an object right now, so that nobody waits for ever.
//
// A thread that has found nothing to help with enters itself here before it parks. Shutdown ends all waits through the
// list; a deadlock, and a wait that takes long, are told with the names that are found in it.
//
// Threads   [any-thread].
// Memory    Entries lie on the waiting threads' stacks.
#pragma once

#include <atomic>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "core/base/atomics.h"
#include "core/base/mutex.h"
#include "core/interface/executor.h"
#include "core/runtime/shared_object.h"
#include "core/runtime/waiter_list.h"

namespace manta {

class WorkerPool;

// A thread that waits for an object, or for one of several.
struct ThreadWaiter : Waiter {
  // For the calling thread. `what` it waits for, when that is no object of its own.
  ThreadWaiter(Executor& executor, SharedObject* object, const char* what = "one of several objects");

  // Wakes the thread. The waiter may be gone when this returns.
  void Wake();

  Executor& executor;
  const ThreadId thread;
  SharedObject* const object;  // Null when it waits for one of several, or for something else.
  const char* const what;      // For people, when there is no object.
  TaskState* const task;       // Whose code waits; null outside tasks.
  Worker* const worker;        // Whose thread waits; null on the program's.
  Atomic<bool> notified{false};
  Atomic<bool> aborted{false};  // Shutdown, or a deadlock: nobody may ever notify.
  Atomic<bool> told{false};     // That it is slow, by itself or by whoever waits for its task.
};

class BlockedWaits {
 public:
  // False: all waits have been ended for good.
  bool Add(ThreadWaiter& waiter);
  void Remove(ThreadWaiter& waiter);

  // Ends all waits, those in the list and those to come.
  void AbortAll();

  // Ends the latest wait of a thread of `pool`.
  void AbortOne(const WorkerPool& pool);

  // Calls `visit` for each wait, until it returns false; returns how many there are. What a wait names lives meanwhile.
  template <typename Visit>
  size_t Each(Visit visit) {
    MutexLock lock(mutex_);
    for (ThreadWaiter* waiter : waits_) {
      if (!visit(*waiter)) break;
    }
    return waits_.size();
  }

  // "task Sum waits for task Count; ...": at most `count_max` of them.
  std::string Describe(size_t count_max);

  // "task Sum (submitted at a.cc:7), which waits for task Count (submitted at a.cc:9), which runs": what a slow wait is
  // for, told once. Empty: somebody who waits for this waiter's task has told of it.
  std::string TellSlow(ThreadWaiter& waiter);

 private:
  ThreadWaiter* WaitOf(const TaskState* task) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Mutex mutex_{"blocked_waits"};
  std::vector<ThreadWaiter*> waits_ ABSL_GUARDED_BY(mutex_);
  bool aborted_ ABSL_GUARDED_BY(mutex_) = false;
};

// "task Sum", "object 0123..." or "the program": for messages.
std::string DescribeObject(SharedObject* object);
std::string DescribeTask(const TaskState* task);

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
