#include "core/runtime/current_runtime.h"

#include <atomic>

namespace manta {
namespace {

std::atomic<RuntimeCore*> default_runtime{nullptr};

}  // namespace

RuntimeCore* CurrentRuntime() {
  if (const TaskState* const task = CurrentThread().task; task != nullptr) return task->shell().core();
  if (const RuntimeShell* const scope = CurrentThread().scope; scope != nullptr) return scope->core();
  return default_runtime.load(std::memory_order_acquire);
}

bool SetDefaultRuntime(RuntimeCore* core) {
  RuntimeCore* none = nullptr;
  return default_runtime.compare_exchange_strong(none, core, std::memory_order_acq_rel);
}

void ResetDefaultRuntime(RuntimeCore* core) {
  default_runtime.compare_exchange_strong(core, nullptr, std::memory_order_acq_rel);
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
