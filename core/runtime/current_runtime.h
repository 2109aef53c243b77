// core/runtime/current_runtime.h -- finds the runtime that a call without one belongs to.
//
// Code of a task uses the runtime that runs it. Elsewhere the thread's own choice holds (RuntimeScope), and without one
// the process's default runtime: the first that was started and has not been shut down.
//
// Threads   [any-thread].
#pragma once

#include "core/runtime/runtime_shell.h"

namespace manta {

// Null: there is none.
RuntimeShell* CurrentRuntime();

// Makes the runtime of `shell` the default. False: another one is.
bool SetDefaultRuntime(RuntimeShell& shell);

// If it is the default, there is none any more.
void ResetDefaultRuntime(RuntimeShell& shell);

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
