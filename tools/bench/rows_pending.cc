// A million tasks that cannot start yet: what they cost while they wait.
#include "tools/bench/alone.h"
#include "tools/bench/row.h"

namespace manta::bench {
namespace {

constexpr uint64_t kPendingCount = 1'000'000;

}  // namespace

void AddPendingRows(std::vector<Row>& rows) {
  const auto add = [&](const char* name, bool gate, Unit unit, const char* measurement, Bound bound) {
    rows.push_back(
        {.name = name,
         .unit = unit,
         .gate = gate,
         .measure = [measurement](const Scale& scale) { return MeasureAlone(measurement, scale.Of(kPendingCount)); },
         .bound = std::move(bound),
         .required = AtMost(1),
         .needs_runtime = false});
  };
  add("1,000,000 pending tasks, memory touched for each", true, Unit::kBytes, "pending_touched", {"192 bytes", 192.0});
  add("1,000,000 pending tasks, memory occupied for each", true, Unit::kBytes, "pending_resident",
      {"512 bytes", 512.0});
  add("1,000,000 pending tasks, to submit them all", true, Unit::kNs, "pending_submit", {"1 s", 1e9});
  add("1,000,000 pending tasks, to shut down and drop them all", false, Unit::kNs, "pending_shutdown", {"2 s", 2e9});
}

}  // namespace manta::bench

// SPDX-License-Identifier: Apache-2.0
