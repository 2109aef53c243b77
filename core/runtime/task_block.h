// core/runtime/task_block.h -- is the block of one task: its code's entry, its arguments and its result, typed.
//
// Threads   See task_state.h.
// Memory    One allocation for everything that is known when the task is submitted.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/runtime/actor_state.h"
#include "core/runtime/argument.h"
#include "core/runtime/task_state.h"
#include "core/runtime/thrown_error.h"
#include "core/runtime/value_state.h"

namespace manta {
namespace runtime_internal {

// What a function's result is as an object's value.
template <typename R>
struct ResultOf {
  using type = std::remove_cvref_t<R>;
};
template <typename T>
struct ResultOf<absl::StatusOr<T>> {
  using type = T;
};
template <>
struct ResultOf<absl::Status> {
  using type = void;
};
template <>
struct ResultOf<void> {
  using type = void;
};

// Makes what the code has returned the value of its task; or tells why not.
template <typename Block, typename R>
ErrorPtr KeepResult(Block& block, R&& returned) {
  if constexpr (std::is_same_v<std::remove_cvref_t<R>, absl::Status>) {
    if (!returned.ok()) return block.MakeError(ErrorType::kTaskFailed, "returned " + returned.ToString());
    block.Emplace();
  } else if constexpr (!std::is_same_v<std::remove_cvref_t<R>, typename Block::Value> &&
                       requires { returned.status(); }) {
    if (!returned.ok()) return block.MakeError(ErrorType::kTaskFailed, "returned " + returned.status().ToString());
    block.Emplace(*std::forward<R>(returned));
  } else {
    block.Emplace(std::forward<R>(returned));
  }
  return nullptr;
}

// The arguments of one call: kept, waited for, handed over, destroyed.
template <typename... Kept>
class Arguments {
 public:
  static constexpr size_t kEdgeCount = (size_t{0} + ... + (Kept::kIsEdge ? 1 : 0));

  template <typename... Given>
  explicit Arguments(Given&&... given) : kept_(std::in_place, std::forward<Given>(given)...) {}

  // Objects behind the edges, in order, each with a new reference for the caller.
  template <typename Visit>
  void EachObject(Visit visit) {
    std::apply(
        [&](auto&... argument) {
          [[maybe_unused]] const auto one = [&](auto& each) {
            if constexpr (std::remove_reference_t<decltype(each)>::kIsEdge) visit(each.object());
          };
          (one(argument), ...);
        },
        *kept_);
  }

  // Null: every value has passed.
  ErrorPtr RouteAll(SharedObject& task) {
    ErrorPtr error;
    std::apply(
        [&](auto&... argument) {
          [[maybe_unused]] const auto one = [&](auto& each) {
            if constexpr (!std::remove_reference_t<decltype(each)>::kIsEdge) error = each.Route(task);
            return error == nullptr;
          };
          return (one(argument) && ...);
        },
        *kept_);
    return error;
  }

  // Null: every value is there.
  ErrorPtr PinAll() {
    ErrorPtr error;
    std::apply(
        [&](auto&... argument) {
          [[maybe_unused]] const auto one = [&](auto& each) {
            if constexpr (std::remove_reference_t<decltype(each)>::kIsEdge) return each.Pin(&error);
            return true;
          };
          return (one(argument) && ...);
        },
        *kept_);
    return error;
  }

  void UnpinAll() {
    std::apply(
        [&](auto&... argument) {
          [[maybe_unused]] const auto one = [&](auto& each) {
            if constexpr (std::remove_reference_t<decltype(each)>::kIsEdge) each.Unpin();
          };
          (one(argument), ...);
        },
        *kept_);
  }

  template <typename Function>
  decltype(auto) Call(Function&& function, bool may_run_again) {
    return std::apply(
        [&](auto&... argument) -> decltype(auto) {
          return std::forward<Function>(function)(argument.Pass(may_run_again)...);
        },
        *kept_);
  }

  void Destroy() { kept_.reset(); }

 private:
  std::optional<std::tuple<Kept...>> kept_;  // In place: never copied or moved.
};

}  // namespace runtime_internal

// `Function` is callable with what the kept arguments are handed over as, and may throw.
template <typename Function, typename... Kept>
class TaskBlock final
    : public ValueState<
          typename runtime_internal::ResultOf<decltype(std::declval<runtime_internal::Arguments<Kept...>&>().Call(
              std::declval<Function&>(), false))>::type,
          TaskState> {
  using ArgumentPack = runtime_internal::Arguments<Kept...>;
  using Returned = decltype(std::declval<ArgumentPack&>().Call(std::declval<Function&>(), false));
  using Base = ValueState<typename runtime_internal::ResultOf<Returned>::type, TaskState>;

 public:
  using Value = typename runtime_internal::ResultOf<Returned>::type;

  template <typename... Given>
  static TaskBlock* New(RuntimeShell& shell, const TaskKind& kind, SourceSite site, Function function,
                        Given&&... given) {
    void* const block = BlockPool::Allocate(sizeof(TaskBlock), alignof(TaskBlock));
    try {
      return new (block) TaskBlock(shell, kind, site, std::move(function), std::forward<Given>(given)...);
    } catch (...) {
      BlockPool::Free(block, ShapeOf<TaskBlock>().pool_class);
      throw;
    }
  }

  Function& function() { return function_; }

 private:
  template <typename... Given>
  TaskBlock(RuntimeShell& shell, const TaskKind& kind, SourceSite site, Function function, Given&&... given)
      : Base(shell, ShapeOf<TaskBlock>(), kind, site),
        function_(std::move(function)),
        arguments_(std::forward<Given>(given)...) {
    size_t i = 0;
    arguments_.EachObject([&](SharedObject* object) { this->Connect(edges_[i++], object); });
  }

  ErrorPtr Invoke() noexcept override {
    ErrorPtr error = arguments_.PinAll();
    if (error != nullptr) return this->ArgumentError(std::move(error));
    try {
      const bool may_run_again = this->settings() != nullptr && this->settings()->retries_max > 0;
      if constexpr (std::is_void_v<Returned>) {
        arguments_.Call(function_, may_run_again);
        this->Emplace();
      } else {
        error = runtime_internal::KeepResult(*this, arguments_.Call(function_, may_run_again));
      }
    } catch (...) {
      error = ThrownError(*this);
    }
    arguments_.UnpinAll();
    return error;
  }

  ErrorPtr RouteArguments() override { return arguments_.RouteAll(*this); }
  void PublishResult() override { this->PublishValue(); }
  void DropResult() noexcept override { this->DropValue(); }
  std::span<ArgumentEdge> Edges() noexcept override { return edges_; }
  void DestroyArguments() noexcept override { arguments_.Destroy(); }

  [[no_unique_address]] Function function_;
  [[no_unique_address]] ArgumentPack arguments_;
  [[no_unique_address]] std::array<ArgumentEdge, ArgumentPack::kEdgeCount> edges_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
