#include "api/actor.h"

#include "core/runtime/current_runtime.h"

namespace manta::api_internal {

RuntimeCore& CurrentCore() { return *CurrentShell().core(); }

void SubmitCall(ActorState& actor, TaskState* call) {
  call->set_actor(&actor);
  call->caller = CallerOf(CurrentThread());
  if (RuntimeCore* const core = call->shell().core(); core != nullptr) {
    core->Submit(call);
  } else {
    call->Refuse(ErrorType::kShutdown, "was not run, since the runtime was shut down");
    call->Release();
  }
}

}  // namespace manta::api_internal

// SPDX-License-Identifier: Apache-2.0
