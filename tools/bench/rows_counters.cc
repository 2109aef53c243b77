// Ref counters: what it costs when one is told of objects, and when what nobody refers to is gone.
//
// Each figure is of a runtime of its own, and so is its bound: the same work with the counter `none`, which hears
// nothing.
#include <algorithm>
#include <atomic>
#include <string>
#include <utility>
#include <vector>

#include "api/manta.h"
#include "core/base/text.h"
#include "tools/bench/measure.h"
#include "tools/bench/row.h"
#include "tools/bench/work.h"

namespace manta::bench {
namespace {

// For finding a leak of few objects, not for every day.
constexpr const char* kEachObject =
    "typed_config { [type.googleapis.com/manta.plugins.ref_counter.tracing.v1.TracingCounterConfig] "
    "{ observe_one_in: 1 } }";

// The median of five: these rows tell percents.
Measure Steady(Measure measure) {
  return [=](const Scale& scale) {
    std::vector<double> figures;
    while (figures.size() < 5) figures.push_back(measure(scale));
    return Median(std::move(figures));
  };
}

// The same, in a runtime with that counter, and with `config` of its own.
Measure With(const std::string& counter, Measure measure, const std::string& config = "") {
  return [=](const Scale& scale) {
    const Runtime runtime = InitWithCounter(counter, config);
    return measure(scale);
  };
}

double CopyReferenceNs(const Scale& scale) {
  const ObjectRef<uint64_t> ref = Put<uint64_t>(7);
  return NsPerCall(scale.Of(5'000'000), [&] {
    const ObjectRef<uint64_t> copy = ref;
    Keep(copy.state());
  });
}

std::atomic<double> gone_ns;

// Says when it goes.
struct Mortal {
  int number = 0;
  ~Mortal() { gone_ns = NowNs(); }
};

// From dropping the last reference until the value is gone: the longest of many.
double LongestAfterlifeNs(const Scale& scale) {
  double longest_ns = 0;
  uint64_t still_there = 0;
  for (uint64_t i = 0; i < scale.Of(100'000); ++i) {
    ObjectRef<Mortal> ref = Put(Mortal{});
    gone_ns = 0;  // Those that it was copied from are gone.
    const double dropped_ns = NowNs();
    ref = {};
    if (gone_ns == 0) ++still_there;
    longest_ns = std::max(longest_ns, gone_ns - dropped_ns);
  }
  Check("how many values were still there when their reference was not", still_there, 0);
  return longest_ns;
}

}  // namespace

void AddCounterRows(std::vector<Row>& rows) {
  const auto add = [&](const std::string& name, const Measure& measure, const Measure& with, double slower) {
    rows.push_back({.name = name,
                    .unit = Unit::kPerSecond,
                    .measure = with,
                    .bound = Bound{"counter none", With("none", measure)},
                    .required = AtLeast(1 / slower),
                    .needs_runtime = false});
  };
  for (const auto& [name, measure] : {std::pair("tasks async, counter ", Steady(&AsyncPerSecond)),
                                      {"sends 1:1, counter ", Steady(&SendsPerSecond)}}) {
    add(Concat(name, "owner"), measure, With("owner", measure), 1.05);
    add(Concat(name, "tracing"), measure, With("tracing", measure), 1.1);
    add(Concat(name, "tracing each object"), measure, With("tracing", measure, kEachObject), 15);
  }
  rows.push_back({.name = "copy and drop of a reference, counter owner",
                  .measure = With("owner", &CopyReferenceNs),
                  .bound = Bound{"counter none, and 5 ns",
                                 With("none", [](const Scale& scale) { return CopyReferenceNs(scale) + 5; })},
                  .required = AtMost(1),
                  .needs_runtime = false});
  rows.push_back({.name = "from dropping the last reference until the value is gone, longest of 100,000",
                  .measure = With("owner", &LongestAfterlifeNs),
                  .bound = Bound{"1 ms", 1e6},
                  .required = AtMost(1),
                  .needs_runtime = false});
}

}  // namespace manta::bench

// SPDX-License-Identifier: Apache-2.0
