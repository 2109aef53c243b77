// api/queue.h -- hands values from those who make them to those who use them, a bounded number at a time.
//
//   manta::Queue<Frame> frames(16);
//   manta::Task<Record>().Send(frames);                       // Puts; waits while 16 frames lie there.
//   while (std::optional<Frame> frame = frames.Get()) {       // Waits for the next one.
//     Show(*frame);
//   }                                                         // Closed, and empty.
//   std::optional<Frame> frame = co_await frames.Getting();   // In a coroutine: waits without a thread.
//
// Shapes    Copies are the same queue: it is passed to tasks and actors as a value, within the process.
// Threads   [any-thread]. Each value goes to one taker; first come, first served, but one that does not have to wait
//           may overtake one that is being woken.
// Memory    Values are moved in and out.
// Errors    GetTimeout when the time is up; ObjectError at Shutdown; Error kInvalidArgument for a queue without room.
//           A coroutine that is cancelled while it waits takes nothing, and puts nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "api/coroutine.h"
#include "api/object_ref.h"
#include "api/put.h"
#include "api/result.h"
#include "core/base/mutex.h"
#include "core/runtime/handle_places.h"
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
};

// One that waits in a line, and leaves it at the end: if it was told by then, and does not go on, the next one is told
// in its place.
class QueuePlace {
 public:
  // Takes over what the line gave it; null: it does not have to wait.
  QueuePlace(QueueWaits& waits, WaitLine QueueWaits::*line, SharedObject* waiting)
      : waits_(waits), line_(line), told_(ObjectRef<void>::Adopt(waiting)) {}
  QueuePlace(const QueuePlace&) = delete;
  QueuePlace& operator=(const QueuePlace&) = delete;
  ~QueuePlace() {
    if (told_.valid()) Leave();
  }

  bool waits() const { return told_.valid(); }
  const ObjectRef<void>& told() const { return told_; }

  // It was told, and goes on.
  void GoOn() { told_ = {}; }

 private:
  void Leave();

  QueueWaits& waits_;
  WaitLine QueueWaits::*const line_;
  ObjectRef<void> told_;  // Ready when it is told.
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
      bool added = false;
      Place place(*state_, &Waits::givers, state_->Add(value, &added));
      if (!place.waits()) return added;
      Await(place, deadline_ns);
    }
  }

  // Takes the first value, once there is one; nothing when the queue is closed and empty.
  std::optional<T> Get(const GetOptions& options = {}) const {
    const int64_t deadline_ns = api_internal::DeadlineOf(options.timeout_ns);
    for (;;) {
      std::optional<T> value;
      Place place(*state_, &Waits::takers, state_->Take(&value));
      if (!place.waits()) return value;
      Await(place, deadline_ns);
    }
  }

  // The same for coroutines, which wait without a thread: `co_await queue.Putting(value)`, `co_await queue.Getting()`.
  Coroutine<bool> Putting(T value) const { return PutInto(state_, std::move(value)); }
  Coroutine<std::optional<T>> Getting() const { return GetFrom(state_); }

  // Nothing more can be put; what lies there can still be taken.
  void Close() const { state_->Close(); }

  // Values that lie there right now.
  size_t size() const {
    MutexLock lock(state_->mutex);
    return state_->values.size();
  }

 private:
  using Waits = api_internal::QueueWaits;
  using Place = api_internal::QueuePlace;

  struct State : Waits {
    using Waits::Waits;
    std::deque<T> values ABSL_GUARDED_BY(mutex);

    // Adds `value`, if there is room, or the queue is closed: `added` says which. Else the caller's place in the line.
    SharedObject* Add(T& value, bool* added) {
      RuntimeShell& shell = api_internal::CurrentShell();
      const CoreVisit visit(shell);
      (void)api_internal::CoreOf(visit);  // Throws at Shutdown.
      SharedObject* taker = nullptr;
      {
        MutexLock lock(this->mutex);
        if (this->closed) return nullptr;
        if (values.size() >= this->count_max) return this->givers.Join(shell);
        values.push_back(std::move(value));
        LeaveHandles(values.back());
        taker = this->takers.First();
      }
      *added = true;
      WaitLine::Tell(taker);
      return nullptr;
    }

    // Takes the first value, if there is one; none when the queue is closed. Else the caller's place in the line.
    SharedObject* Take(std::optional<T>* value) {
      RuntimeShell& shell = api_internal::CurrentShell();
      const CoreVisit visit(shell);
      (void)api_internal::CoreOf(visit);
      SharedObject* giver = nullptr;
      {
        MutexLock lock(this->mutex);
        if (values.empty()) return this->closed ? nullptr : this->takers.Join(shell);
        TakeHandles(value->emplace(std::move(values.front())));
        values.pop_front();
        giver = this->givers.First();
      }
      WaitLine::Tell(giver);
      return nullptr;
    }
  };

  static void Await(Place& place, int64_t deadline_ns) {
    manta::Get(place.told(), {.timeout_ns = api_internal::TimeLeftNs(deadline_ns)});
    place.GoOn();
  }

  // They keep the queue: the caller's may go meanwhile.
  static Coroutine<bool> PutInto(std::shared_ptr<State> state, T value) {
    for (;;) {
      bool added = false;
      Place place(*state, &Waits::givers, state->Add(value, &added));
      if (!place.waits()) co_return added;
      co_await place.told();
      place.GoOn();
    }
  }
  static Coroutine<std::optional<T>> GetFrom(std::shared_ptr<State> state) {
    for (;;) {
      std::optional<T> value;
      Place place(*state, &Waits::takers, state->Take(&value));
      if (!place.waits()) co_return value;
      co_await place.told();
      place.GoOn();
    }
  }

  std::shared_ptr<State> state_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
