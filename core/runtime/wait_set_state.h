// core/runtime/wait_set_state.h -- waits for many objects at once, and hands them out as they become ready.
//
// Each object is told once where to report; a ready one is then taken in O(1), however many are still missing.
//
// Threads   One thread uses the set; objects become ready on any.
//
// Why a set may go while objects report: reports go through a mailbox whose turn the set's thread holds except while it
// parks. A report that finds the turn taken touches nothing but the mailbox's word; one that gets the turn wakes the
// parked thread, which goes on only when it was woken, and touches nothing afterwards. A set that was abandoned has
// given its turn up for good: who gets it takes what has been reported, and frees the set once nothing more will be.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "core/base/atomics.h"
#include "core/runtime/blocked_waits.h"
#include "core/runtime/mailbox.h"
#include "core/runtime/shared_object.h"

namespace manta {

class RuntimeCore;
class RuntimeShell;

class WaitSetState {
 public:
  // One object that is waited for.
  struct Entry : Waiter {
    WaitSetState* set = nullptr;
    SharedObject* object = nullptr;  // With a reference.
    uint64_t tag = 0;
    Entry* next = nullptr;        // In the mailbox of ready ones. (Waiter::next is the object's list's.)
    Entry* next_entry = nullptr;  // All of the set.
    Entry* previous_entry = nullptr;
  };

  explicit WaitSetState(RuntimeShell& shell) : shell_(shell) { ready_.TryTurn(); }
  WaitSetState(const WaitSetState&) = delete;
  WaitSetState& operator=(const WaitSetState&) = delete;

  // Ends it; never blocks. Threads that are about to report what has just become ready finish that first, and the last
  // one frees the memory.
  void Abandon();

  // Takes over a reference to `object`. `tag` comes back with it.
  void Add(SharedObject* object, uint64_t tag);

  // Objects that were added and not handed out yet.
  uint64_t size() const { return size_; }

  struct Ready {
    SharedObject* object = nullptr;  // With a reference, for the caller; null: none within the deadline.
    uint64_t tag = 0;
    ErrorPtr error;  // Why there is none, when it is not the deadline.
  };
  // Waits for one that is ready; of several, the one that was ready first. REQUIRES: size() > 0.
  Ready Next(int64_t deadline_ns);

 private:
  ~WaitSetState() = default;

  static void OnReady(Waiter* waiter);
  Entry* TakeReady();
  Ready HandOut(Entry* entry);
  void Unlink(Entry* entry);
  void Finish();

  RuntimeShell& shell_;
  Mailbox<Entry> ready_;
  Atomic<ThreadWaiter*> waiter_{nullptr};
  Entry* taken_ = nullptr;  // Ready, oldest first, not handed out yet.
  Entry* first_ = nullptr;  // All that were not handed out, in the order of Add.
  Entry* last_ = nullptr;
  Entry* to_help_ = nullptr;  // The next whose task this thread may run itself.
  uint64_t size_ = 0;
  bool abandoned_ = false;   // Written, as left_count_ is, by whoever holds the turn of ready_.
  uint64_t left_count_ = 0;  // Entries that will report still, of an abandoned set.
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
