// A ref counter that hears nothing: what has escaped never dies.
#include <cstddef>
#include <memory>
#include <span>

#include "absl/status/statusor.h"
#include "core/interface/host.h"
#include "core/interface/ref_counter.h"
#include "core/plugin/export.h"

namespace {

class DeafCounter final : public manta::RefCounter {
 public:
  absl::Status Start(uint64_t worker) override {
    started_ = worker;
    return absl::OkStatus();
  }
  absl::Status Observe(std::span<const manta::RefEvent>) override { return absl::OkStatus(); }
  uint64_t ObserveOneIn() const override { return 0; }
  uint64_t TakeDecisions(std::span<manta::RefDecision>) override { return 0; }
  uint64_t List(std::span<manta::RefFact>) const override { return 0; }
  manta::RefCounterStats Stats() const override { return {.counted_count = started_}; }

 private:
  uint64_t started_ = 0;
};

absl::StatusOr<std::unique_ptr<manta::RefCounter>> MakeDeaf(const manta::Host&, std::span<const std::byte>) {
  return std::make_unique<DeafCounter>();
}

}  // namespace

MANTA_PLUGIN(manta::RefCounter, MakeDeaf, .name = "test.ref_counter.deaf", .summary = "Hears nothing")

// SPDX-License-Identifier: Apache-2.0
