// core/ownership/transition.h -- each thing that the ownership protocol does, and why it is right.
//
// The rule they all serve: whoever gives a reference keeps the object until the taker is granted it by the owner.
//
// Source    docs/adr/0022-ownership-protocol.md.
#pragma once

#include <cstdint>
#include <string_view>

namespace manta {

enum class Transition : uint32_t {
  // This process's references.
  kEscaped,     // An own object is counted. Before this nobody else could know of it, so nothing was missed.
  kLocalBegan,  // A reference to an object that is ours, or granted: nobody has to be asked.
  kLocalEnded,  // What is left decides: other needs keep it, or it goes.
  kAsked,  // The first reference to another's object. Its giver keeps it until the owner answers, so we may use it now.
  kAskedAlready,  // Another reference before the answer: this giver waits, too; it might be the only one that lives.
  kGainedDead,  // A reference to an own object that died: no giver kept it (each had died itself). Told, never silent.

  // Needs.
  kNeedBegan,   // Known before whatever it follows from ends, since the same process tells both: no gap between them.
  kNeedEnded,   // Named by what it is, so it can end only once.
  kRepeated,    // Heard again: it is a set, nothing changes.
  kUnknown,     // About an object that has been let go, or has died: its needs ended with it.
  kStayedHere,  // A transfer to this very process: the reference never leaves it.
  kWeakBegan,   // Remembers the object, does not keep it.
  kWeakEnded,
  kWeakForeign,  // Nothing to remember: a lock asks the owner, who knows.
  kRebuildable,  // Lineage keeps the record instead of the value from now on.
  kFinal,        // It keeps the value again, since nobody could make it again.
  kFreed,        // The program's word is above every need. What others tell of it later is about an unknown object.

  // Messages.
  kLent,        // The asker is among those that keep the object before it hears that: granted means kept.
  kRefused,     // Died or unknown: ids are never used again, so it will not come later either.
  kGranted,     // We are listed: all who waited for that may let go of theirs.
  kGiverFreed,  // One of them is told.
  kLetGo,       // Nothing here needs it: the owner is told, in the order of our messages, so never before we asked.
  kLost,        // Its owner has it no more, or has died: every need here ends with it, and the process is told.
  kLostUnused,  // The same, when nothing here needed it any more.

  // Deaths.
  kHolderDied,  // Whoever was granted it, or was to get it, has ended: it keeps nothing. (It tells nothing after this.)
  kGiverDied,   // Nobody waits for our word there any more. Whether the object lives is for its owner to say.

  // Outcomes.
  kDecided,      // Nothing needs it: it may die.
  kIdled,        // Weak references or lineage alone remember it: its value may go.
  kNeededAgain,  // It was told to be idle: whoever acted on that, or is about to, is told.
  kWithdrawn,    // As it was before, and nobody acted on what had been decided.
  kActedOn,      // Taken: a dead object is unknown from now on; whoever asks is refused.

  // What cannot happen among processes that keep the protocol. Nothing changes, and a complaint names the object's
  // past.
  kStrangerAsked,     // Asked of a process that does not own the object. Refused, so that nobody waits for ever.
  kStrangerReturned,  // Gave back what it was not granted.
  kUnaskedAnswer,     // An answer of somebody who was not asked.
  kUnsaidHeard,       // Heard a message that nobody has sent.
  kNoMessage,         // Told by another process what each process tells itself: its references, frees, deaths.
};
inline constexpr uint32_t kTransitionCount = static_cast<uint32_t>(Transition::kNoMessage) + 1;
inline constexpr Transition kFirstComplaint = Transition::kStrangerAsked;

std::string_view Name(Transition transition);

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
