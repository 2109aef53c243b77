// api/task.h -- runs functions somewhere else, and gives references to their results at once.
//
//   double Area(const Circle& circle);
//   manta::ObjectRef<double> area = manta::Task<Area>().Remote(circle);          // Returns at once.
//   auto total = manta::Task<Add>({.priority = 1}).Remote(area, 2.0);            // Waits for `area`, without us.
//   manta::Task<[](int n) { std::cout << n; }>().Send(3);                        // Nobody wants the result.
//   auto all = manta::Task<Area>().RemoteMany(circles);                          // One task for each.
//
// F is a function, a captureless lambda, or anything else that can be a template argument; nothing is registered.
//
// Shapes    A parameter T or const T& takes a T or an ObjectRef<T>; a parameter ObjectRef<T> takes the reference
//           itself; std::span<const T> takes an Array<T> or a reference to one.
// Threads   [any-thread], tasks and actors included.
// Memory    Arguments are moved or copied into the task once, and destroyed when it has ended.
// Errors    What F throws becomes the object's error. Too many pending tasks, or none at all any more: so is that. An F
//           that returns an absl::StatusOr<T> gives an ObjectRef<T>, one that returns an absl::Status an
//           ObjectRef<void>: what is not ok is the object's error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "api/object_ref.h"
#include "api/put.h"
#include "api/split.h"
#include "core/describe/callable_name.h"
#include "core/runtime/coroutine_block.h"
#include "core/runtime/named_resource.h"
#include "core/runtime/task_block.h"

namespace manta {

struct TaskOptions {
  std::string name = {};                                 // Shown instead of the function's.
  int32_t priority = 0;                                  // Higher first, with a scheduler that knows priorities.
  uint32_t retries_max = 0;                              // More attempts when the code throws.
  bool (*retry_on)(const ErrorRecord& error) = nullptr;  // Which errors are worth one; null: all.
  int64_t timeout_ns = 0;                                // From submit to result; 0: none.
  std::vector<NamedResource> resources = {};             // {{"gpu", 0.5}}: held while it runs. Not for actors' methods.
  uint32_t items_ahead_max = 32;                         // Of a generator: items that nobody has taken yet.
};

namespace api_internal {

// The parameters of what can be called.
template <typename F>
struct Signature : Signature<decltype(&F::operator())> {};
template <typename R, typename... P>
struct Signature<R (*)(P...)> {
  using Result = R;
  using Parameters = std::tuple<P...>;
};
template <typename R, typename... P>
struct Signature<R (*)(P...) noexcept> : Signature<R (*)(P...)> {};
template <typename C, typename R, typename... P>
struct Signature<R (C::*)(P...)> : Signature<R (*)(P...)> {
  using Class = C;
};
template <typename C, typename R, typename... P>
struct Signature<R (C::*)(P...) const> : Signature<R (C::*)(P...)> {};
template <typename C, typename R, typename... P>
struct Signature<R (C::*)(P...) noexcept> : Signature<R (C::*)(P...)> {};
template <typename C, typename R, typename... P>
struct Signature<R (C::*)(P...) const noexcept> : Signature<R (C::*)(P...)> {};

template <auto F>
inline constexpr TaskKind kTaskKind = {.name = CallableName<F>()};

// A new reference to `state`. Throws Error when it is null, or pending in another runtime.
SharedObject* TakeArgument(RuntimeShell& shell, SharedObject* state);

// A reference for the block, of an argument that becomes an edge; anything else as it is.
template <typename Kept, typename A>
decltype(auto) Given(RuntimeShell& shell, A&& argument) {
  if constexpr (Kept::kIsEdge) {
    return TakeArgument(shell, ReferenceAccess<std::remove_cvref_t<A>>::State(argument));
  } else {
    return std::forward<A>(argument);
  }
}

CountedPtr<const TaskSettings> SettingsOf(TaskOptions options);
void Submit(TaskState* task);

template <typename Function, typename Parameters, typename... A>
struct BlockFor;
template <typename Function, typename... P, typename... A>
struct BlockFor<Function, std::tuple<P...>, A...> {
  static_assert(sizeof...(P) == sizeof...(A), "manta: the task takes another number of arguments");
  template <typename Pp, typename Aa>
  using Kept = typename runtime_internal::ArgumentFor<Pp, Aa>::type;
  static constexpr auto Choose() {
    if constexpr (TaskCoroutine<runtime_internal::ReturnedBy<Function, Kept<P, A>...>>) {
      return std::type_identity<CoroutineBlock<Function, Kept<P, A>...>>();
    } else {
      return std::type_identity<TaskBlock<Function, Kept<P, A>...>>();
    }
  }
  using type = typename decltype(Choose())::type;

