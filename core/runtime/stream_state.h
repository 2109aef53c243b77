// core/runtime/stream_state.h -- carries a generator's items from the task that yields them to the one who takes them.
//
// Each item is an object that is ready. At most so many lie here untaken: a generator that is ahead suspends, and goes
// on when half of them have been taken. Nobody's thread waits for room; a taker who finds nothing waits for an object
// of this stream, as for any other.
//
//   yield --Push--> items --Take--> taker
//           full: suspends until `room` is ready        empty: waits until `news` is ready
//
// Threads   Push, Skip and Begin by the task that yields; Take and Drop by the one taker; the task's end by anyone.
// Memory    Lies in the task's block. Items that nobody takes go with Drop, or with the block.
// Errors    An error of the task comes as the last item.
#pragma once

#include <cstdint>
#include <deque>

#include "absl/base/thread_annotations.h"
#include "core/base/error.h"
#include "core/base/mutex.h"
#include "core/runtime/shared_object.h"
#include "core/runtime/task_state.h"

namespace manta {

class StreamSignal;

class StreamState : private Waiter {
 public:
  StreamState() = default;
  StreamState(const StreamState&) = delete;
  StreamState& operator=(const StreamState&) = delete;
  ~StreamState();

  // Makes an object of the items' type that is an error; with a reference.
  using NewError = SharedObject* (*)(RuntimeShell& shell, ErrorPtr error);

  // Before the task is submitted.
  void Open(TaskState& task, NewError new_error);

  // The code starts: the first time, or as another attempt.
  void Begin();

  // Whether the next item was given by an earlier attempt: it is not made again.
  bool Skip();

  struct Pushed {
    bool wanted = false;           // False: nobody will take any more.
    SharedObject* room = nullptr;  // With a reference: to be waited for before the next item.
  };
  // Takes over an item, and a reference to it.
  Pushed Push(SharedObject* item);

  struct Taken {
    SharedObject* item = nullptr;  // With a reference.
    bool ended = false;            // No item will come.
    SharedObject* news = nullptr;  // With a reference: there is no item yet, and this tells of one.
  };
  Taken Take();

  // Nobody will take any more: ends the task, if it runs.
  void Drop();

 private:
  void TaskEnded();
  void TellRoom(StreamSignal* room);
  void TellNews(StreamSignal* news);
  uint32_t items_max() const;

  TaskState* task_ = nullptr;
  NewError new_error_ = nullptr;
  uint64_t to_skip_ = 0;  // Whoever runs the task has it.

  Mutex mutex_{"stream"};
  std::deque<SharedObject*> items_ ABSL_GUARDED_BY(mutex_);
  uint64_t given_count_ ABSL_GUARDED_BY(mutex_) = 0;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  bool dropped_ ABSL_GUARDED_BY(mutex_) = false;
  StreamSignal* room_ ABSL_GUARDED_BY(mutex_) = nullptr;
  StreamSignal* news_ ABSL_GUARDED_BY(mutex_) = nullptr;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
