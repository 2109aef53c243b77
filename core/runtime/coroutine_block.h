// core/runtime/coroutine_block.h -- is the block of a task whose code is a coroutine.
//
// As task_block.h, but the code may suspend: Invoke then returns before there is a result, and is called again when
// what the code waits for is ready.
//
// Threads   See task_state.h.
// Memory    The arguments lie in the block until the code has ended: parameters that are references stay good. The
//           coroutine's frame is the compiler's allocation.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>

#include "core/runtime/coroutine_promise.h"
#include "core/runtime/stream_state.h"
#include "core/runtime/task_block.h"

namespace manta {

// Return types of coroutines that can be tasks: `promise_type` derives from CoroutinePromise.
template <typename R>
concept TaskCoroutine = requires {
  requires std::is_base_of_v<CoroutinePromise, typename R::promise_type>;
};

// Those of coroutines that yield items.
template <typename R>
concept TaskGenerator = TaskCoroutine<R> && requires {
  typename R::Item;
};

namespace runtime_internal {

template <typename R>
struct CoroutineValue {
  using type = typename ResultOf<typename R::Result>::type;
};
template <TaskGenerator R>
struct CoroutineValue<R> {
  using type = void;
};

template <typename Function, typename... Kept>
using ReturnedBy = decltype(std::declval<Arguments<Kept...>&>().Call(std::declval<Function&>(), false));

struct NoStream {};

}  // namespace runtime_internal

template <typename Function, typename... Kept>
class CoroutineBlock final
    : public ValueState<
          typename runtime_internal::CoroutineValue<runtime_internal::ReturnedBy<Function, Kept...>>::type, TaskState> {
  using Returned = runtime_internal::ReturnedBy<Function, Kept...>;
  using ArgumentPack = runtime_internal::Arguments<Kept...>;
  using Frame = CoroutineFrame<typename Returned::promise_type>;
  static constexpr bool kYields = TaskGenerator<Returned>;

 public:
  using Value = typename runtime_internal::CoroutineValue<Returned>::type;
  using CodeResult = Returned;
  using Base = ValueState<Value, TaskState>;

  template <typename... Given>
  static CoroutineBlock* New(RuntimeShell& shell, const TaskKind& kind, SourceSite site, Function function,
                             Given&&... given) {
    void* const block = BlockPool::Allocate(sizeof(CoroutineBlock), alignof(CoroutineBlock));
    try {
      return new (block) CoroutineBlock(shell, kind, site, std::move(function), std::forward<Given>(given)...);
    } catch (...) {
      BlockPool::Free(block, ShapeOf<CoroutineBlock>().pool_class);
      throw;
    }
  }

  // A generator's items.
  StreamState& stream() requires kYields { return stream_; }

  Suspension* suspension() override { return &suspension_; }

 private:
  template <typename... Given>
  CoroutineBlock(RuntimeShell& shell, const TaskKind& kind, SourceSite site, Function function, Given&&... given)
      : Base(shell, ShapeOf<CoroutineBlock>(), kind, site),
        function_(std::move(function)),
        arguments_(std::forward<Given>(given)...),
        suspension_(*this) {
    size_t i = 0;
    arguments_.EachObject([&](SharedObject* object) { this->Connect(edges_[i++], object); });
    if constexpr (kYields) stream_.Open(*this, &Returned::NewError);
  }

  ErrorPtr Invoke() noexcept override {
    LeaveObject();
    if (!frame_) {
      if (ErrorPtr error = Begin(); error != nullptr) return error;
    }
    do {
      suspension_.switches = false;
      suspension_.point.resume();
    } while (suspension_.switches);
    this->set_suspended(!frame_.handle().done());
    if (!frame_.handle().done()) return nullptr;
    ErrorPtr error = Finish();
    frame_.Destroy();
    arguments_.UnpinAll();
    return error;
  }

  ErrorPtr Begin() {
    if (ErrorPtr error = arguments_.PinAll(); error != nullptr) return this->ArgumentError(std::move(error));
    try {
      const bool may_run_again = this->settings() != nullptr && this->settings()->retries_max > 0;
      frame_ = arguments_.Call(function_, may_run_again).TakeFrame();
    } catch (...) {
      arguments_.UnpinAll();
      return ThrownError(*this);
    }
    frame_.promise().Attach(suspension_);
    if constexpr (kYields) {
      frame_.promise().AttachStream(stream_);
      stream_.Begin();
    }
    suspension_.point = frame_.handle();
    return nullptr;
  }

  ErrorPtr Finish() {
    try {
      frame_.promise().Rethrow();
      if constexpr (std::is_void_v<decltype(std::move(frame_.promise()).TakeResult())>) {
        this->Emplace();
        return nullptr;
      } else {
        return runtime_internal::KeepResult(*this, std::move(frame_.promise()).TakeResult());
      }
    } catch (...) {
      return ThrownError(*this);
    }
  }

  void LeaveObject() {
    if (suspension_.object != nullptr) std::exchange(suspension_.object, nullptr)->Release();
  }

  ErrorPtr RouteArguments() override { return arguments_.RouteAll(*this); }
  void PublishResult() override { this->PublishValue(); }
  void DropResult() noexcept override { this->DropValue(); }
  std::span<ArgumentEdge> Edges() noexcept override { return edges_; }
  void DestroyArguments() noexcept override {
    frame_.Destroy();
    LeaveObject();
    arguments_.Destroy();
  }

  [[no_unique_address]] Function function_;
  [[no_unique_address]] ArgumentPack arguments_;
  [[no_unique_address]] std::array<ArgumentEdge, ArgumentPack::kEdgeCount> edges_;
  Suspension suspension_;
  Frame frame_;
  [[no_unique_address]] std::conditional_t<kYields, StreamState, runtime_internal::NoStream> stream_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
