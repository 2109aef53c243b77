// tests/support/recording_counter.h -- is a ref counter that decides as the plugin owner does, and remembers what it
// was told.
//
// Threads   [one-at-a-time], and two at a time end the test.
// Memory    All that it was told about objects, up to kRecordedCountMax events.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/status.h"
#include "core/base/ids.h"
#include "core/interface/ref_counter.h"
#include "core/ownership/history.h"
#include "core/ownership/participant.h"
#include "glog/logging.h"

namespace manta {

class RecordingCounter : public RefCounter {
 public:
  static constexpr uint64_t kRecordedCountMax = 100'000;

  explicit RecordingCounter(uint64_t worker) : participant_(worker, history_) {}

  absl::Status Start(uint64_t) override { return absl::OkStatus(); }
  uint64_t ObserveOneIn() const override { return 0; }

  absl::Status Observe(std::span<const RefEvent> events) override {
    CHECK(!inside_.exchange(true)) << "a counter is told by two threads at once";
    for (const RefEvent& event : events) {
      CHECK(Complete(event));
      participant_.Step(event);
      ++counts_[static_cast<uint32_t>(event.kind)];
      if (events_.size() < kRecordedCountMax) events_.push_back(event);
    }
    CHECK(history_.TakeComplaints().empty());
    inside_ = false;
    return absl::OkStatus();
  }

  uint64_t TakeDecisions(std::span<RefDecision> decisions) override {
    const uint64_t count = participant_.TakeDecisions(decisions);
    for (const RefDecision& decision : decisions.first(count)) CHECK_EQ(decision.worker, 0u);
    decided_count_ += count;
    return count;
  }

  uint64_t List(std::span<RefFact>) const override { return 0; }
  RefCounterStats Stats() const override { return participant_.Stats(); }

  // For tests, when nobody tells anything.
  uint64_t count(RefEventKind kind) const { return counts_[static_cast<uint32_t>(kind)]; }
  uint64_t decided_count() const { return decided_count_; }
  const std::vector<RefEvent>& events() const { return events_; }
  std::vector<RefEventKind> KindsOf(ObjectId object) const {
    std::vector<RefEventKind> kinds;
    for (const RefEvent& event : events_) {
      if (event.object == object) kinds.push_back(event.kind);
    }
    return kinds;
  }

 private:
  std::atomic<bool> inside_{false};
  History history_;
  Participant participant_;
  std::vector<RefEvent> events_;
  std::array<uint64_t, kRefEventKindMax + 1> counts_ = {};
  uint64_t decided_count_ = 0;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
