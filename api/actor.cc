#include "api/actor.h"

#include "core/runtime/thread_state.h"

namespace manta::api_internal {

void SubmitCall(ActorState& actor, TaskState* call) {
  call->set_actor(&actor);
  call->caller = CallerOf(CurrentThread());
  Submit(call);
}

}  // namespace manta::api_internal

// SPDX-License-Identifier: Apache-2.0
