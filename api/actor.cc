#include "api/actor.h"

#include "api/current_actor.h"
#include "api/error.h"
#include "core/base/text.h"
#include "core/runtime/runtime_core.h"
#include "core/runtime/thread_state.h"

namespace manta::api_internal {
namespace {

std::string Named(std::string_view name_space, std::string_view name) {
  return name_space.empty() ? Quoted(name) : Concat(Quoted(name), " in the space ", Quoted(name_space));
}

bool SameClass(const ActorState& actor, const std::type_info& type) { return *actor.settings().type == type; }

[[noreturn]] void ThrowOtherClass(std::string_view what) {
  throw Error(MakeStatus(absl::StatusCode::kInvalidArgument, what, " is of another class than was asked for"));
}

}  // namespace

void SubmitCall(ActorState& actor, TaskState* call) {
  call->set_actor(&actor);
  call->caller = CallerOf(CurrentThread());
  Submit(call);
}

ActorState* ClaimName(RuntimeCore& core, ActorState& actor, bool get) {
  const std::string name = Named(actor.settings().name_space, actor.settings().registered_name);
  if (actor.settings().registered_name.empty()) {
    actor.Discard();
    throw Error(absl::InvalidArgumentError("GetOrCreate looks for an actor by its name: give it a registered_name"));
  }
  ActorState* const other = core.actor_names().Claim(actor);
  if (other == nullptr) return nullptr;
  const bool same_class = SameClass(*other, *actor.settings().type);
  actor.Discard();
  if (get && same_class) return other;
  other->ReleaseHandle();
  if (get) ThrowOtherClass(Concat("the actor named ", name));
  throw Error(MakeStatus(absl::StatusCode::kAlreadyExists, "there is an actor named ", name,
                         " already: GetOrCreate gives that one, another name or name_space makes a new one"));
}

ActorState* FindActor(RuntimeCore& core, std::string_view name_space, std::string_view name,
                      const std::type_info& type) {
  ActorState* const actor = core.actor_names().Find(name_space, name);
  if (actor == nullptr) {
    throw Error(MakeStatus(absl::StatusCode::kNotFound, "there is no living actor named ", Named(name_space, name),
                           ": it was not made with that registered_name, or its last handle has gone"));
  }
  if (SameClass(*actor, type)) return actor;
  actor->ReleaseHandle();
  ThrowOtherClass(Concat("the actor named ", Named(name_space, name)));
}

ActorState* HandleOfCurrent(TaskState* task, const std::type_info& type) {
  if (task == nullptr || task->actor() == nullptr) {
    throw Error(absl::FailedPreconditionError("no actor's method runs on this thread: ask inside one"));
  }
  if (!SameClass(*task->actor(), type)) ThrowOtherClass(Concat("the actor ", task->actor()->name()));
  task->actor()->RetainHandleInside();
  return task->actor();
}

}  // namespace manta::api_internal

// SPDX-License-Identifier: Apache-2.0
