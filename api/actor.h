// api/actor.h -- makes objects that live somewhere and are called from everywhere.
//
//   class Counter {
//    public:
//     explicit Counter(int start) : count_(start) {}
//     int Add(int amount) { return count_ += amount; }
//     ...
//   };
//   manta::ActorHandle<Counter> counter = manta::Actor<Counter>().Remote(10);    // Returns at once.
//   manta::ObjectRef<int> count = counter.Task<&Counter::Add>().Remote(5);
//   counter.Task<&Counter::Add>().Send(1);                                       // Nobody wants the result.
//
//   auto first = manta::Actor<Counter>({.registered_name = "hits"}).GetOrCreate(0);   // Made by whoever comes first.
//   auto again = manta::GetActor<Counter>("hits");                                   // Elsewhere in the process.
//
// One method runs at a time, unless concurrency_max says otherwise. Calls of one caller (a task, or a thread outside
// tasks) run in the order they were made, even when the arguments of a later one are ready first.
//
// Shapes    Arguments as for tasks; the constructor's too (api/actor_arguments.h). Handles may be arguments, results,
//           and fields of values.
// Threads   [any-thread]. A handle is a value, as std::shared_ptr.
// Memory    The actor ends, once its calls have run, with its last handle, unless it is detached; its instance is
//           destroyed where its methods ran. A name keeps nothing alive. Handles may outlive the runtime.
// Errors    A method that throws makes its result an error, and the actor goes on, unless restart_on says otherwise.
//           Calls of an actor that has ended fail with ACTOR_DIED; if its constructor threw, with
//           ACTOR_CREATION_FAILED. Error kAlreadyExists for a name that is taken, kNotFound for one that is not,
//           kInvalidArgument when the actor of that name is of another class.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <typeinfo>
#include <utility>
#include <vector>

#include "api/actor_arguments.h"
#include "api/object_ref.h"
#include "api/put.h"
#include "api/task.h"
#include "core/describe/callable_name.h"
#include "core/runtime/actor_block.h"
#include "core/runtime/handle_places.h"

namespace manta {

struct ActorOptions {
  std::string name = {};         // Shown instead of the class's.
  uint32_t concurrency_max = 1;  // Methods that may run at the same time; from 2 on, the class must allow it.
  RestartPolicy restart = {};    // How often it may be made anew, in which time.
  bool (*restart_on)(const ErrorRecord& error) = nullptr;  // Errors of methods after which it is; null: none.
  std::vector<NamedResource> resources = {};               // {{"gpu", 1}}: held from its constructor to its end.
  std::string registered_name = {};  // GetActor finds it by this name, as long as it lives; "": not at all.
  std::string name_space = {};       // Names of different spaces have nothing to do with each other.
  bool detached = false;             // It lives without handles, until Kill or Shutdown.
};

namespace api_internal {

void SubmitCall(ActorState& actor, TaskState* call);

// Null: the new actor has its name. Else the living one that has it, with a handle for the caller; the new one is gone.
// Throws unless `get` and both are of one class.
ActorState* ClaimName(RuntimeCore& core, ActorState& actor, bool get);

// The living actor of that name, with a handle for the caller.
ActorState* FindActor(RuntimeCore& core, std::string_view name_space, std::string_view name,
                      const std::type_info& type);

}  // namespace api_internal

// A call about to be made.
template <auto M, typename C>
class MethodCall {
  struct Code {
    ActorState* actor;
    template <typename... P>
    decltype(auto) operator()(P&&... arguments) const {
      return (static_cast<C*>(actor->instance())->*M)(std::forward<P>(arguments)...);
    }
  };
  using Parameters = typename api_internal::Signature<decltype(M)>::Parameters;
  using Result = typename api_internal::Signature<decltype(M)>::Result;

 public:
  MethodCall(ActorState& actor, RuntimeShell& shell, CountedPtr<const TaskSettings> settings, SourceSite site)
      : actor_(actor), shell_(shell), settings_(std::move(settings)), site_(site) {}

