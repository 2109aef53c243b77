#include "api/wait.h"

#include <algorithm>

#include "api/put.h"
#include "core/base/text.h"
#include "core/runtime/current_runtime.h"
#include "core/runtime/runtime_core.h"

namespace manta::api_internal {

std::unique_ptr<WaitSetState> NewWaitSet() { return std::make_unique<WaitSetState>(*CurrentShell().core()); }

int64_t DeadlineOf(int64_t timeout_ns) {
  return timeout_ns < 0 ? kNever : DeadlineAfter(CurrentShell().core()->clock().NowNs(), timeout_ns);
}

int64_t TimeLeftNs(int64_t deadline_ns) {
  if (deadline_ns == kNever) return -1;
  return std::max<int64_t>(0, deadline_ns - CurrentShell().core()->clock().NowNs());
}

SharedObject* NextReady(WaitSetState& set, int64_t deadline_ns, uint64_t* tag) {
  const WaitSetState::Ready ready = set.Next(deadline_ns);
  if (ready.error != nullptr) ThrowError(ready.error);
  if (ready.object != nullptr && tag != nullptr) *tag = ready.tag;
  return ready.object;
}

void ThrowWaitTimeout(uint64_t pending_count) {
  auto error = std::make_shared<ErrorRecord>();
  error->type = ErrorType::kGetTimeout;
  error->message = Concat("none of ", pending_count, " objects was ready in time; they may still come: ask again");
  throw GetTimeout(std::move(error));
}

}  // namespace manta::api_internal

// SPDX-License-Identifier: Apache-2.0
