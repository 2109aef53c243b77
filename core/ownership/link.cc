#include "core/ownership/link.h"

#include <algorithm>

#include "glog/logging.h"

namespace manta {

void Link::Say(const RefEvent& message) {
  CHECK_LT(last_sequence_, UINT64_MAX - 1) << "messages of one process to another are numbered with 64 bits";
  unheard_.push_back(message);
  unheard_.back().sequence = ++last_sequence_;
}

bool Link::Confirm(uint64_t sequence) {
  if (sequence > last_sequence_) return false;
  const uint64_t heard_before = last_sequence_ - unheard_.size();
  if (sequence <= heard_before) return true;  // A confirmation that was overtaken.
  const uint64_t count = sequence - heard_before;
  unheard_.erase(unheard_.begin(), unheard_.begin() + static_cast<int64_t>(count));
  said_count_ -= std::min(said_count_, count);  // SayAgain may have come between a message and its confirmation.
  return true;
}

bool Link::Hear(uint64_t sequence) {
  const bool next = sequence == heard_sequence_ + 1;
  if (next) heard_sequence_ = sequence;
  // Also for a repeat: its confirmation may be what was lost. Before the first message there is nothing to confirm.
  owes_ = heard_sequence_ > 0;
  return next;
}

RefEvent Link::Next(uint64_t self) {
  if (said_count_ < unheard_.size()) return unheard_[said_count_++];
  owes_ = false;
  return {.kind = RefEventKind::kHeard, .worker = self, .sequence = heard_sequence_};
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