  template <typename... A>
  auto Remote(A&&... arguments) const {
    return api_internal::AdoptResult(Submit(std::forward<A>(arguments)...));
  }

  // Each element of the tuple that the method returns is an object of its own (api/split.h).
  template <typename... A>
  auto RemoteSplit(A&&... arguments) const {
    using Split = typename api_internal::SplitOf<Result>::type;
    api_internal::CheckSplittable<Split>();
    auto* const block = New(SplitCode<Code, Split>{{&actor_}}, std::forward<A>(arguments)...);
    auto refs = api_internal::SplitRefs<Split>(*block);
    api_internal::SubmitCall(actor_, block);
    return refs;
  }

  template <typename... A>
  void Send(A&&... arguments) const {
    auto* const block = New(Code{&actor_}, std::forward<A>(arguments)...);
    api_internal::CheckNobodyLooks<std::remove_pointer_t<decltype(block)>>();
    api_internal::SubmitCall(actor_, block);
  }

 private:
  template <typename Function, typename... A>
  auto* New(Function function, A&&... arguments) const {
    using Block = api_internal::BlockFor<Function, Parameters, A&&...>;
    auto* const block =
        Block::New(shell_, api_internal::kTaskKind<M>, site_, std::move(function), std::forward<A>(arguments)...);
    if (settings_) block->set_settings(settings_);
    return block;
  }

  template <typename... A>
  auto* Submit(A&&... arguments) const {
    auto* const block = New(Code{&actor_}, std::forward<A>(arguments)...);
    block->RetainNew();
    api_internal::SubmitCall(actor_, block);
    return block;
  }

  ActorState& actor_;
  RuntimeShell& shell_;
  CountedPtr<const TaskSettings> settings_;
  SourceSite site_;
};

template <typename C>
class ActorHandle {
 public:
  ActorHandle() = default;
  ActorHandle(const ActorHandle& other) : actor_(other.actor_), shell_(other.shell_) {
    if (actor_ != nullptr) actor_->RetainHandle();
    Appear();
  }
  ActorHandle(ActorHandle&& other) noexcept : actor_(std::exchange(other.actor_, nullptr)), shell_(other.shell_) {
    if (HandlePlaces* const all = places(); all != nullptr) [[unlikely]]
      all->Move(&other, this);
  }
  ActorHandle& operator=(ActorHandle other) noexcept {
    Disappear();
    other.Disappear();
    std::swap(actor_, other.actor_);
    std::swap(shell_, other.shell_);
    Appear();
    other.Appear();
    return *this;
  }
  ~ActorHandle() {
    Disappear();
    if (actor_ != nullptr) actor_->ReleaseHandle();
  }

  bool valid() const { return actor_ != nullptr; }
  explicit operator bool() const { return valid(); }
  friend bool operator==(const ActorHandle&, const ActorHandle&) = default;

  // A call of method M, to be made with Remote or Send. REQUIRES: valid(). The handle outlives what is returned.
  template <auto M>
  MethodCall<M, C> Task(SourceSite site = SourceSite::Here()) const {
    static_assert(std::is_base_of_v<typename api_internal::Signature<decltype(M)>::Class, C>,
                  "manta: the method is another class's");
    return MethodCall<M, C>(*actor_, *shell_, nullptr, site);
  }
  template <auto M>
  MethodCall<M, C> Task(TaskOptions options, SourceSite site = SourceSite::Here()) const {
    return MethodCall<M, C>(*actor_, *shell_, api_internal::SettingsOf(std::move(options)), site);
  }

  // Ends the actor: calls that have not started fail. The one that runs returns first.
  void Kill(std::string reason = "Kill was called") const { actor_->Kill(std::move(reason)); }

  // How often it was made: 1, and one more for each restart.
  uint64_t incarnation() const { return actor_->incarnation(); }

  // For Manta's own headers: takes over one handle.
  static ActorHandle Adopt(ActorState* actor, RuntimeShell* shell) {
    ActorHandle handle;
    handle.actor_ = actor;
    handle.shell_ = shell;
    handle.Appear();
    return handle;
  }

