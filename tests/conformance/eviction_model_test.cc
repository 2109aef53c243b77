// Random calls, compared with the model one by one; a failing list is shortened before it is printed.
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "core/base/text.h"
#include "tests/conformance/eviction_fixture.h"
#include "tests/conformance/support/shrink.h"
#include "tests/conformance/support/suite.h"

namespace manta::conformance {
namespace {

enum class Method { kInsert, kAccess, kPin, kUnpin, kErase, kEvict };

struct Call {
  Method method = Method::kEvict;
  uint64_t id = 0;
  uint64_t size_bytes = 0;
};

std::string Describe(const Call& call) {
  static constexpr const char* kNames[] = {"Insert", "Access", "Pin", "Unpin", "Erase", "Evict"};
  std::string text = Concat(kNames[static_cast<int>(call.method)], "(");
  if (call.method != Method::kEvict) text += Concat(call.id);
  if (call.method == Method::kInsert) text += Concat(", ", call.size_bytes);
  return text + ")";
}

std::vector<Call> DrawCalls(uint64_t seed, uint64_t count) {
  std::mt19937_64 random(seed);
  std::vector<Call> calls;
  uint64_t id_count = 1;
  while (calls.size() < count) {
    // Few ids meet every state soon; many fill the policy.
    if (random() % 500 == 0) id_count = uint64_t{1} << random() % 9;
    const uint64_t draw = random() % 100;
    Call call = {.id = 1 + random() % id_count};
    call.method = draw < 35   ? Method::kInsert
                  : draw < 55 ? Method::kAccess
                  : draw < 68 ? Method::kPin
                  : draw < 81 ? Method::kUnpin
                  : draw < 88 ? Method::kErase
                              : Method::kEvict;
    if (call.method == Method::kInsert) call.size_bytes = random() % (uint64_t{1} << random() % 40);
    calls.push_back(call);
  }
  return calls;
}

// Where a policy and the model part: the call's number and what went wrong.
struct Difference {
  size_t call_index = 0;
  std::string what;
};

std::string Compare(absl::StatusCode expected, const absl::Status& actual) {
  if (actual.code() == expected) return "";
  return Concat("returned ", actual.ToString(), "; wanted is ", absl::StatusCodeToString(expected));
}

std::string Apply(const Call& call, EvictionPolicy& policy, EvictionModel& model) {
  const ObjectId id = Id(call.id);
  switch (call.method) {
    case Method::kInsert:
      return Compare(model.Insert(id, call.size_bytes), policy.Insert(id, call.size_bytes));
    case Method::kAccess:
      return Compare(model.Access(id), policy.Access(id));
    case Method::kPin:
      return Compare(model.Pin(id), policy.Pin(id));
    case Method::kUnpin:
      return Compare(model.Unpin(id), policy.Unpin(id));
    case Method::kErase:
      return Compare(model.Erase(id), policy.Erase(id));
    case Method::kEvict:
      return model.Evict(policy.Evict());
  }
  return "";
}

std::optional<Difference> FirstDifference(const std::vector<Call>& calls) {
  OwnPolicy policy;
  EvictionModel model;
  for (size_t i = 0; i < calls.size(); ++i) {
    std::string what = Apply(calls[i], *policy, model);
    if (what.empty() && !Equal(policy->Stats(), model.Stats())) {
      what = Concat("after it Stats say ", conformance::Describe(policy->Stats()), "; wanted is ",
                    conformance::Describe(model.Stats()));
    }
    if (!what.empty()) return Difference{.call_index = i, .what = what};
  }
  return std::nullopt;
}

class EvictionRandomCalls : public EvictionConformance {};

TEST_F(EvictionRandomCalls, AgreeWithTheModel) {
  const uint64_t list_count = Options().slow ? 200 : 5;
  for (uint64_t i = 0; i < list_count; ++i) {
    const uint64_t seed = Options().seed + i;
    std::vector<Call> calls = DrawCalls(seed, 2'000);
    std::optional<Difference> difference = FirstDifference(calls);
    if (!difference.has_value()) continue;
    calls.resize(difference->call_index + 1);
    calls = Shrink(std::move(calls), [](const std::vector<Call>& rest) { return FirstDifference(rest).has_value(); });
    difference = FirstDifference(calls);
    std::string text;
    for (const Call& call : calls) text += Concat("  ", Describe(call), "\n");
    FAIL() << "seed " << seed << ", shortened to " << calls.size() << " calls:\n"
           << text << "the last " << difference->what;
  }
}

}  // namespace
}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
