#include "api/free.h"

#include "core/base/text.h"
#include "core/runtime/blocked_waits.h"

namespace manta {

bool FreeObject(SharedObject* state) {
  if (state == nullptr || !state->ready()) return false;
  auto error = std::make_shared<ErrorRecord>();
  error->type = ErrorType::kObjectFreed;
  error->message =
      Concat("the value of ", DescribeObject(state), " was let go of by Free: keep it as long as it is read");
  return state->Free(std::move(error));
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
