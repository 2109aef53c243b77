#include "core/runtime/runtime_shell.h"

#include <vector>

#include "absl/base/thread_annotations.h"
#include "core/base/mutex.h"

namespace manta {
namespace {

struct Shells {
  Mutex mutex{"runtime_shells"};
  std::vector<RuntimeShell*> all ABSL_GUARDED_BY(mutex);
  uint64_t taken_count ABSL_GUARDED_BY(mutex) = 0;
};

Shells& AllShells() {
  static Shells& shells = *new Shells;  // Objects may die after static destructors have run.
  return shells;
}

}  // namespace

RuntimeShell& RuntimeShell::Take(RuntimeCore* core, uint64_t worker_id) {
  Shells& shells = AllShells();
  MutexLock lock(shells.mutex);
  RuntimeShell* free = nullptr;
  for (RuntimeShell* shell : shells.all) {
    if (shell->core() == nullptr && shell->live_count() == 0) {
      free = shell;
      break;
    }
  }
  if (free == nullptr) free = shells.all.emplace_back(new RuntimeShell);
  free->worker_id_ = worker_id;
  free->ids_.Begin(++shells.taken_count);  // Numbers that threads have drawn ahead are not this runtime's.
  free->set_router(nullptr, false);
  free->set_watch(nullptr, /*observe_one_in=*/0);
  free->refused_.store(0, std::memory_order_relaxed);
  free->visits_end_.store(false, std::memory_order_relaxed);
  free->core_.store(core, std::memory_order_release);
  return *free;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
