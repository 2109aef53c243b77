// core/runtime/task_timeout.h -- ends a task that has no result when its time is up.
//
// Threads   [any-thread].
// Memory    Nothing is left of it once the task has a result, or the time is up.
#pragma once

namespace manta {

class RuntimeCore;
class TaskState;

// REQUIRES: the task's settings have a timeout, and it was registered: from then on it can be ended.
void StartTimeout(RuntimeCore& core, TaskState& task);

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