  static type* New(RuntimeShell& shell, const TaskKind& kind, SourceSite site, Function function, A... arguments) {
    return type::New(shell, kind, site, std::move(function), Given<Kept<P, A>>(shell, std::forward<A>(arguments))...);
  }
};

// What a caller gets for a task's result. Of generators: a stream (api/generator.h).
template <typename Block>
struct ResultRef {
  using type = ObjectRef<typename Block::Value>;
  static type Adopt(Block* block) { return type::Adopt(block); }
};
template <typename Block>
auto AdoptResult(Block* block) {
  return ResultRef<Block>::Adopt(block);
}

// Nobody gets the result of such a block.
template <typename Block>
constexpr void CheckNobodyLooks() {
  constexpr bool kYields = requires(Block & block) { block.stream(); };
  static_assert(!kYields, "manta: nobody would take the generator's items: use Remote");
}

}  // namespace api_internal

// A task about to be submitted.
template <auto F>
class TaskCall {
  struct Code {
    template <typename... P>
    decltype(auto) operator()(P&&... arguments) const {
      return F(std::forward<P>(arguments)...);
    }
  };
  using Parameters = typename api_internal::Signature<std::remove_cvref_t<decltype(F)>>::Parameters;
  using Result = typename api_internal::Signature<std::remove_cvref_t<decltype(F)>>::Result;

 public:
  TaskCall(CountedPtr<const TaskSettings> settings, SourceSite site) : settings_(std::move(settings)), site_(site) {}

  // Submits it. The result is there when the function has returned.
  template <typename... A>
  auto Remote(A&&... arguments) const {
    return api_internal::AdoptResult(Submit(std::forward<A>(arguments)...));
  }

  // Submits it; each element of the tuple that it returns is an object of its own (api/split.h).
  template <typename... A>
  auto RemoteSplit(A&&... arguments) const {
    using Split = typename api_internal::SplitOf<Result>::type;
    api_internal::CheckSplittable<Split>();
    auto* const block = New(SplitCode<Code, Split>(), std::forward<A>(arguments)...);
    auto refs = api_internal::SplitRefs<Split>(*block);
    api_internal::Submit(block);
    return refs;
  }

  // Submits it; nobody gets the result.
  template <typename... A>
  void Send(A&&... arguments) const {
    auto* const block = New(Code(), std::forward<A>(arguments)...);
    api_internal::CheckNobodyLooks<std::remove_pointer_t<decltype(block)>>();
    api_internal::Submit(block);
  }

  // Submits one task for each element of a range, which is its argument.
  template <typename Range>
  auto RemoteMany(Range&& range) const {
    std::vector<decltype(Remote(*range.begin()))> refs;
    for (auto&& each : range) refs.push_back(Remote(std::forward<decltype(each)>(each)));
    return refs;
  }

 private:
  template <typename Function, typename... A>
  auto* New(Function function, A&&... arguments) const {
    using Block = api_internal::BlockFor<Function, Parameters, A&&...>;
    auto* const block = Block::New(api_internal::CurrentShell(), api_internal::kTaskKind<F>, site_, std::move(function),
                                   std::forward<A>(arguments)...);
    if (settings_) block->set_settings(settings_);
    return block;
  }

  template <typename... A>
  auto* Submit(A&&... arguments) const {
    auto* const block = New(Code(), std::forward<A>(arguments)...);
    block->RetainNew();
    api_internal::Submit(block);
    return block;
  }

  CountedPtr<const TaskSettings> settings_;
  SourceSite site_;
};

template <auto F>
TaskCall<F> Task(SourceSite site = SourceSite::Here()) {
  return TaskCall<F>(nullptr, site);
}
template <auto F>
TaskCall<F> Task(TaskOptions options, SourceSite site = SourceSite::Here()) {
  return TaskCall<F>(api_internal::SettingsOf(std::move(options)), site);
}

// Ends the task behind `ref`, if it has no result yet: its object is a TASK_CANCELLED error at once. Code that runs
// already goes on, and sees CurrentTask().cancelled(). False: there is a result, or no task.
bool CancelObject(SharedObject* state);
template <typename T>
bool Cancel(const ObjectRef<T>& ref) {
  return CancelObject(ref.state());
}

// The same for each; returns how many were ended.
template <typename T>
size_t Cancel(std::span<const ObjectRef<T>> refs) {
  return api_internal::CountOf(refs, [](const ObjectRef<T>& ref) { return Cancel(ref); });
}
template <typename T>
size_t Cancel(const std::vector<ObjectRef<T>>& refs) {
  return Cancel(std::span<const ObjectRef<T>>(refs));
}

// What runs right now, on this thread.
class CurrentTask {
 public:
  CurrentTask() : task_(CurrentThread().task) {}

  bool running() const { return task_ != nullptr; }  // False outside tasks.
  std::string_view name() const { return task_ != nullptr ? task_->name() : std::string_view(); }
  uint32_t attempt() const { return task_ != nullptr ? task_->attempt() : 0; }

  // Its result is not wanted any more: what takes long should end.
  bool cancelled() const { return task_ != nullptr && task_->cancelled(); }

 private:
  TaskState* task_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
