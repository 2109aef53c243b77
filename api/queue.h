// api/queue.h -- hands values from those who make them to those who use them, a bounded number at a time.
//
//   manta::Queue<Frame> frames(16);
//   manta::Task<Record>().Send(frames);                       // Puts; waits while 16 frames lie there.
//   while (std::optional<Frame> frame = frames.Get()) {       // Waits for the next one.
//     Show(*frame);
//   }                                                         // Closed, and empty.
//
// Shapes    Copies are the same queue: it is passed to tasks and actors as a value, within the process.
// Threads   [any-thread]. Each value goes to one taker; first come, first served, but one that does not have to wait
// may
//           overtake one that is being woken.
// Memory    Values are moved in and out.
// Errors    GetTimeout when the time is up; ObjectError at Shutdown; Error kInvalidArgument for a queue without room.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "api/put.h"
#include "api/result.h"
#include "core/base/mutex.h"
#include "core/runtime/wait_line.h"

namespace manta {

namespace api_internal {

// What does not depend on the type of the values.
class QueueWaits {
 public:
  // Throws Error unless there is room for a value.
  explicit QueueWaits(size_t count_max);

  Mutex mutex{"queue"};
  bool closed ABSL_GUARDED_BY(mutex) = false;
  WaitLine takers ABSL_GUARDED_BY(mutex);
  WaitLine givers ABSL_GUARDED_BY(mutex);
  const size_t count_max;

  // Nothing more can be put; who waits is told.
  void Close();

  // Waits until `waiting`, one of `line`, is told. Throws what ends the wait; then another one is told in its place, if
  // it has been told itself.
  void Await(WaitLine QueueWaits::*line, SharedObject* waiting, int64_t deadline_ns);
};

}  // namespace api_internal

template <typename T>
class Queue {
 public:
  // At most `count_max` values lie in it.
  explicit Queue(size_t count_max) : state_(std::make_shared<State>(count_max)) {}

  // Adds a value, once there is room. False: the queue is closed, and the value is gone.
  bool Put(T value, const GetOptions& options = {}) const {
    const int64_t deadline_ns = api_internal::DeadlineOf(options.timeout_ns);
    for (;;) {
      RuntimeShell& shell = api_internal::CurrentShell();
      const CoreVisit visit(shell);
      (void)api_internal::CoreOf(visit);  // Throws at Shutdown.
      SharedObject* waiting = nullptr;
      SharedObject* taker = nullptr;
      {
        MutexLock lock(state_->mutex);
        if (state_->closed) return false;
        if (state_->values.size() < state_->count_max) {
          state_->values.push_back(std::move(value));
          taker = state_->takers.First();
        } else {
          waiting = state_->givers.Join(shell);
        }
      }
      WaitLine::Tell(taker);
      if (waiting == nullptr) return true;
      state_->Await(&api_internal::QueueWaits::givers, waiting, deadline_ns);
    }
  }

  // Takes the first value, once there is one; nothing when the queue is closed and empty.
  std::optional<T> Get(const GetOptions& options = {}) const {
    const int64_t deadline_ns = api_internal::DeadlineOf(options.timeout_ns);
    for (;;) {
      RuntimeShell& shell = api_internal::CurrentShell();
      const CoreVisit visit(shell);
      (void)api_internal::CoreOf(visit);  // Throws at Shutdown.
      std::optional<T> value;
      SharedObject* waiting = nullptr;
      SharedObject* giver = nullptr;
      {
        MutexLock lock(state_->mutex);
        if (!state_->values.empty()) {
          value.emplace(std::move(state_->values.front()));
          state_->values.pop_front();
          giver = state_->givers.First();
        } else if (state_->closed) {
          return std::nullopt;
        } else {
          waiting = state_->takers.Join(shell);
        }
      }
      WaitLine::Tell(giver);
      if (waiting == nullptr) return value;
      state_->Await(&api_internal::QueueWaits::takers, waiting, deadline_ns);
    }
  }

  // Nothing more can be put; what lies there can still be taken.
  void Close() const { state_->Close(); }

  // Values that lie there right now.
  size_t size() const {
    MutexLock lock(state_->mutex);
    return state_->values.size();
  }

 private:
  struct State : api_internal::QueueWaits {
    using QueueWaits::QueueWaits;
    std::deque<T> values ABSL_GUARDED_BY(mutex);
  };
  std::shared_ptr<State> state_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
