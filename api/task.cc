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
  settings->items_ahead_max = options.items_ahead_max;
  return CountedPtr<const TaskSettings>(settings);
}

void Submit(TaskState* task) {
  const CoreVisit visit(task->shell());
  if (visit) {
    visit.core()->Submit(task);
  } else {
    task->shell().Refused();
    task->Refuse(ErrorType::kShutdown, "was not run, since the runtime was shut down");
    task->Release();
  }
}

}  // namespace api_internal

bool CancelObject(SharedObject* state) {
  if (state == nullptr) return false;
  const CoreVisit visit(state->shell());
  return visit && visit.core()->Cancel(*state, ErrorType::kTaskCancelled, "was cancelled");
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
