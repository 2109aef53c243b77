// core/runtime/pass_through.h -- sends a task's argument through serializer and store, as if it left the process.
//
// Threads   [any-thread]; the value is the caller's.
#pragma once

#include "core/base/error.h"

namespace manta {

class SharedObject;
struct ValueType;

// `replace` moves what has come back over the value. Null: done; else what was refused, as an error of `task`.
// REQUIRES: the task's runtime has a router.
ErrorPtr PassThrough(SharedObject& task, const ValueType& type, void* value, void (*replace)(void* value, void* with));

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
