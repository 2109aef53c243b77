// core/runtime/pressure_callbacks.h -- tells the program when memory becomes short, and when it is not any more.
//
// A program may keep what it could make again. It lets go of that when it is told to, and better early than when the
// next value finds no room. Callbacks run on a thread of their own, one after another: they may take their time, wait,
// put and get. What changes meanwhile is told once they return, as it is then.
//
// Threads   Add is [any-thread]. Stop [one-at-a-time]; no callback runs after it.
// Memory    Callbacks, and the thread, which starts with the first one, live until Stop.
#pragma once

#include <functional>
#include <list>
#include <optional>

#include "absl/base/thread_annotations.h"
#include "core/base/mutex.h"
#include "core/interface/executor.h"
#include "core/runtime/memory_watch.h"
#include "core/runtime/runtime_shell.h"

namespace manta {

class PressureCallbacks {
 public:
  using Callback = std::function<void(const MemoryState& state)>;

  // Calls of Manta that callbacks make are meant for the runtime of `shell`. All outlive this.
  PressureCallbacks(Executor& executor, MemoryWatch& watch, RuntimeShell& shell)
      : executor_(executor), watch_(watch), shell_(shell) {}
  PressureCallbacks(const PressureCallbacks&) = delete;
  PressureCallbacks& operator=(const PressureCallbacks&) = delete;
  ~PressureCallbacks() { Stop(); }

  // Calls it at each change, and now, if pressure is not low. After Stop: never.
  void Add(Callback callback);

  void Stop();

 private:
  struct Entry {
    Callback callback;
    MemoryPressure told = MemoryPressure::kLow;  // The thread's alone.
  };

  void Run();
  bool TellAll();

  Executor& executor_;
  MemoryWatch& watch_;
  RuntimeShell& shell_;
  Mutex mutex_{"pressure_callbacks"};
  std::list<Entry> entries_ ABSL_GUARDED_BY(mutex_);
  std::optional<ThreadId> thread_ ABSL_GUARDED_BY(mutex_);
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
