// core/runtime/thrown_error.h -- makes the record of what a task's code threw.
//
// Threads   [any-thread].
#pragma once

#include <memory>

#include "core/base/error.h"

namespace manta {

class TaskState;
struct TaskKind;

// Of the exception that is being handled. One that carries a record itself, such as a failed Get, becomes the cause.
// REQUIRES: called in a catch clause.
std::shared_ptr<ErrorRecord> ThrownError(const TaskState& task);

// The same for code that is no task, such as the constructor of an actor that is restarted.
std::shared_ptr<ErrorRecord> ThrownError(const TaskKind& kind, SourceSite site);

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
