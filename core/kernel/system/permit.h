// core/kernel/system/permit.h -- lets one thread sleep until it is given a permit or a deadline comes.
//
//   none --Give--> given --Wait--> none                                  no system call
//   none --Wait--> waiting --Give--> given, and one futex wake --> none
//                  waiting --deadline--> none
//
// Threads   Wait and Clear: the owning thread only. Give: [any-thread].
// Cost      Give: one atomic exchange; a system call only if the owner sleeps.
//
// No wake-up is lost, because
//   1. the owner sleeps only inside futex_wait(waiting), which the system enters only while the word is `waiting`,
//      and it does that check in one step with queueing the thread, seen from any futex_wake;
//   2. Give first replaces the word and then, if it was `waiting`, wakes. Its exchange comes either before the check
//      (futex_wait returns at once) or after it (the thread is queued and the wake finds it);
//   3. the owner stops waiting only by an exchange of its own, whose old value tells whether a Give came in between;
//   4. of two Gives the second finds `given` and makes no call: the first one's wake is under way, and the owner
//      cannot sleep again before it has taken the permit. A wake that arrives later finds the word `waiting` again, and
//      the owner goes back to sleep.
// What happened before any Give is visible after the Wait that takes the permit: all writes to the word since the
// owner's last are read-modify-writes with release, so the owner's acquire reads the end of a release sequence of each.
#pragma once

#include <atomic>
#include <cstdint>

#include "core/interface/clock.h"
#include "core/interface/executor.h"

namespace manta {

class Permit {
 public:
  // Takes the permit, waiting for it until `clock` shows `deadline_ns`. A clock other than the system's may go at
  // its own pace: the time is asked again after each sleep.
  WakeReason Wait(Clock& clock, int64_t deadline_ns);

  // Gives the permit, and wakes the owner if it sleeps.
  void Give();

  // Forgets a permit. Before the owner starts to use it.
  void Clear() { word_.store(kNone, std::memory_order_relaxed); }

 private:
  static constexpr uint32_t kNone = 0;
  static constexpr uint32_t kGiven = 1;
  static constexpr uint32_t kWaiting = 2;

  std::atomic<uint32_t> word_ = kNone;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
