// core/ownership/check.h -- what every ref counter refuses, in the same words.
#pragma once

#include <cstdint>
#include <span>

#include "absl/status/status.h"
#include "core/interface/ref_counter.h"

namespace manta {

//   kInvalidArgument  it is 0.
absl::Status CheckWorker(uint64_t worker);

//   kInvalidArgument  an event is not Complete; the message says which of how many.
absl::Status CheckComplete(std::span<const RefEvent> events);

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
