// core/runtime/argument.h -- keeps one argument of a task until its code runs, and hands it to the parameter.
//
// A value is kept as the parameter's type without const and reference. A reference to an object is kept as an edge of
// the task, and read when the code runs.
//
//   parameter              argument            kept as         handed over as
//   T, const T&            T, or converts      T               moved; copied where the task may run again
//   T, const T&            ObjectRef<T>        an edge         const T&, copied for a parameter T
//   ObjectRef<T>           ObjectRef<T>        ObjectRef<T>    the reference itself
//   std::span<const T>     Array<T>, or a reference to one     a view of the elements
//
// Threads   One thread at a time: the submitter, then the one that runs the task.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "core/base/array.h"
#include "core/describe/describable.h"
#include "core/runtime/handle_places.h"
#include "core/runtime/pass_through.h"
#include "core/runtime/shared_object.h"
#include "core/runtime/task_state.h"
#include "core/runtime/value_type.h"

namespace manta {

// For reference types R of the API: `using Value`, `static SharedObject* State(const R&)`.
template <typename R>
struct ReferenceAccess;

template <typename R>
concept ObjectReference = requires {
  typename ReferenceAccess<R>::Value;
};

namespace runtime_internal {

template <typename P>
struct IsConstSpan : std::false_type {};
template <typename T>
struct IsConstSpan<std::span<const T>> : std::true_type {
  using Element = T;
};

// What a value for parameter P is kept as, when it comes as A.
template <typename P, typename A>
struct KeptValue {
  using type = std::remove_cvref_t<P>;
};
template <typename A>
struct KeptValue<std::string_view, A> {
  using type = std::string;
};
template <typename T, typename A>
struct KeptValue<std::span<const T>, A> {
  using type = Array<std::remove_cv_t<T>>;
};

// A value.
template <typename P, typename Kept>
class ValueArgument {
 public:
  static constexpr bool kIsEdge = false;

  template <typename A>
  explicit ValueArgument(A&& argument) : value_(std::forward<A>(argument)) {
    LeaveHandles(value_);
  }

  // `may_run_again`: the value must stay as it is.
  decltype(auto) Pass(bool may_run_again) {
    TakeHandles(value_);
    using Plain = std::remove_cvref_t<P>;
    if constexpr (IsConstSpan<Plain>::value) {
      return value_.span();
    } else if constexpr (std::is_same_v<Plain, std::string_view>) {
      return std::string_view(value_);
    } else if constexpr (std::is_lvalue_reference_v<P>) {
      return static_cast<const Kept&>(value_);
    } else if constexpr (std::is_copy_constructible_v<Kept>) {
      return may_run_again ? Kept(value_) : Kept(std::move(value_));
    } else {
      return Kept(std::move(value_));
    }
  }

  // In strict mode, when the task is submitted. What cannot be described could not leave the process, and passes as it
  // is. Null: done.
  ErrorPtr Route([[maybe_unused]] SharedObject& task) {
    if constexpr (kDescribable<Kept> && std::is_move_assignable_v<Kept>) {
      return PassThrough(task, kValueType<Kept>, &value_, [](void* value, void* with) {
        *static_cast<Kept*>(value) = std::move(*static_cast<Kept*>(with));
      });
    } else {
      return nullptr;
    }
  }

 private:
  Kept value_;
};

// Somebody's object, whose value is a V.
template <typename P, typename V>
class EdgeArgument {
 public:
  static constexpr bool kIsEdge = true;

  explicit EdgeArgument(SharedObject* object) : object_(object) {}  // Takes over a reference.
  EdgeArgument(const EdgeArgument&) = delete;
  EdgeArgument& operator=(const EdgeArgument&) = delete;
  ~EdgeArgument() { object_->Release(); }

  SharedObject* object() const { return object_; }

  // Pins the value for the time of the call. False: there is none.
  bool Pin(ErrorPtr* error) {
    view_ = object_->View(error);
    return view_ != nullptr;
  }
  void Unpin() { view_.reset(); }

  decltype(auto) Pass(bool) const {
    const V& value = *static_cast<const V*>(view_.get());
    if constexpr (IsConstSpan<std::remove_cvref_t<P>>::value) {
      return std::remove_cvref_t<P>(value.data(), value.size());
    } else {
      return (value);
    }
  }

 private:
  SharedObject* const object_;
  std::shared_ptr<const void> view_;
};

// How an argument A for a parameter P is kept.
template <typename P, typename A>
struct ArgumentFor {
  using Given = std::remove_cvref_t<A>;
  static_assert(
      !std::is_lvalue_reference_v<P> || std::is_const_v<std::remove_reference_t<P>>,
      "manta: a task's parameter cannot be a non-const reference, since its caller is elsewhere: take a value "
      "or a const reference, and return the result");
  static_assert(!std::is_rvalue_reference_v<P>,
                "manta: a task's parameter cannot be an rvalue reference: take a value");

  static constexpr bool IsEdge() {
    if constexpr (ObjectReference<Given>) {
      return !ObjectReference<std::remove_cvref_t<P>>;
    } else {
      return false;
    }
  }

  static constexpr auto Choose() {
    if constexpr (IsEdge()) {
      using V = typename ReferenceAccess<Given>::Value;
      static_assert(!std::is_void_v<V>, "manta: a reference to void has no value to pass: take an ObjectRef<void>");
      static_assert(
          IsConstSpan<std::remove_cvref_t<P>>::value || std::is_convertible_v<const V&, std::remove_cvref_t<P>>,
          "manta: the reference's value is of another type than the parameter");
      return std::type_identity<EdgeArgument<P, V>>();
    } else {
      using Kept = typename KeptValue<std::remove_cvref_t<P>, Given>::type;
      static_assert(std::is_constructible_v<Kept, A>, "manta: the argument cannot become the parameter's type");
      return std::type_identity<ValueArgument<P, Kept>>();
    }
  }
  using type = typename decltype(Choose())::type;
};

}  // namespace runtime_internal
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
