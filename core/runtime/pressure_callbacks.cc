#include "core/runtime/pressure_callbacks.h"

#include <utility>

#include "core/base/thrown.h"
#include "core/interface/clock.h"
#include "core/runtime/thread_state.h"
#include "glog/logging.h"

namespace manta {

void PressureCallbacks::Add(Callback callback) {
  ThreadId thread;
  {
    MutexLock lock(mutex_);
    if (stopped_) return;
    entries_.push_back({.callback = std::move(callback)});
    if (!thread_.has_value()) {
      const absl::StatusOr<ThreadId> started = executor_.Start(
          "manta-pressure", {.run = [](void* self) { static_cast<PressureCallbacks*>(self)->Run(); }, .context = this});
      CHECK(started.ok()) << "the thread for pressure callbacks cannot start: " << started.status();
      thread_ = *started;
      watch_.RingFor(&executor_, *thread_);
    }
    thread = *thread_;
  }
  executor_.Unpark(thread);
}

void PressureCallbacks::Run() {
  CurrentThread().scope = &shell_;
  for (;;) {
    {
      MutexLock lock(mutex_);
      if (stopped_) return;
    }
    if (!TellAll()) ParkThread(executor_, kNever);
  }
}

// False: everybody knows how it is.
bool PressureCallbacks::TellAll() {
  std::list<Entry>::iterator entry;
  std::list<Entry>::iterator end;  // Who is added later wakes the thread.
  {
    MutexLock lock(mutex_);
    entry = entries_.begin();
    end = entries_.end();
  }
  bool told = false;
  while (entry != end) {
    const MemoryState state = watch_.state();
    if (state.pressure != entry->told) {
      told = true;
      entry->told = state.pressure;
      try {
        entry->callback(state);
      } catch (const std::exception&) {
        LOG(ERROR) << "manta pressure.callback_failed " << DescribeCurrentException();
      }
    }
    MutexLock lock(mutex_);
    if (stopped_) return true;
    ++entry;
  }
  return told;
}

void PressureCallbacks::Stop() {
  std::optional<ThreadId> thread;
  {
    MutexLock lock(mutex_);
    stopped_ = true;
    thread.swap(thread_);
  }
  if (!thread.has_value()) return;
  watch_.RingFor(nullptr, {});
  executor_.Unpark(*thread);
  const absl::Status joined = JoinThread(executor_, *thread);
  CHECK(joined.ok()) << joined;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
