// core/runtime/waiter_list.h -- keeps, in one word, those who wait for one event, until it happens once.
//
// Everything that can wait for an object (a thread in Get, a task for its argument, a coroutine) is a Waiter that lies
// in memory of its own and is linked here. Closing the list is the event: nobody can be added any more, and the one
// who closes tells all.
//
//   open --Add, Remove--> open --Close--> closed (for good)
//
// Threads   [any-thread]. `closed` is one load.
// Memory    A waiter is the caller's, and stays until it was told or Remove was true.
// Cost      Add and Remove: two atomic operations. While a thread links or unlinks it holds the word's lock bit, for a
//           few instructions that neither allocate nor call anything; others spin meanwhile.
//
// Why it is correct: `next` and `previous` of linked waiters are only touched by the holder of the lock bit, which is
// taken by a compare-and-swap with acquire and given back by a store with release. Close takes the bit as well and
// gives back kClosed, so that it alone owns the links, and what happened before Close is visible to whoever reads
// kClosed with acquire.
#pragma once

#include <cstdint>

#include "core/base/atomics.h"
#include "core/base/fence.h"

namespace manta {

struct Waiter {
  Waiter* next = nullptr;
  Waiter* previous = nullptr;
  // Told once, by the thread that made the event. Must not block; the waiter may be gone when it returns.
  void (*notify)(Waiter* waiter) = nullptr;
};

template <typename Atomics = StdAtomics>
class BasicWaiterList {
 public:
  BasicWaiterList() : word_(0) {}
  BasicWaiterList(const BasicWaiterList&) = delete;
  BasicWaiterList& operator=(const BasicWaiterList&) = delete;

  bool closed() const { return word_.load(std::memory_order_acquire) == kClosed; }

  // Adds a waiter at the end. False when the list is closed: it will not be told.
  bool Add(Waiter* waiter) {
    const uintptr_t word = Lock();
    if (word == kClosed) return false;
    Waiter* const newest = reinterpret_cast<Waiter*>(word);
    waiter->previous = newest;
    waiter->next = nullptr;
    if (newest != nullptr) newest->next = waiter;
    word_.store(reinterpret_cast<uintptr_t>(waiter), std::memory_order_release);
    return true;
  }

  // Takes a waiter that was added out again. False when the list is closed: it was told, or is being told now.
  bool Remove(Waiter* waiter) {
    const uintptr_t word = Lock();
    if (word == kClosed) return false;
    Waiter* newest = reinterpret_cast<Waiter*>(word);
    if (waiter->next != nullptr) {
      waiter->next->previous = waiter->previous;
    } else {
      newest = waiter->previous;
    }
    if (waiter->previous != nullptr) waiter->previous->next = waiter->next;
    word_.store(reinterpret_cast<uintptr_t>(newest), std::memory_order_release);
    return true;
  }

  // Calls `visit` for those that wait, latest first, until it returns false. They are not told meanwhile, nor taken
  // out.
  template <typename Visit>
  void Each(Visit visit) {
    const uintptr_t word = Lock();
    if (word == kClosed) return;
    for (Waiter* waiter = reinterpret_cast<Waiter*>(word); waiter != nullptr && visit(waiter);
         waiter = waiter->previous) {
    }
    word_.store(word, std::memory_order_release);
  }

  // Closes the list and returns the waiter that was added first; `next` leads to the others, in order. The caller
  // tells each. Null when nobody waits. REQUIRES: not closed.
  Waiter* Close() {
    Waiter* first = reinterpret_cast<Waiter*>(Lock());
    while (first != nullptr && first->previous != nullptr) first = first->previous;
    word_.store(kClosed, std::memory_order_release);
    return first;
  }

 private:
  static constexpr uintptr_t kClosed = 1;
  static constexpr uintptr_t kLocked = 2;

  // Waits for the lock bit and returns the newest waiter; returns kClosed, and no lock, when the list is closed.
  uintptr_t Lock() {
    uintptr_t word = word_.load(std::memory_order_acquire);
    for (;;) {
      if (word == kClosed) return kClosed;
      if ((word & kLocked) != 0) {
        Relax();
        word = word_.load(std::memory_order_acquire);
        continue;
      }
      if (word_.compare_exchange_weak(word, word | kLocked, std::memory_order_acquire, std::memory_order_acquire)) {
        return word;
      }
    }
  }

  typename Atomics::template Atomic<uintptr_t> word_;
};

using WaiterList = BasicWaiterList<>;

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
