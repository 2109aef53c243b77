#include "core/runtime/wait_line.h"

#include <algorithm>

#include "core/runtime/core_visit.h"
#include "core/runtime/runtime_core.h"
#include "core/runtime/value_state.h"

namespace manta {

SharedObject* WaitLine::Join(RuntimeShell& shell) {
  auto* const waiting = PromiseState<void>::New(shell);
  waiting->Retain();  // The runtime's.
  shell.core()->AddPromise(*waiting);
  waiting->Retain();  // The line's.
  line_.push_back(waiting);
  return waiting;
}

SharedObject* WaitLine::First() {
  if (line_.empty()) return nullptr;
  SharedObject* const first = line_.front();
  line_.pop_front();
  return first;
}

bool WaitLine::Leave(SharedObject* waiting) {
  const auto found = std::find(line_.begin(), line_.end(), waiting);
  if (found == line_.end()) return false;
  line_.erase(found);
  Forget(waiting, /*tell=*/false);
  return true;
}

void WaitLine::Tell(SharedObject* first) {
  if (first != nullptr) Forget(first, /*tell=*/true);
}

// Gives the runtime's reference back, unless Shutdown has taken it, and the line's.
void WaitLine::Forget(SharedObject* waiting, bool tell) {
  const CoreVisit visit(waiting->shell());
  if (visit && visit.core()->RemovePromise(*waiting)) {
    if (tell) static_cast<PromiseState<void>*>(waiting)->PublishValue();
    waiting->Release();
  }
  waiting->Release();
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
