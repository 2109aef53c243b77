// core/runtime/thread_state.h -- is what the runtime knows of the thread that runs right now.
//
// Which worker it is, which task it runs, what it still has to clean up. Threads of execution may be fibers that share
// one system thread; then each has a state of its own, which its Park takes away and brings back.
//
// Threads   A state is its own thread's. Every thread has one, user threads included, from its first use.
// Cost      CurrentThread: an address and a look.
#pragma once

#include <cstdint>

#include "core/base/error.h"
#include "core/interface/executor.h"
#include "core/interface/scheduler.h"
#include "core/runtime/id_blocks.h"
#include "core/runtime/runtime_shell.h"

namespace manta {

class ActorState;
class ReferenceCollector;
class SharedObject;
class TaskState;
class RunsTask;
class Worker;
struct ArgumentEdge;
struct HeldResources;
struct HelperTombstones;
struct ThreadRecord;

// What a thread that is no worker has queued: whether it runs its tasks itself, one after the other, as a program does
// that asks for each result at once.
struct OwnPushes {
  uint32_t taken_back_count = 0;  // So many, each before the next.
  bool out = false;               // The last one has not been taken back.
  bool left_to_doze = false;      // And has woken nobody (worker_pool.h).

  void TakenBack() {
    if (!out) return;
    out = false;
    left_to_doze = false;
    ++taken_back_count;
  }
};

struct ThreadState {
  static constexpr uint32_t kNoShard = UINT32_MAX;

  Worker* worker = nullptr;                      // Null on threads that are not the runtime's.
  TaskState* task = nullptr;                     // The one whose code runs; the innermost, where a waiter helps.
  SubmitChainPtr* chain_for_children = nullptr;  // Where that task's chain is kept as long as it runs.
  const RunsTask* run = nullptr;                 // What made it so.
  ThreadRecord* record = nullptr;                // What others may see of this thread. CurrentThread sets it.
  const HeldResources* held = nullptr;           // What that task holds, and may lend to what it waits for.
  HelperTombstones* tombstones = nullptr;        // Of a thread that is no worker and helps (help.cc).
  RuntimeShell* inside = nullptr;                // The runtime whose worker or visitor (CoreVisit) this thread is.
  RuntimeShell* scope = nullptr;    // The runtime that calls outside tasks are meant for, instead of the default one.
  uint32_t shard = kNoShard;        // Which shard of shared counters this thread uses.
  SharedObject* dying = nullptr;    // Objects without references, to be destroyed by the loop that runs.
  bool destroying = false;          // That loop runs.
  ArgumentEdge* failing = nullptr;  // Tasks whose argument failed, to be ended by the loop that runs.
  bool ending = false;              // That loop runs.
  ReferenceCollector* collector = nullptr;  // Hears of the references in the value that is being written.
  bool making_room = false;                 // Moves values into the store: what they put meanwhile moves no others.
  OwnPushes pushes;
  IdBlocks<>::Share ids;  // What is left of the numbers it has drawn.
};

namespace runtime_internal {

// Found with one instruction, since every call of Manta looks here: small enough to lie among the program's own
// variables, even when the library is loaded late. (Not a local symbol: Debian 12's gold refers to a wrong one then.)
[[gnu::tls_model("initial-exec")]] extern constinit thread_local ThreadState thread_state;

void Meet(ThreadState& thread);  // The first call of a thread.

}  // namespace runtime_internal

// The calling thread's.
inline ThreadState& CurrentThread() {
  ThreadState& thread = runtime_internal::thread_state;
  if (thread.record == nullptr) [[unlikely]]
    runtime_internal::Meet(thread);
  return thread;
}

// Whose order of calls to an actor it is: the task's that runs, or the thread's.
uint64_t CallerOf(const ThreadState& thread);

// Parks, joins and yields so that a fiber finds its own state again.
WakeReason ParkThread(Executor& executor, int64_t deadline_ns);
void YieldThread(Executor& executor);
absl::Status JoinThread(Executor& executor, ThreadId thread);

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
