// What a counter refuses.
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "tests/conformance/ref_counter_fixture.h"

namespace manta::conformance {
namespace {

std::vector<RefEvent> Incomplete() {
  std::vector<RefEvent> events;
  RefEvent nil = Event(RefEventKind::kEscaped, 1);
  nil.object = {};
  events.push_back(nil);
  for (const RefEventKind kind :
       {RefEventKind::kNested, RefEventKind::kUnnested, RefEventKind::kSubmitted, RefEventKind::kTaskEnded,
        RefEventKind::kBorrowed, RefEventKind::kReturned, RefEventKind::kSent, RefEventKind::kReceived,
        RefEventKind::kLineage, RefEventKind::kLineageGone, RefEventKind::kGranted, RefEventKind::kTaken,
        RefEventKind::kWorkerDied, RefEventKind::kUnheard, RefEventKind::kHeard}) {
    events.push_back({.kind = kind, .object = Object(1)});
  }
  for (const uint32_t kind : {0u, kRefEventKindMax + 1, UINT32_MAX}) {
    events.push_back({.kind = static_cast<RefEventKind>(kind), .object = Object(1), .other = Object(2), .worker = 1});
  }
  return events;
}

class RefErrors : public RefCounterConformance {};

TEST_F(RefErrors, WorkerZeroIsInvalidArgument) {
  const OwnRefCounter other;
  EXPECT_EQ(other->Start(0).code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(RefErrors, AnIncompleteEventIsInvalidArgument) {
  for (const RefEvent& event : Incomplete()) {
    EXPECT_EQ(counter().Observe(std::span(&event, 1)).code(), absl::StatusCode::kInvalidArgument)
        << "kind " << static_cast<uint32_t>(event.kind);
  }
}

TEST_F(RefErrors, TheMessageSaysWhichEventOfHowMany) {
  const std::vector<RefEvent> events = {Event(RefEventKind::kEscaped, 1), Event(RefEventKind::kEscaped, 2),
                                        RefEvent{.kind = RefEventKind::kBorrowed, .object = Object(2)}};
  const std::string message = std::string(counter().Observe(events).message());
  EXPECT_THAT(message, testing::HasSubstr("2"));
  EXPECT_THAT(message, testing::HasSubstr("3"));
}

TEST_F(RefErrors, AFailedBatchChangesNothing) {
  Observe(RefEventKind::kEscaped, 1);
  Observe(RefEventKind::kEscaped, 2);
  Observe(RefEventKind::kLocalGone, 2);
  for (const RefEvent& wrong : Incomplete()) {
    const std::vector<RefEvent> events = {Event(RefEventKind::kLocalGone, 1), Event(RefEventKind::kLocalBack, 2),
                                          wrong};
    EXPECT_FALSE(counter().Observe(events).ok());
  }
  EXPECT_EQ(Take(), std::vector<ObjectId>{Object(2)});
}

}  // namespace
}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
