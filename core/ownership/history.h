// core/ownership/history.h -- remembers what happened last, to say what led to a contradiction, and counts what was
// done.
//
// Threads   [one-at-a-time].
// Memory    `recent_count_max` notes of 32 bytes, and 9 KiB of counts.
// Cost      A note: a few stores. Recent: O(recent_count_max).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/base/ids.h"
#include "core/interface/ref_counter.h"
#include "core/ownership/transition.h"

namespace manta {

class History {
 public:
  static constexpr uint64_t kRecentCountMax = 256;
  static constexpr uint64_t kComplaintCountMax = 16;

  explicit History(uint64_t recent_count_max = kRecentCountMax) : notes_(recent_count_max) {}

  // That `cause` (0: a look at the decisions) led to `transition`; `who` is the other process, or 0.
  void Note(RefEventKind cause, Transition transition, ObjectId object, uint64_t who = 0) {
    ++counts_[static_cast<uint32_t>(cause)][static_cast<uint32_t>(transition)];
    if (notes_.empty()) return;
    notes_[next_++ % notes_.size()] = {transition, who, object};
  }

  // That `event` was told, and cannot be: notes it, and makes a sentence of it with the object's past.
  void Complain(Transition transition, const RefEvent& event);

  // Those sentences, the oldest first; empties it. At most kComplaintCountMax are kept.
  std::vector<std::string> TakeComplaints() { return std::exchange(complaints_, {}); }

  // What happened to `object`, the oldest first: "escaped, lent (8), ...", or "nothing".
  std::string Recent(ObjectId object) const;

  // How often `cause` has led to `transition`.
  uint64_t count(RefEventKind cause, Transition transition) const {
    return counts_[static_cast<uint32_t>(cause)][static_cast<uint32_t>(transition)];
  }

 private:
  struct Happened {
    Transition transition = Transition::kUnknown;
    uint64_t who = 0;
    ObjectId object = {};
  };

  std::vector<Happened> notes_;  // A ring.
  uint64_t next_ = 0;
  std::vector<std::string> complaints_;
  std::array<std::array<uint64_t, kTransitionCount>, kRefEventKindMax + 1> counts_ = {};
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