  // For them, too: what remembers where the actor's handles lie; null: nothing does.
  HandlePlaces* places() const { return actor_ != nullptr ? actor_->handle_places() : nullptr; }

 private:
  void Appear() {
    if (HandlePlaces* const all = places(); all != nullptr) [[unlikely]]
      all->Add(this);
  }
  void Disappear() {
    if (HandlePlaces* const all = places(); all != nullptr) [[unlikely]]
      all->Remove(this);
  }

  ActorState* actor_ = nullptr;
  RuntimeShell* shell_ = nullptr;
};

// An actor about to be made.
template <typename C>
class ActorCall {
 public:
  ActorCall(ActorOptions options, SourceSite site) : options_(std::move(options)), site_(site) {}

  // Makes it; the constructor runs elsewhere, and first of all calls.
  template <typename... A>
  ActorHandle<C> Remote(A&&... arguments) && {
    return Make(false, std::forward<A>(arguments)...);
  }

  // The living actor with this registered_name; or makes it, if there is none.
  template <typename... A>
  ActorHandle<C> GetOrCreate(A&&... arguments) && {
    return Make(true, std::forward<A>(arguments)...);
  }

 private:
  static constexpr TaskKind kKind = {.name = PlainClassName<C>()};

  template <typename... A>
  ActorHandle<C> Make(bool get, A&&... arguments) {
    using Arguments = api_internal::ConstructorArguments<C, A&&...>;
    static_assert(Arguments::kFits, "manta: the actor's class has no constructor for these arguments");
    if constexpr (!Arguments::kFits) {
      return {};
    } else {
      return Start(get, Arguments::Kept(), std::forward<A>(arguments)...);
    }
  }

  template <typename... Kept, typename... A>
  ActorHandle<C> Start(bool get, api_internal::TypeList<Kept...>, A&&... arguments) {
    const CoreVisit visit(api_internal::CurrentShell());
    RuntimeCore& core = api_internal::CoreOf(visit);
    auto* const actor =
        new ActorBlock<C, Kept...>(core, kKind,
                                   {.name = std::move(options_.name),
                                    .concurrency_max = options_.concurrency_max < 1 ? 1 : options_.concurrency_max,
                                    .restart = options_.restart,
                                    .resources = std::move(options_.resources),
                                    .restart_on = options_.restart_on,
                                    .registered_name = std::move(options_.registered_name),
                                    .name_space = std::move(options_.name_space),
                                    .type = &typeid(C),
                                    .detached = options_.detached},
                                   site_, api_internal::Given<Kept>(core.shell(), std::forward<A>(arguments))...);
    if (get || !actor->settings().registered_name.empty()) {
      ActorState* const other = api_internal::ClaimName(core, *actor, get);
      if (other != nullptr) return ActorHandle<C>::Adopt(other, &core.shell());
    }
    actor->Launch(core);
    return ActorHandle<C>::Adopt(actor, &core.shell());
  }

  ActorOptions options_;
  SourceSite site_;
};

template <typename C>
ActorCall<C> Actor(ActorOptions options = {}, SourceSite site = SourceSite::Here()) {
  static_assert(std::is_class_v<C>, "manta: an actor is an object of a class");
  return ActorCall<C>(std::move(options), site);
}

// The living actor of that name.
template <typename C>
ActorHandle<C> GetActor(std::string_view registered_name, std::string_view name_space = {}) {
  const CoreVisit visit(api_internal::CurrentShell());
  RuntimeCore& core = api_internal::CoreOf(visit);
  return ActorHandle<C>::Adopt(api_internal::FindActor(core, name_space, registered_name, typeid(C)), &core.shell());
}

// A handle may lie in values: they stay in the process.
namespace describe_internal {
template <typename C>
struct IsLocalOnly<ActorHandle<C>> : std::true_type {};
}  // namespace describe_internal

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
