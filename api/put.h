// api/put.h -- makes an object of a value.
//
//   manta::ObjectRef<std::string> text = manta::Put<std::string>("once");
//   manta::ObjectRef<manta::Array<float>> row = manta::Put(std::move(array));   // Moves a pointer, whatever its size.
//
// Shapes    T is any describable type (core/describe/describe.h), or LocalOnly of any other.
// Threads   [any-thread].
// Memory    The value is moved, or copied once, into the object.
//           Waits up to put_timeout_ms for room, if there is none (docs/concepts/memory_limits.md).
// Errors    Error kFailedPrecondition without a runtime; what T's constructor throws; ObjectError when there is no room
//           for the value, or it had to leave the process and cannot.
#pragma once

#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "api/object_ref.h"
#include "core/runtime/core_visit.h"
#include "core/runtime/value_state.h"

namespace manta {

namespace api_internal {

// The shell of the current runtime. Throws Error when there is none.
RuntimeShell& CurrentShell();

// The runtime that is visited. Throws Error when it has been shut down meanwhile.
RuntimeCore& CoreOf(const CoreVisit& visit);

// Of what was not ready when the runtime was shut down.
ErrorPtr ShutDownError();

// Releases `state` and throws the error that it is.
[[noreturn]] void ThrowPutError(SharedObject* state);

template <typename Value, typename T>
ObjectRef<Value> PutInto(RuntimeShell& shell, SourceSite site, T&& value) {
  auto* const state = PutState<Value>::New(shell, site, std::forward<T>(value));
  if (!state->PublishValue()) [[unlikely]]
    ThrowPutError(state);
  return ObjectRef<Value>::Adopt(state);
}

}  // namespace api_internal

template <typename T>
ObjectRef<std::remove_cvref_t<T>> Put(T&& value, SourceSite site = SourceSite::Here()) {
  return api_internal::PutInto<std::remove_cvref_t<T>>(api_internal::CurrentShell(), site, std::forward<T>(value));
}

// One object for each value.
template <typename T>
std::vector<ObjectRef<T>> PutMany(std::vector<T> values, SourceSite site = SourceSite::Here()) {
  RuntimeShell& shell = api_internal::CurrentShell();
  std::vector<ObjectRef<T>> refs;
  refs.reserve(values.size());
  for (T& value : values) refs.push_back(api_internal::PutInto<T>(shell, site, std::move(value)));
  return refs;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
