// core/runtime/core_visit.h -- keeps a runtime alive while a thread of the program is inside it.
//
// Any thread may call Manta while another one shuts it down. What it calls holds a visit for that time: Shutdown lets
// no more begin, and waits until those that have begun have ended, which the end of every wait makes soon.
//
// Why no visit outlives its runtime: a visit is counted when it begins, and then looks at visits_end_; EndAll sets that
// and then looks at the counts. One of both sees the other. A visit that ends later than that tells so under the
// shell's mutex, and EndAll, before it returns, makes sure under the same mutex that nobody tells any more.
//
// Threads   A visit is its thread's own. One thread's visits may be nested, also those of several runtimes.
// Cost      Two atomic additions on a cache line that few threads share; none when nested, or for the runtime's own
//           threads.
#pragma once

#include "core/interface/executor.h"
#include "core/runtime/runtime_shell.h"
#include "core/runtime/thread_state.h"

namespace manta {

class CoreVisit {
 public:
  explicit CoreVisit(RuntimeShell& shell) : thread_(CurrentThread()), shell_(shell), outer_(thread_.inside) {
    if (outer_ != &shell_) {
      if (!Begin()) return;
      thread_.inside = &shell_;
    }
    core_ = shell_.core();
  }
  CoreVisit(const CoreVisit&) = delete;
  CoreVisit& operator=(const CoreVisit&) = delete;
  ~CoreVisit() {
    if (thread_.inside == outer_) return;
    thread_.inside = outer_;
    End();
  }

  // The runtime; null: it is, or is about to be, shut down.
  RuntimeCore* core() const { return core_; }
  explicit operator bool() const { return core_ != nullptr; }

  // Lets no more visits of the shell's runtime begin, and waits until those of other threads have ended.
  static void EndAll(RuntimeShell& shell, Executor& executor);

 private:
  bool Begin() {
    shell_.shards_[thread_.shard % RuntimeShell::kShardCount].visits.fetch_add(1, std::memory_order_seq_cst);
    if (!shell_.visits_end_.load(std::memory_order_seq_cst)) [[likely]]
      return true;
    End();
    return false;
  }
  void End() {
    shell_.shards_[thread_.shard % RuntimeShell::kShardCount].visits.fetch_sub(1, std::memory_order_seq_cst);
    if (shell_.visits_end_.load(std::memory_order_seq_cst)) [[unlikely]]
      TellEnd(shell_);
  }
  static void TellEnd(RuntimeShell& shell);

  ThreadState& thread_;
  RuntimeShell& shell_;
  RuntimeShell* const outer_;
  RuntimeCore* core_ = nullptr;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
