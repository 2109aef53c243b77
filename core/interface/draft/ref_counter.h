// core/interface/draft/ref_counter.h -- decides when an object that has escaped may die.
//
// Draft: no promise yet. Inside a process a reference is counted in its object's own state, by one atomic and no call.
// The ref counter hears of an object when it escapes: when a reference crosses a process, or is stored inside another
// object. From then on more than this process's references may need it, and the counter says when nothing does.
//
//   unknown --kEscaped--> counted --(nothing needs it any more)--> decided --TakeDecisions--> unknown
//                           \  ^------kLocalBack, kBorrowed, ...------/
//                            \---kDied--> unknown
//
// Shapes    Events in, decisions out: no threads, clocks or sockets. A decision is an event too: for this process, or
// to
//           be observed by the counter of another one. Both tables are trivially copyable, so that whole batches cross
//           processes as they are.
// Threads   [one-at-a-time]; nothing blocks.
// Memory    Bookkeeping only; objects belong to the runtime and the store. What `site_file` points to is kept by
// nobody. Errors    Only the codes named below; a call that fails changes nothing. Cost      O(events), O(decisions);
// kLocalBack: O(decisions that nobody has taken).
//
// Source    docs/adr/0017-ref-counter-events.md.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

#include "absl/status/status.h"
#include "core/base/ids.h"

namespace manta::draft {

enum class RefEventKind : uint32_t {
  kEscaped = 1,   // Counted from now on. This process has references to it.
  kLocalGone,     // This process has no reference to it any more.
  kLocalBack,     // It has one again: a value that held the id was read.
  kNested,        // The object `other` holds a reference to it.
  kUnnested,      // `other` does not any more: it has died.
  kBorrowed,      // The process `worker` has references to it.
  kReturned,      // It has none any more, or has ended.
  kSubmitted,     // The task with the result `other` has it as an argument.
  kTaskEnded,     // That task will not run again.
  kDied,          // It is gone, whatever needs it: Free was called. In a decision: it may die.
  kMade,          // kCapabilityObservesAll only: there is a new object, with one reference, by `other`'s code.
  kLocalAdded,    // kCapabilityObservesAll only: one more reference in this process, held by `other`'s code.
  kLocalDropped,  // kCapabilityObservesAll only: one fewer.
};
inline constexpr uint32_t kRefEventKindMax = static_cast<uint32_t>(RefEventKind::kLocalDropped);

struct RefEvent {
  RefEventKind kind = RefEventKind::kEscaped;
  uint32_t site_line = 0;           // Where in the program; 0: not known.
  ObjectId object = {};             // Never nil.
  ObjectId other = {};              // An object, or a task by its result; nil for the program's main part.
  uint64_t worker = 0;              // The process; of kBorrowed and kReturned.
  const char* site_file = nullptr;  // Static text of this process; null when not known.
};
static_assert(sizeof(RefEvent) == 56 && std::is_trivially_copyable_v<RefEvent>);

// Whether an event names all that its kind needs.
constexpr bool Complete(const RefEvent& event) {
  const auto kind = static_cast<uint32_t>(event.kind);
  if (kind == 0 || kind > kRefEventKindMax || event.object.nil()) return false;
  switch (event.kind) {
    case RefEventKind::kNested:
    case RefEventKind::kUnnested:
    case RefEventKind::kSubmitted:
    case RefEventKind::kTaskEnded:
      return !event.other.nil();
    case RefEventKind::kBorrowed:
    case RefEventKind::kReturned:
      return event.worker != 0;
    default:
      return true;
  }
}

// What a counter has decided.
struct RefDecision {
  uint64_t worker = 0;  // 0: `event` is for this process, kDied. Else it is to be observed by that process's counter.
  RefEvent event = {};
};
static_assert(std::is_trivially_copyable_v<RefDecision>);

struct RefCounterStats {
  uint64_t counted_count = 0;  // Objects that something is known of, those that are decided included.
  uint64_t decided_count = 0;  // Decisions that nobody has taken yet.
};

class RefCounter {
 public:
  static constexpr std::string_view kInterfaceName = "ref_counter";
  static constexpr uint32_t kInterfaceVersion = 1;

  // Capabilities a plugin declares in its manifest.
  static constexpr uint64_t kCapabilityObservesAll = 1;  // Hears of every object, not only of those that escape.
  static constexpr uint64_t kCapabilityProtects = 2;  // Counts what is not this process's: nesting, borrowers, tasks.

  virtual ~RefCounter() = default;

  // Comes before every other call, once: this process is `worker`.
  //   kInvalidArgument  it is 0.
  virtual absl::Status Start(uint64_t worker) = 0;

  // Hears of `events`, in their order. An event that repeats what is known already changes nothing. With
  // kCapabilityProtects an object is decided when this process has no reference to it, and nothing contains it, borrows
  // it or has it as an argument; without, when this process has no reference to it. What needs it again before its
  // decision is taken withdraws that. Nothing is decided of an object after kDied.
  // REQUIRES: kEscaped is the first that is told of an object, if it is this process's own.
  //   kInvalidArgument  an event is not Complete; the message says which of how many.
  virtual absl::Status Observe(std::span<const RefEvent> events) = 0;

  // Takes decisions, the oldest first, as many as there is room for; returns how many. Each is taken once, and its
  // object is unknown then.
  virtual uint64_t TakeDecisions(std::span<RefDecision> decisions) = 0;

  virtual RefCounterStats Stats() const = 0;
};

}  // namespace manta::draft

// SPDX-License-Identifier: Apache-2.0
