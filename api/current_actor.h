// api/current_actor.h -- tells a method about the actor that it runs on.
//
//   void Node::Join(manta::ActorHandle<Ring> ring) {
//     ring.Task<&Ring::Add>().Send(manta::CurrentActor().handle<Node>());
//   }
//
// Threads   Made and used inside a method.
// Memory    A handle to itself counts as any other: an actor that keeps one ends only by Kill or Shutdown.
#pragma once

#include <cstdint>
#include <string_view>
#include <typeinfo>

#include "api/actor.h"

namespace manta {

namespace api_internal {

// The actor whose method runs, with a handle for the caller.
ActorState* HandleOfCurrent(TaskState* task, const std::type_info& type);

}  // namespace api_internal

// The actor whose method runs right now, on this thread.
class CurrentActor {
 public:
  CurrentActor() : task_(CurrentThread().task) {}

  bool running() const { return task_ != nullptr && task_->actor() != nullptr; }  // False outside methods.
  std::string_view name() const { return running() ? task_->actor()->name() : std::string_view(); }

  // 1, and one more for each restart.
  uint64_t incarnation() const { return running() ? task_->actor()->incarnation() : 0; }
  uint64_t restart_count() const { return running() ? incarnation() - 1 : 0; }

  // A handle to itself. Throws Error kFailedPrecondition
  // outside methods, kInvalidArgument when the actor is of another class.
  template <typename C>
  ActorHandle<C> handle() const {
    ActorState* const actor = api_internal::HandleOfCurrent(task_, typeid(C));
    return ActorHandle<C>::Adopt(actor, &task_->shell());
  }

 private:
  TaskState* task_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
