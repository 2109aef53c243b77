#include "api/task.h"

#include "api/error.h"
#include "core/runtime/runtime_core.h"

namespace manta {
namespace api_internal {

SharedObject* TakeArgument(RuntimeShell& shell, SharedObject* state) {
  if (state == nullptr) {
    throw Error(absl::InvalidArgumentError(
        "an argument is an ObjectRef that refers to nothing: pass one that Put or Remote made"));
  }
  if (&state->shell() != &shell && !state->ready()) {
    throw Error(absl::InvalidArgumentError("an argument is another runtime's object, and not ready yet: Get it first"));
  }
  state->Retain();
  return state;
}

CountedPtr<const TaskSettings> SettingsOf(TaskOptions options) {
  auto* const settings = new TaskSettings;
  settings->name = std::move(options.name);
  settings->priority = options.priority;
  settings->retries_max = options.retries_max;
  settings->retry_on = options.retry_on;
  settings->timeout_ns = options.timeout_ns;
  settings->resources.set_named(std::move(options.resources));
  return CountedPtr<const TaskSettings>(settings);
}

void Submit(TaskState* task) { task->shell().core()->Submit(task); }

}  // namespace api_internal

bool CancelObject(SharedObject* state) {
  if (state == nullptr) return false;
  RuntimeCore* const core = state->shell().core();
  return core != nullptr && core->Cancel(*state, ErrorType::kTaskCancelled, "was cancelled");
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
