// core/runtime/mailbox.h -- queues what is sent to one receiver, in order, in one word.
//
// Anyone may send; one thread at a time, the one that holds the turn, takes out. The word also says whether anybody
// holds it, so that exactly one sender learns that it has to hand the turn to somebody.
//
//   idle --Send (true: see to it that somebody takes)--> busy --TakeAll ... TryIdle--> idle
//
// Shapes    Nodes have a member `next` that belongs to the mailbox while they are in it.
// Threads   Send is [any-thread]; TakeAll and TryIdle are the turn holder's.
// Memory    Nodes are the caller's.
// Cost      Send: one compare-and-swap. TakeAll: one exchange for all that has come, and two visits to each node.
//
// Why it is correct: the word is a stack of nodes, newest first, pushed with release and emptied by an exchange with
// acquire, so that what a sender wrote is seen by who takes. Nodes are never popped one by one, so no address can come
// back at the wrong moment. TryIdle changes the empty word, and nothing else, to idle: a node that came before makes it
// fail, one that comes after finds idle and tells its sender.
#pragma once

#include <cstdint>

#include "core/base/atomics.h"

namespace manta {

template <typename Node, typename Atomics = StdAtomics>
class Mailbox {
 public:
  Mailbox() : word_(kIdle) {}
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;

  // Adds a node. True: nobody held the turn; the caller has it now, and hands it to somebody.
  bool Send(Node* node) {
    uintptr_t word = word_.load(std::memory_order_relaxed);
    for (;;) {
      node->next = word == kIdle ? nullptr : reinterpret_cast<Node*>(word);
      if (word_.compare_exchange_weak(word, reinterpret_cast<uintptr_t>(node), std::memory_order_acq_rel,
                                      std::memory_order_relaxed)) {
        return word == kIdle;
      }
    }
  }

  // Takes the turn without sending. True: nobody held it.
  bool TryTurn() {
    uintptr_t idle = kIdle;
    return word_.compare_exchange_strong(idle, kEmpty, std::memory_order_acq_rel, std::memory_order_relaxed);
  }

  // All nodes that have come, oldest first, linked by `next`; null: none. `last` becomes the newest.
  Node* TakeAll(Node** last = nullptr) {
    Node* newest = reinterpret_cast<Node*>(word_.exchange(kEmpty, std::memory_order_acquire));
    if (last != nullptr) *last = newest;
    Node* oldest = nullptr;
    while (newest != nullptr) {
      Node* const older = newest->next;
      newest->next = oldest;
      oldest = newest;
      newest = older;
    }
    return oldest;
  }

  // How many nodes have come and were not taken, at most `count_max`. REQUIRES: nobody takes any meanwhile.
  uint64_t Count(uint64_t count_max) const {
    const uintptr_t word = word_.load(std::memory_order_acquire);
    uint64_t count = 0;
    for (const Node* node = word == kIdle ? nullptr : reinterpret_cast<const Node*>(word);
         node != nullptr && count < count_max; node = node->next) {
      ++count;
    }
    return count;
  }

  // Gives the turn up. False: something has come, and the turn stays with the caller.
  bool TryIdle() {
    uintptr_t empty = kEmpty;
    return word_.compare_exchange_strong(empty, kIdle, std::memory_order_acq_rel, std::memory_order_relaxed);
  }

 private:
  static constexpr uintptr_t kEmpty = 0;  // Somebody holds the turn.
  static constexpr uintptr_t kIdle = 1;

  typename Atomics::template Atomic<uintptr_t> word_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
