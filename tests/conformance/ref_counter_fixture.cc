#include "tests/conformance/ref_counter_fixture.h"

#include <utility>

#include "absl/status/statusor.h"
#include "core/base/text.h"
#include "glog/logging.h"
#include "tests/conformance/support/suite.h"

namespace manta::conformance {

RefEvent Event(RefEventKind kind, uint64_t object, uint64_t other) {
  const bool of_worker = kind == RefEventKind::kBorrowed || kind == RefEventKind::kReturned;
  RefEvent event = {.kind = kind, .object = Object(object)};
  if (of_worker) event.worker = 100 + other;
  if (!of_worker && other != 0) event.other = Object(other);
  return event;
}

bool Declares(uint64_t capability) { return (Plugin().record().capabilities & capability) != 0; }

OwnRefCounter::OwnRefCounter() : host_(std::make_unique<SuiteHost>(Plugin().slot(), Options().seed)) {
  absl::StatusOr<std::unique_ptr<RefCounter>> made = Plugin().Make<RefCounter>(*host_);
  // main has tried it; a create that fails now and then leaves nothing to test.
  CHECK(made.ok() && *made != nullptr) << "the plugin's create failed: " << made.status().ToString();
  counter_ = std::move(*made);
}

void RefCounterConformance::SetUp() { ASSERT_TRUE(counter_->Start(kThisWorker).ok()); }

void RefCounterConformance::TearDown() {
  const std::vector<ObjectId> decided = model_.Decided();
  EXPECT_EQ(counter_->Stats().decided_count, decided.size()) << "accounting: decisions that nobody has taken";
  EXPECT_GE(counter_->Stats().counted_count, decided.size()) << "accounting: what is decided is counted";
  EXPECT_EQ(Take(), decided) << "accounting: the decisions that were left";
  for (const ObjectId object : model_.Counted()) Observe({RefEvent{.kind = RefEventKind::kDied, .object = object}});
  EXPECT_EQ(counter_->Stats().counted_count, 0u) << "accounting: every object is gone";
  EXPECT_EQ(counter_->Stats().decided_count, 0u) << "accounting: every object is gone";
}

void RefCounterConformance::Observe(RefEventKind kind, uint64_t object, uint64_t other) {
  Observe({Event(kind, object, other)});
}

void RefCounterConformance::Observe(const std::vector<RefEvent>& events) {
  for (const RefEvent& event : events) model_.Observe(event);
  const absl::Status status = counter_->Observe(events);
  EXPECT_TRUE(status.ok()) << status;
}

std::vector<std::string> RefCounterConformance::List() {
  std::vector<RefFact> facts(100);
  const uint64_t count = counter_->List(facts);
  EXPECT_LE(count, facts.size());
  std::vector<std::string> known;
  for (uint64_t i = 0; i < count && i < facts.size(); ++i) {
    const RefEvent& event = facts[i].event;
    EXPECT_TRUE(Complete(event));
    // Other processes are numbered from 100, as in Event.
    const uint64_t other = event.worker != 0 ? event.worker - 100 : event.other.sequence();
    known.push_back(
        Concat(static_cast<uint32_t>(event.kind), " ", event.object.sequence(), " ", other, " x", facts[i].count));
  }
  return known;
}

std::vector<ObjectId> RefCounterConformance::Take(uint64_t count_max) {
  std::vector<RefDecision> decisions(count_max);
  const uint64_t count = counter_->TakeDecisions(decisions);
  EXPECT_LE(count, count_max) << "more decisions than there was room for";
  std::vector<ObjectId> objects;
  for (uint64_t i = 0; i < count && i < count_max; ++i) {
    EXPECT_EQ(decisions[i].worker, 0u);
    EXPECT_EQ(decisions[i].event.kind, RefEventKind::kDied);
    objects.push_back(decisions[i].event.object);
    model_.Taken(decisions[i].event.object);
  }
  return objects;
}

}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
