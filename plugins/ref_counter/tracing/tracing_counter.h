// plugins/ref_counter/tracing/tracing_counter.h -- decides as the ownership protocol does, and remembers who made each
// observed object and who holds it.
//
// Threads   [one-at-a-time].
// Memory    As core/ownership/participant.h and trace_table.h.
// Errors    As ref_counter.h. What other processes tell and cannot be is logged as ref_counter.contradiction; that
//           objects are passed over for lack of room, once, as ref_counter.trace_full.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "absl/status/status.h"
#include "core/interface/host.h"
#include "core/interface/ref_counter.h"
#include "core/ownership/history.h"
#include "core/ownership/participant.h"
#include "plugins/ref_counter/tracing/trace_table.h"

namespace manta {

struct TracingOptions {
  uint64_t observe_one_in = 256;
  TraceLimits limits = {};
};

class TracingCounter final : public RefCounter {
 public:
  // REQUIRES: host outlives the counter.
  TracingCounter(const Host& host, const TracingOptions& options)
      : host_(host), options_(options), traces_(options.limits) {}

  absl::Status Start(uint64_t worker) override;
  uint64_t ObserveOneIn() const override { return options_.observe_one_in; }
  absl::Status Observe(std::span<const RefEvent> events) override;
  uint64_t TakeDecisions(std::span<RefDecision> decisions) override;
  uint64_t List(std::span<RefFact> facts) const override;
  RefCounterStats Stats() const override;

 private:
  void Hear(const RefEvent& event, int64_t now_ns);
  void TellThatItIsFull();

  const Host& host_;
  const TracingOptions options_;
  History history_;
  std::optional<Participant> participant_;  // Start.
  TraceTable traces_;
  bool told_full_ = false;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
