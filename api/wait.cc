#include "api/wait.h"

#include "api/put.h"
#include "core/base/text.h"
#include "core/runtime/current_runtime.h"
#include "core/runtime/runtime_core.h"

namespace manta::api_internal {

WaitSetPtr NewWaitSet() { return WaitSetPtr(new WaitSetState(CurrentShell())); }

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
