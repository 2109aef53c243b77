#include "api/put.h"

#include "api/error.h"
#include "api/promise.h"
#include "core/runtime/current_runtime.h"
#include "core/runtime/runtime_core.h"

namespace manta::api_internal {
namespace {

[[noreturn]] void ThrowNoRuntime() {
  throw Error(
      absl::FailedPreconditionError("there is no runtime: keep what manta::Init returns as long as Manta is used"));
}

}  // namespace

ErrorPtr ShutDownError() {
  auto error = std::make_shared<ErrorRecord>();
  error->type = ErrorType::kShutdown;
  error->message = "the runtime was shut down before the object was ready";
  return error;
}

RuntimeShell& CurrentShell() {
  RuntimeShell* const shell = CurrentRuntime();
  if (shell == nullptr || shell->core() == nullptr) ThrowNoRuntime();
  return *shell;
}

RuntimeCore& CoreOf(const CoreVisit& visit) {
  if (!visit) ThrowNoRuntime();
  return *visit.core();
}

void ThrowPutError(SharedObject* state) {
  ErrorPtr error = state->error();
  state->Release();
  throw ObjectError(std::move(error));
}

void BeginPromise(SharedObject& state) {
  const CoreVisit visit(state.shell());
  if (visit) {
    state.Retain();  // The runtime's.
    visit.core()->AddPromise(state);
  } else {
    state.PublishError(ShutDownError());
  }
}

bool EndPromise(const CoreVisit& visit, SharedObject& state) {
  if (!visit || !visit.core()->RemovePromise(state)) return false;
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
