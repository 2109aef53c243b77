#include "api/result.h"

#include <algorithm>

#include "api/put.h"
#include "core/runtime/runtime_core.h"

namespace manta::api_internal {
namespace {

int64_t NowNs() {
  const CoreVisit visit(CurrentShell());
  return CoreOf(visit).clock().NowNs();
}

}  // namespace

int64_t DeadlineOf(int64_t timeout_ns) { return timeout_ns < 0 ? kNever : DeadlineAfter(NowNs(), timeout_ns); }

int64_t TimeLeftNs(int64_t deadline_ns) {
  if (deadline_ns == kNever) return -1;
  return std::max<int64_t>(0, deadline_ns - NowNs());
}

std::shared_ptr<const void> AwaitView(SharedObject* state, const GetOptions& options, ErrorPtr* error) {
  if (state == nullptr) {
    throw Error(
        absl::InvalidArgumentError("Get of an ObjectRef that refers to nothing: it was not made by Put or Remote"));
  }
  if (!state->ready()) {
    const CoreVisit visit(state->shell());
    RuntimeCore* const core = visit.core();
    if (core == nullptr) {
      *error = ShutDownError();
      return nullptr;
    }
    const int64_t deadline_ns =
        options.timeout_ns < 0 ? kNever : DeadlineAfter(core->clock().NowNs(), options.timeout_ns);
    *error = core->Wait(*state, deadline_ns);
    if (*error != nullptr) return nullptr;
  }
  return state->View(error);
}

void ThrowError(const ErrorPtr& error) {
  if (error->type == ErrorType::kGetTimeout) throw GetTimeout(error);
  throw ObjectError(error);
}

}  // namespace manta::api_internal

// SPDX-License-Identifier: Apache-2.0
