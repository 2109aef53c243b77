// core/runtime/actor_block.h -- is the block of one actor: its instance and what its constructor needs, typed.
//
// Threads   See actor_state.h.
// Memory    The instance lies in the block. The constructor's arguments stay until the actor ends: it may be restarted.
#pragma once

#include <array>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

#include "core/runtime/actor_state.h"
#include "core/runtime/runtime_core.h"
#include "core/runtime/task_block.h"

namespace manta {

// The task that runs an actor's constructor. Its edges are the actor's arguments, which the actor holds.
template <size_t kEdgeCount>
class CreationBlock final : public ValueState<void, TaskState> {
 public:
  static CreationBlock* New(RuntimeShell& shell, const TaskKind& kind, SourceSite site, ActorState& actor,
                            std::span<SharedObject* const> objects) {
    void* const block = BlockPool::Allocate(sizeof(CreationBlock), alignof(CreationBlock));
    return new (block) CreationBlock(shell, kind, site, actor, objects);
  }

 private:
  CreationBlock(RuntimeShell& shell, const TaskKind& kind, SourceSite site, ActorState& actor,
                std::span<SharedObject* const> objects)
      : ValueState<void, TaskState>(shell, ShapeOf<CreationBlock>(), kind, site) {
    this->set_actor(&actor);
    this->next = nullptr;
    this->caller = ActorState::kCreation;
    for (size_t i = 0; i < kEdgeCount; ++i) this->Connect(edges_[i], objects[i]);
  }

  ErrorPtr RouteArguments() override { return this->actor()->RouteArguments(*this); }
  ErrorPtr Invoke() noexcept override { return this->actor()->Construct(); }
  void PublishResult() override { this->PublishValue(); }
  void DropResult() noexcept override {}
  std::span<ArgumentEdge> Edges() noexcept override { return edges_; }
  void DestroyArguments() noexcept override {}

  std::array<ArgumentEdge, kEdgeCount> edges_;
};

// `Kept` are the constructor's arguments.
template <typename C, typename... Kept>
class ActorBlock final : public ActorState {
  using ArgumentPack = runtime_internal::Arguments<Kept...>;

 public:
  template <typename... Given>
  ActorBlock(RuntimeCore& core, const TaskKind& kind, ActorSettings settings, SourceSite site, Given&&... given)
      : ActorState(core, kind.name, std::move(settings)),
        kind_(kind),
        site_(site),
        arguments_(std::in_place, std::forward<Given>(given)...) {}

  // Makes it known to the runtime and starts it. Takes over nothing: the handle is the caller's.
  void Launch(RuntimeCore& core) {
    std::array<SharedObject*, ArgumentPack::kEdgeCount + 1> objects = {};
    size_t i = 0;
    arguments_->EachObject([&](SharedObject* object) { objects[i++] = object; });
    auto* const creation = CreationBlock<ArgumentPack::kEdgeCount>::New(core.shell(), kind_, site_, *this, objects);
    core.SubmitCreation(*this, creation);
  }

 private:
  ErrorPtr RouteArguments(SharedObject& creation) override { return arguments_->RouteAll(creation); }

  ErrorPtr Construct() noexcept override {
    ErrorPtr error = arguments_->PinAll();
    if (error != nullptr) return error;
    try {
      const bool may_run_again = settings().restart.restarts_max > 0;
      arguments_->Call([this](auto&&... argument) { instance_.emplace(std::forward<decltype(argument)>(argument)...); },
                       may_run_again);
    } catch (...) {
      error = ThrownError(kind_, site_);
    }
    arguments_->UnpinAll();
    return error;
  }

  void* instance() noexcept override { return std::addressof(*instance_); }
  void DestroyInstance() noexcept override { instance_.reset(); }
  void DestroyArguments() noexcept override { arguments_.reset(); }

  const TaskKind& kind_;
  const SourceSite site_;
  std::optional<ArgumentPack> arguments_;
  std::optional<C> instance_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
