// core/runtime/split_part.h -- is one of several results of a task: an object of its own.
//
// The task runs as one that returns nothing, and keeps what its code returned. Each part waits for the task's end as
// any waiter does, and then takes its element, or the task's error.
//
// Threads   See shared_object.h. Parts are told one after another, by the thread that publishes the task's end.
// Memory    A part keeps the block of the task as long as it lives; its value is its own.
#pragma once

#include <cstddef>
#include <new>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

#include "absl/status/statusor.h"
#include "core/runtime/task_state.h"
#include "core/runtime/thrown_error.h"
#include "core/runtime/value_state.h"

namespace manta {

// Calls `Code` and keeps what it returns: a tuple, or a StatusOr of one, whose error is the task's.
template <typename Code, typename Tuple>
struct SplitCode {
  [[no_unique_address]] Code code;
  std::optional<Tuple> results = std::nullopt;

  template <typename... P>
  auto operator()(P&&... arguments) {
    if constexpr (std::is_same_v<std::invoke_result_t<Code&, P&&...>, absl::StatusOr<Tuple>>) {
      absl::StatusOr<Tuple> returned = code(std::forward<P>(arguments)...);
      if (returned.ok()) results.emplace(*std::move(returned));
      return returned.status();
    } else {
      results.emplace(code(std::forward<P>(arguments)...));
    }
  }
};

template <typename Tuple, size_t kIndex>
class SplitPart final : public ValueState<std::tuple_element_t<kIndex, Tuple>>, private Waiter {
 public:
  using Value = std::tuple_element_t<kIndex, Tuple>;

  // A part of `task`, which was not submitted yet, and which `results` belong to; with a reference for the caller.
  static SplitPart* New(TaskState& task, std::optional<Tuple>& results) {
    auto* const part = new (BlockPool::Allocate(sizeof(SplitPart), alignof(SplitPart))) SplitPart(task, results);
    part->Retain();  // Until the task has ended.
    task.waiters().Add(part);
    return part;
  }

  TaskState* task() override { return &task_; }

 private:
  SplitPart(TaskState& task, std::optional<Tuple>& results)
      : ValueState<Value>(task.shell(), ShapeOf<SplitPart>(), task.site()), task_(task), results_(results) {
    task.Retain();
    notify = [](Waiter* waiter) { static_cast<SplitPart*>(waiter)->TaskEnded(); };
  }
  ~SplitPart() override { task_.Release(); }

  void TaskEnded() {
    ErrorPtr error;
    if (task_.form() == SharedObject::Form::kError) {
      error = task_.error();
    } else {
      try {
        this->Emplace(std::get<kIndex>(*std::move(results_)));
      } catch (...) {
        error = ThrownError(task_);
      }
    }
    if (error == nullptr) {
      this->PublishValue();
    } else {
      this->PublishError(std::move(error));
    }
    this->Release();
  }

  TaskState& task_;
  std::optional<Tuple>& results_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
