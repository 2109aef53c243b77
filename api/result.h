// api/result.h -- reads objects: waits for them, and gives pointers to their values.
//
//   std::shared_ptr<const int> sum = manta::Get(ref);              // Waits; throws the object's error.
//   auto sums = manta::Get(refs);                                  // All of a vector, in order.
//   absl::StatusOr<std::shared_ptr<const int>> maybe = manta::TryGet(ref, {.timeout_ns = 1'000'000});
//   manta::Get(done);                                              // An ObjectRef<void>: only waits.
//
// Who waits without a timeout helps: a task that nobody has started runs on the waiting thread, with what it depends
// on.
//
// Shapes    Getting an object twice gives equal pointers as long as one of them lives.
// Threads   [any-thread], tasks and actors included.
// Memory    A pointer keeps the value, and nothing else of the object, alive; also after Shutdown.
// Errors    ObjectError is thrown for an object that is an error, GetTimeout when the time is up first.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "api/error.h"
#include "api/object_ref.h"

namespace manta {

struct GetOptions {
  int64_t timeout_ns = -1;  // Negative: waits as long as it takes. 0: looks once.
};

namespace api_internal {

// The moment at which a timeout ends, for the current runtime's clock; and back.
int64_t DeadlineOf(int64_t timeout_ns);
int64_t TimeLeftNs(int64_t deadline_ns);

// Waits, and returns the pinned value; null for void. An error is returned through `error`.
std::shared_ptr<const void> AwaitView(SharedObject* state, const GetOptions& options, ErrorPtr* error);

// Throws the exception that fits.
[[noreturn]] void ThrowError(const ErrorPtr& error);

}  // namespace api_internal

// The value, once it is there. For ObjectRef<void>: nothing, once the task has ended.
template <typename T>
auto Get(const ObjectRef<T>& ref, const GetOptions& options = {}) {
  ErrorPtr error;
  std::shared_ptr<const void> view = api_internal::AwaitView(ref.state(), options, &error);
  if (error != nullptr) api_internal::ThrowError(error);
  if constexpr (!std::is_void_v<T>) return std::static_pointer_cast<const T>(std::move(view));
}

// All values, in order; the timeout is for all of them together. The first error, in that order, is thrown once it is
// reached.
template <typename T>
auto Get(std::span<const ObjectRef<T>> refs, const GetOptions& options = {}) {
  int64_t deadline_ns = -1;  // Once one was not ready.
  const auto get = [&](const ObjectRef<T>& ref) {
    if (options.timeout_ns <= 0 || !ref.valid() || ref.ready()) return Get(ref, options);
    if (deadline_ns < 0) deadline_ns = api_internal::DeadlineOf(options.timeout_ns);
    return Get(ref, {.timeout_ns = api_internal::TimeLeftNs(deadline_ns)});
  };
  if constexpr (std::is_void_v<T>) {
    for (const ObjectRef<T>& ref : refs) get(ref);
  } else {
    std::vector<std::shared_ptr<const T>> values;
    values.reserve(refs.size());
    for (const ObjectRef<T>& ref : refs) values.push_back(get(ref));
    return values;
  }
}
template <typename T>
auto Get(const std::vector<ObjectRef<T>>& refs, const GetOptions& options = {}) {
  return Get(std::span<const ObjectRef<T>>(refs), options);
}

// The same without exceptions: the status has the code that fits, and the error's whole story as message.
template <typename T>
absl::StatusOr<std::shared_ptr<const T>> TryGet(const ObjectRef<T>& ref, const GetOptions& options = {}) {
  ErrorPtr error;
  std::shared_ptr<const void> view = api_internal::AwaitView(ref.state(), options, &error);
  if (error != nullptr) return error->ToStatus();
  return std::static_pointer_cast<const T>(std::move(view));
}
inline absl::Status TryGet(const ObjectRef<void>& ref, const GetOptions& options = {}) {
  ErrorPtr error;
  (void)api_internal::AwaitView(ref.state(), options, &error);
  return error != nullptr ? error->ToStatus() : absl::OkStatus();
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
