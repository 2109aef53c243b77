// core/runtime/help.h -- lets a thread that waits run what it waits for.
//
// Handing a task to another thread and waiting for it costs a wake-up, hundreds of times what a short task costs. So a
// waiter runs the awaited task itself, if nobody has started it; and where that one waits for its arguments, those
// first. It runs nothing else: what it did not ask for could take any time, or need what this thread holds.
//
//   Wait(sum) -> sum waits for a, b -> run a, run b -> run sum
//
// Threads   [any-thread].
// Cost      Follows arguments with a list of its own, however long the chain; a task is looked at once.
#pragma once

#include "core/runtime/shared_object.h"

namespace manta {

class RuntimeCore;

// Runs unstarted tasks that `object` depends on, and then its own, until it is ready or the rest is in other hands.
void Help(RuntimeCore& core, SharedObject& object);

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
