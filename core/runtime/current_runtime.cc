#include "core/runtime/current_runtime.h"

#include <atomic>

#include "core/base/atomics.h"
#include "core/runtime/task_state.h"
#include "core/runtime/thread_state.h"

namespace manta {
namespace {

Atomic<RuntimeShell*> default_runtime{nullptr};

}  // namespace

RuntimeShell* CurrentRuntime() {
  const ThreadState& thread = CurrentThread();
  if (thread.task != nullptr) return &thread.task->shell();
  if (thread.scope != nullptr) return thread.scope;
  return default_runtime.load(std::memory_order_acquire);
}

bool SetDefaultRuntime(RuntimeShell& shell) {
  RuntimeShell* none = nullptr;
  return default_runtime.compare_exchange_strong(none, &shell, std::memory_order_acq_rel);
}

void ResetDefaultRuntime(RuntimeShell& shell) {
  RuntimeShell* expected = &shell;
  default_runtime.compare_exchange_strong(expected, nullptr, std::memory_order_acq_rel);
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
