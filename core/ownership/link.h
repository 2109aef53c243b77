// core/ownership/link.h -- brings messages to one other process and back, each once and in order, over a network that
// loses, repeats, delays and reorders them.
//
// Each message has a number. It is kept until the other side has heard it, and all are said again when somebody finds
// that this takes too long. Who hears a number other than the next one drops it: a repeat was heard, what is ahead will
// come again. So what was heard is at any moment the beginning of what was said; and when nothing is unheard, all of
// it.
//
// Threads   [one-at-a-time].
// Memory    80 bytes for each message that is unheard. The ledger says at most three of an object (asked, let go, asked
//           again) and one of a transfer before an answer, so this is bounded by what is counted.
// Crashes   More than 2^64 - 2 messages.
#pragma once

#include <cstdint>
#include <deque>

#include "core/interface/ref_counter.h"

namespace manta {

class Link {
 public:
  // Says `message`, with the next number.
  void Say(const RefEvent& message);

  // All that is unheard is to be said again.
  void SayAgain() { said_count_ = 0; }

  // The other side has heard all up to `sequence`; false: not even the last of them was said, and nothing changes.
  [[nodiscard]] bool Confirm(uint64_t sequence);

  // Whether the message with this number is the next to be heard; then it counts as heard.
  [[nodiscard]] bool Hear(uint64_t sequence);

  // Whether Next has something: a message to be said, or what was heard to be confirmed.
  bool ready() const { return said_count_ < unheard_.size() || owes_; }

  // The next message for the other side; `self` confirms.  REQUIRES: ready().
  RefEvent Next(uint64_t self);

  uint64_t unheard_count() const { return unheard_.size(); }
  uint64_t unsaid_count() const { return unheard_.size() - said_count_ + (owes_ ? 1 : 0); }

 private:
  std::deque<RefEvent> unheard_;  // Say, Confirm.
  uint64_t last_sequence_ = 0;    // Of what was ever said.
  uint64_t said_count_ = 0;       // Of unheard_, from the front: Next, Confirm, SayAgain.
  uint64_t heard_sequence_ = 0;   // Of what the other side said.
  bool owes_ = false;             // Hear was called since it was confirmed last.
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
