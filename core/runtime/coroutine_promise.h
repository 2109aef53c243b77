// core/runtime/coroutine_promise.h -- connects a C++20 coroutine with the task that runs it.
//
// A coroutine starts suspended. The task attaches it, and resumes it at its point until it is done, or waits. One
// coroutine may await another, which then runs as a part of the same task.
//
// Threads   Whoever runs the task.
// Memory    The owner of the handle destroys the frame.
#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

#include "core/runtime/suspension.h"

namespace manta {

class CoroutinePromise {
 public:
  // At the end: back to the coroutine that awaits this one.
  struct Return {
    bool await_ready() const noexcept { return false; }
    void await_resume() const noexcept {}
    template <typename P>
    void await_suspend(std::coroutine_handle<P> ended) const noexcept {
      CoroutinePromise& promise = ended.promise();
      if (promise.caller_) promise.SwitchTo(promise.caller_);
    }
  };

  std::suspend_always initial_suspend() const noexcept { return {}; }
  Return final_suspend() const noexcept { return {}; }
  void unhandled_exception() noexcept { thrown_ = std::current_exception(); }

  void Attach(Suspension& suspension) { suspension_ = &suspension; }
  Suspension& suspension() const { return *suspension_; }

  // This one runs as a part of `caller`, and goes on there when it ends.
  void CalledBy(const CoroutinePromise& caller, std::coroutine_handle<> handle, std::coroutine_handle<> point) {
    suspension_ = caller.suspension_;
    caller_ = point;
    SwitchTo(handle);
  }

  // Suspends the coroutine at `point` until `object`, whose reference it takes over, is ready.
  void WaitFor(SharedObject* object, std::coroutine_handle<> point) const {
    suspension_->object = object;
    suspension_->point = point;
  }

  // Throws what the code has thrown.
  void Rethrow() const {
    if (thrown_ != nullptr) std::rethrow_exception(thrown_);
  }

 private:
  void SwitchTo(std::coroutine_handle<> point) const {
    suspension_->point = point;
    suspension_->switches = true;
  }

  Suspension* suspension_ = nullptr;
  std::coroutine_handle<> caller_;
  std::exception_ptr thrown_;
};

// Owns a coroutine.
template <typename Promise>
class CoroutineFrame {
 public:
  CoroutineFrame() = default;
  explicit CoroutineFrame(Promise& promise) : handle_(std::coroutine_handle<Promise>::from_promise(promise)) {}
  CoroutineFrame(CoroutineFrame&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  CoroutineFrame& operator=(CoroutineFrame&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~CoroutineFrame() { Destroy(); }

  explicit operator bool() const { return handle_ != nullptr; }
  std::coroutine_handle<Promise> handle() const { return handle_; }
  Promise& promise() const { return handle_.promise(); }

  void Destroy() {
    if (handle_) std::exchange(handle_, nullptr).destroy();
  }

 private:
  std::coroutine_handle<Promise> handle_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
