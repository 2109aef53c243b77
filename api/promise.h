// api/promise.h -- makes an object whose value comes from outside: a callback, a device, another thread.
//
//   auto [promise, ref] = manta::MakePromise<Frame>();
//   camera.OnFrame([promise = std::move(promise)](Frame frame) mutable { promise.Set(std::move(frame)); });
//   manta::Get(ref);
//
// Threads   A value that is moved; Set and Fail by one thread.
// Errors    A promise that goes without a value breaks: its object is a PROMISE_BROKEN error. At Shutdown all promises
//           break with SHUTDOWN.
#pragma once

#include <string>
#include <type_traits>
#include <utility>

#include "api/object_ref.h"
#include "api/put.h"

namespace manta {

namespace api_internal {

// Registered with the runtime, which holds a reference until the promise is kept or broken.
void BeginPromise(SharedObject& state);
// False: Shutdown has broken it.
bool EndPromise(const CoreVisit& visit, SharedObject& state);
void BreakPromise(SharedObject& state, std::string message);

}  // namespace api_internal

template <typename T>
class Promise {
 public:
  Promise() = default;
  Promise(Promise&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
  Promise& operator=(Promise&& other) noexcept {
    std::swap(state_, other.state_);
    return *this;
  }
  ~Promise() {
    if (state_ != nullptr) Fail("nobody gave the promised value: its Promise was destroyed");
  }

  bool valid() const { return state_ != nullptr; }

  // Gives the value; false: the runtime was shut down first. REQUIRES: valid(), and so for Fail; not valid afterwards.
  template <typename... Arguments>
  bool Set(Arguments&&... arguments) {
    State* const state = std::exchange(state_, nullptr);
    const CoreVisit visit(state->shell());
    const bool open = api_internal::EndPromise(visit, *state);
    if (open) {
      state->Emplace(std::forward<Arguments>(arguments)...);
      state->PublishValue();
    }
    state->Release();
    return open;
  }

  // Makes the object an error.
  bool Fail(std::string message) {
    State* const state = std::exchange(state_, nullptr);
    const CoreVisit visit(state->shell());
    const bool open = api_internal::EndPromise(visit, *state);
    if (open) api_internal::BreakPromise(*state, std::move(message));
    state->Release();
    return open;
  }

 private:
  template <typename U>
  friend std::pair<Promise<U>, ObjectRef<U>> MakePromise(SourceSite site);

  using State = PromiseState<T>;
  State* state_ = nullptr;
};

template <typename T>
std::pair<Promise<T>, ObjectRef<T>> MakePromise(SourceSite site = SourceSite::Here()) {
  Promise<T> promise;
  promise.state_ = PromiseState<T>::New(api_internal::CurrentShell(), site);
  promise.state_->Retain();
  ObjectRef<T> ref = ObjectRef<T>::Adopt(promise.state_);
  api_internal::BeginPromise(*promise.state_);
  return {std::move(promise), std::move(ref)};
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
