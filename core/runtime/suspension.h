// core/runtime/suspension.h -- is the part of a coroutine's task that waits while its code is suspended.
//
// Code suspends by leaving here what it waits for, and returning. The runtime then links this as a waiter into the
// object's list; the object's Publish makes the task go on, on any thread. No thread waits meanwhile.
//
//   co_await ref: object = ref, point = the coroutine --> task suspended --object ready--> task queued --> resumes
//   point
//
// Threads   The fields belong to who runs the task. While it is suspended, `object` and `arming` may be read by others
//           who hold it as a reader (task_state.h).
// Memory    Lies in the task's block, and not in the coroutine's frame: who tells of the object may come late.
#pragma once

#include <coroutine>
#include <cstdint>

#include "core/base/intrusive_list.h"
#include "core/runtime/waiter_list.h"

namespace manta {

class SharedObject;
class TaskState;

struct Suspension : Waiter, ListLink {
  enum class Arming : uint8_t {
    kNever,  // Nobody will tell: it waits for its end.
    kArmed,  // It was linked into the object's list.
    kReady,  // The object was ready before that: who suspended the task makes it go on.
  };

  explicit Suspension(TaskState& task) : task(task) {}

  TaskState& task;
  SharedObject* object = nullptr;  // With a reference; null: nothing that could come.
  Arming arming = Arming::kNever;
  bool switches = false;          // `point` goes on at once: one coroutine has called another, or returned to it.
  std::coroutine_handle<> point;  // Where the code goes on.
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
