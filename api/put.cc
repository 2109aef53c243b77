#include "api/put.h"

#include "api/error.h"
#include "api/promise.h"
#include "core/runtime/current_runtime.h"

namespace manta::api_internal {

RuntimeShell& CurrentShell() {
  RuntimeCore* const core = CurrentRuntime();
  if (core == nullptr) {
    throw Error(
        absl::FailedPreconditionError("there is no runtime: keep what manta::Init returns as long as Manta is used"));
  }
  return core->shell();
}

void BeginPromise(SharedObject& state) {
  RuntimeCore* const core = state.shell().core();
  state.Retain();  // The runtime's.
  core->AddPromise(state);
}

bool EndPromise(SharedObject& state) {
  RuntimeCore* const core = state.shell().core();
  if (core == nullptr || !core->RemovePromise(state)) return false;
  state.Release();  // The caller has another.
  return true;
}

void BreakPromise(SharedObject& state, std::string message) {
  auto error = std::make_shared<ErrorRecord>();
  error->type = ErrorType::kPromiseBroken;
  error->message = std::move(message);
  state.PublishError(std::move(error));
}

}  // namespace manta::api_internal

// SPDX-License-Identifier: Apache-2.0
