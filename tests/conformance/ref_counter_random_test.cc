// Random events, compared with the model; a failing list is shortened before it is printed.
#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "core/base/text.h"
#include "tests/conformance/ref_counter_fixture.h"
#include "tests/conformance/support/shrink.h"
#include "tests/conformance/support/suite.h"

namespace manta::conformance {
namespace {

// An event, or a look at the decisions with room for `take`.
struct Step {
  RefEventKind kind = RefEventKind::kEscaped;
  uint64_t object = 1;
  uint64_t other = 0;
  uint64_t take = 0;  // 0: an event.
};

std::string Text(const Step& step) {
  if (step.take > 0) return Concat("TakeDecisions(room for ", step.take, ")");
  return Concat("kind ", static_cast<uint32_t>(step.kind), ", object ", step.object, ", other ", step.other);
}

std::vector<Step> DrawSteps(std::mt19937_64& random) {
  std::vector<Step> steps;
  const uint64_t object_count = 1 + random() % 4;
  const uint64_t length = 1 + random() % 60;
  while (steps.size() < length) {
    Step step = {.object = 1 + random() % object_count, .other = 11 + random() % 2};
    if (random() % 6 == 0) step.take = 1 + random() % 3;
    step.kind = static_cast<RefEventKind>(1 + random() % static_cast<uint32_t>(RefEventKind::kDied));
    if (step.kind == RefEventKind::kDied && random() % 4 != 0) step.kind = RefEventKind::kLocalGone;
    steps.push_back(step);
  }
  return steps;
}

// How the counter and the model part, or "".
std::string FirstDifference(const std::vector<Step>& steps) {
  const OwnRefCounter counter;
  if (!counter->Start(kThisWorker).ok()) return "Start failed";
  RefCounterModel model(Declares(RefCounter::kCapabilityProtects));
  for (const Step& step : steps) {
    if (step.take == 0) {
      // An object begins by escaping, and does that once.
      const bool known = model.Counts(Object(step.object));
      if (known == (step.kind == RefEventKind::kEscaped)) continue;
      const RefEvent event = Event(step.kind, step.object, step.other);
      model.Observe(event);
      if (const absl::Status status = counter->Observe(std::span(&event, 1)); !status.ok()) {
        return Concat(Text(step), " returned ", status.ToString());
      }
    } else {
      std::vector<ObjectId> wanted = model.Decided();
      wanted.resize(std::min<uint64_t>(wanted.size(), step.take));
      std::vector<RefDecision> decisions(step.take);
      const uint64_t count = counter->TakeDecisions(decisions);
      if (count != wanted.size()) return Concat(Text(step), " gave ", count, ", wanted is ", wanted.size());
      for (uint64_t i = 0; i < count; ++i) {
        if (decisions[i].event.object != wanted[i]) return Concat(Text(step), " gave another object than wanted");
        model.Taken(wanted[i]);
      }
    }
    const uint64_t decided = counter->Stats().decided_count;
    if (decided != model.Decided().size()) {
      return Concat("after ", Text(step), " Stats say ", decided, " are decided, wanted is ", model.Decided().size());
    }
  }
  return "";
}

class RefRandomEvents : public RefCounterConformance {};

TEST_F(RefRandomEvents, AgreeWithTheModel) {
  std::mt19937_64 random(Options().seed);
  const uint64_t list_count = Options().slow ? 200'000 : 5'000;
  for (uint64_t i = 0; i < list_count; ++i) {
    std::vector<Step> steps = DrawSteps(random);
    if (FirstDifference(steps).empty()) continue;
    steps = Shrink(std::move(steps), [](const std::vector<Step>& rest) { return !FirstDifference(rest).empty(); });
    std::string text;
    for (const Step& step : steps) text += Concat("  ", Text(step), "\n");
    FAIL() << "--seed=" << Options().seed << ", list " << i << ", shortened to " << steps.size() << " steps:\n"
           << text << FirstDifference(steps);
  }
}

}  // namespace
}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
