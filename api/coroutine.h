// api/coroutine.h -- lets a task wait for objects without keeping a thread.
//
//   manta::Coroutine<int> Total(manta::ObjectRef<int> first, manta::ObjectRef<int> second) {
//     const int a = *co_await first;                    // The thread does something else meanwhile.
//     co_return a + *co_await second;
//   }
//   manta::ObjectRef<int> total = manta::Task<Total>().Remote(x, y);
//
// A task or method whose function returns a Coroutine is submitted, cancelled, retried and waited for as any other.
// While it waits at a co_await it takes no worker, and other methods of its actor may run; when the object is ready, it
// goes on, maybe on another thread.
//
// Shapes    co_await of an ObjectRef gives what Get gives; of a Coroutine, runs it as a part of this task and gives
//           what it returns; of a RefStream, the next reference (api/generator.h).
// Threads   One at a time runs it. What is thread-local may change at a co_await, and no lock may be held across one.
// Memory    Parameters that are references stay good until it ends. When it is cancelled while it waits, its frame is
//           destroyed there; when it runs, at its next co_await that would have to wait.
// Errors    co_await throws as Get does. Error kInvalidArgument for a reference to nothing.
// Cost      A co_await of what is ready costs as a Get; of what is not, about as much as a task.
#pragma once

#include <concepts>
#include <coroutine>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "api/object_ref.h"
#include "api/result.h"
#include "core/runtime/coroutine_promise.h"
#include "core/runtime/task_state.h"

namespace manta {

template <typename T = void>
class Coroutine;

namespace api_internal {

// Throws Error when `state` is null, or another runtime's and pending.
void CheckAwaited(SharedObject* state);

template <typename T>
class AwaitsObject {
 public:
  explicit AwaitsObject(SharedObject* state) : state_(state) { CheckAwaited(state); }

  bool await_ready() const { return state_->ready(); }
  template <typename P>
  void await_suspend(std::coroutine_handle<P> here) const {
    state_->Retain();
    here.promise().WaitFor(state_, here);
  }
  auto await_resume() const {
    ErrorPtr error;
    std::shared_ptr<const void> view = state_->View(&error);
    if (error != nullptr) ThrowError(error);
    if constexpr (!std::is_void_v<T>) return std::static_pointer_cast<const T>(std::move(view));
  }

 private:
  SharedObject* const state_;  // The reference that is awaited outlives the co_await.
};

template <typename P>
class AwaitsCoroutine {
 public:
  explicit AwaitsCoroutine(CoroutineFrame<P> frame) : frame_(std::move(frame)) {}

  bool await_ready() const { return false; }
  template <typename Caller>
  void await_suspend(std::coroutine_handle<Caller> here) {
    frame_.promise().CalledBy(here.promise(), frame_.handle(), here);
  }
  auto await_resume() {
    frame_.promise().Rethrow();
    return std::move(frame_.promise()).TakeResult();
  }

 private:
  CoroutineFrame<P> frame_;
};

// What a coroutine of Manta can wait for.
class AwaitingPromise : public CoroutinePromise {
 public:
  template <typename A>
  static auto await_transform(A&& awaited) {
    using Plain = std::remove_cvref_t<A>;
    if constexpr (ObjectReference<Plain>) {
      return AwaitsObject<typename ReferenceAccess<Plain>::Value>(ReferenceAccess<Plain>::State(awaited));
    } else if constexpr (requires { typename Plain::Result; } && !std::is_lvalue_reference_v<A>) {
      return AwaitsCoroutine(std::move(awaited).TakeFrame());
    } else if constexpr (requires { awaited.Awaiting(); } && std::is_lvalue_reference_v<A>) {
      return awaited.Awaiting();
    } else {
      static_assert(!std::is_same_v<A, A>,
                    "manta: a coroutine awaits an ObjectRef, a RefStream that it keeps, or a Coroutine that it calls");
    }
  }
};

template <typename T>
class ReturningPromise : public AwaitingPromise {
 public:
  template <typename V = T>
  requires std::convertible_to<V, T>
  void return_value(V&& value) { result_.emplace(std::forward<V>(value)); }
  T TakeResult() && { return *std::move(result_); }

 private:
  std::optional<T> result_;
};
template <>
class ReturningPromise<void> : public AwaitingPromise {
 public:
  void return_void() const {}
  void TakeResult() && {}
};

}  // namespace api_internal

template <typename T>
class [[nodiscard]] Coroutine {
 public:
  using Result = T;
  struct promise_type : api_internal::ReturningPromise<T> {
    Coroutine get_return_object() { return Coroutine(CoroutineFrame<promise_type>(*this)); }
  };

  // For Manta's own headers.
  CoroutineFrame<promise_type> TakeFrame() && { return std::move(frame_); }

 private:
  explicit Coroutine(CoroutineFrame<promise_type> frame) : frame_(std::move(frame)) {}

  CoroutineFrame<promise_type> frame_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
