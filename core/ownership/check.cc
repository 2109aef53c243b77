#include "core/ownership/check.h"

#include <algorithm>

#include "core/base/text.h"

namespace manta {

absl::Status CheckWorker(uint64_t worker) {
  if (worker != 0) return absl::OkStatus();
  return absl::InvalidArgumentError("worker is 0, which is no process: give this process's number");
}

absl::Status CheckComplete(std::span<const RefEvent> events) {
  const auto wrong = std::find_if_not(events.begin(), events.end(), Complete);
  if (wrong == events.end()) return absl::OkStatus();
  return MakeStatus(absl::StatusCode::kInvalidArgument, "event ", wrong - events.begin(), " of ", events.size(),
                    ", of kind ", static_cast<uint32_t>(wrong->kind),
                    ", lacks what its kind needs: none of them was observed");
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
