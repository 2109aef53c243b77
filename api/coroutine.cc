#include "api/coroutine.h"

#include "api/put.h"

namespace manta::api_internal {

void CheckAwaited(SharedObject* state) {
  if (state == nullptr) {
    throw Error(absl::InvalidArgumentError(
        "co_await of an ObjectRef that refers to nothing: it was not made by Put or Remote"));
  }
  if (!state->ready() && &state->shell() != &CurrentShell()) {
    throw Error(absl::InvalidArgumentError(
        "co_await of another runtime's object, which is not ready yet: Get it where that runtime is used"));
  }
}

}  // namespace manta::api_internal

// SPDX-License-Identifier: Apache-2.0
