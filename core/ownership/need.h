// core/ownership/need.h -- what keeps an object in one process, and who waits until it is kept.
//
// Needs are sets, not counts: each names what it is, so that hearing of it twice changes nothing and hearing of its end
// twice takes nothing from another one. That is why no count can run below zero.
//
// Threads   Values.
#pragma once

#include <compare>
#include <cstdint>
#include <utility>

#include "core/base/ids.h"

namespace manta {

enum class NeedKind : uint32_t {
  kNested,     // The object `other` holds a reference to it.
  kSubmitted,  // The task with the result `other` has it as an argument.
  kLineage,    // That task might have to run again.
  kReading,    // A reference to `other` was read out of it, and the owner of `other` has not answered yet.
  kTransit,    // A reference to it is on its way to `worker`, or `worker` has not been granted it yet.
  kBorrow,     // `worker` was granted it. Its owner's alone.
};

struct Need {
  NeedKind kind = NeedKind::kNested;
  uint64_t worker = 0;
  uint64_t transfer = 0;
  ObjectId other = {};

  friend bool operator==(const Need&, const Need&) = default;
  friend auto operator<=>(const Need&, const Need&) = default;

  template <typename H>
  friend H AbslHashValue(H state, const Need& need) {
    return H::combine(std::move(state), need.kind, need.worker, need.transfer, need.other);
  }
};

// Who keeps an object until this process has its owner's answer: the transfer of a process, or an object that was read.
struct Giver {
  uint64_t worker = 0;  // 0: `container` does.
  uint64_t transfer = 0;
  ObjectId container = {};

  friend bool operator==(const Giver&, const Giver&) = default;
  friend auto operator<=>(const Giver&, const Giver&) = default;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
