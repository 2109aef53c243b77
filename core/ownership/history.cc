#include "core/ownership/history.h"

#include <algorithm>

#include "core/base/text.h"

namespace manta {

std::string History::Recent(ObjectId object) const {
  std::string text;
  const uint64_t kept_count = std::min<uint64_t>(next_, notes_.size());
  for (uint64_t i = next_ - kept_count; i < next_; ++i) {
    const Happened& happened = notes_[i % notes_.size()];
    if (happened.object != object) continue;
    text += Concat(text.empty() ? "" : ", ", Name(happened.transition));
    if (happened.who != 0) text += Concat(" (", happened.who, ")");
  }
  return text.empty() ? "nothing" : text;
}

void History::Complain(Transition transition, const RefEvent& event) {
  if (complaints_.size() < kComplaintCountMax) {
    complaints_.push_back(Concat("object ", event.object.ToHex(), ", process ", event.worker, ": ", Name(transition),
                                 "; nothing was changed. What happened to the object here: ", Recent(event.object)));
  }
  Note(event.kind, transition, event.object, event.worker);
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
