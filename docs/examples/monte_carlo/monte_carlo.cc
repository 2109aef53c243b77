// docs/examples/monte_carlo/monte_carlo.cc -- estimates pi as well as is asked for, with as many tasks as that takes,
// and lets go of those that turn out not to be needed.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <iomanip>
#include <iostream>
#include <numbers>
#include <random>
#include <string_view>

#include "api/manta.h"
#include "docs/examples/common/arguments.h"

namespace {

constexpr std::string_view kHelp =
    "monte_carlo -- estimates pi by random points, until the estimate is as good as is asked for.\n"
    "\n"
    "usage: monte_carlo [--digits=N] [--batch=N] [--seed=N] [--help] [--version] [--manta_...]\n"
    "\n"
    "  --digits=N     stops when the standard error is below 10^-N, 3 unless given; each more takes 100 times longer\n"
    "  --batch=N      points of one task, 100000 unless given\n"
    "  --seed=N       the same seed gives the same estimate, whatever runs in which order; 1 unless given\n"
    "  --manta_help   lists everything that can be configured\n"
    "\n"
    "Exit codes: 0 the estimate is right, 1 it is far off, or Manta reported an error, 2 wrong arguments.\n";

//(begin batch)
// Each task draws from a generator of its own, named by its number: so results do not depend on who runs what when.
uint64_t CountInside(uint64_t seed, uint64_t batch, uint64_t points) {
  std::seed_seq words{seed, batch};
  std::mt19937_64 random(words);
  std::uniform_real_distribution<double> unit;
  uint64_t inside = 0;
  for (uint64_t i = 0; i < points; ++i) {
    const double x = unit(random);
    const double y = unit(random);
    inside += x * x + y * y < 1 ? 1 : 0;
    if (i % 10'000 == 0 && manta::CurrentTask().cancelled()) return 0;  // Nobody wants it any more.
  }
  return inside;
}
//(end batch)

struct Estimate {
  uint64_t points = 0;
  uint64_t inside = 0;

  double pi() const { return 4.0 * static_cast<double>(inside) / static_cast<double>(points); }
  double standard_error() const {
    const double share = static_cast<double>(inside) / static_cast<double>(points);
    return 4 * std::sqrt(share * (1 - share) / static_cast<double>(points));
  }
};

int Run(int argc, char** argv) {
  example::Arguments arguments(argc, argv);
  const uint64_t digits = arguments.Number("--digits", 3, 1);
  const uint64_t points = arguments.Number("--batch", 100'000, 1);
  const uint64_t seed = arguments.Number("--seed", 1, 0);
  arguments.Finish();
  const manta::Runtime runtime = manta::Init(&argc, &argv);
  const double wanted = std::pow(10.0, -static_cast<double>(digits));

  //(begin loop)
  constexpr size_t kBatchesAhead = 32;  // More than there are workers, so that none of them waits for us.
  Estimate estimate;
  std::deque<manta::ObjectRef<uint64_t>> batches;
  uint64_t next_batch = 0;
  do {
    while (batches.size() < kBatchesAhead)
      batches.push_back(manta::Task<CountInside>().Remote(seed, next_batch++, points));
    estimate.inside += *manta::Get(batches.front());  // In the order of their numbers, for the same estimate each time.
    estimate.points += points;
    batches.pop_front();
  } while (estimate.standard_error() > wanted);
  size_t cancelled_count = 0;
  for (const manta::ObjectRef<uint64_t>& batch : batches) cancelled_count += manta::Cancel(batch) ? 1 : 0;
  //(end loop)

  std::cout << std::fixed << std::setprecision(static_cast<int>(digits) + 1) << "pi is about " << estimate.pi()
            << ", give or take " << estimate.standard_error() << ", after " << estimate.points << " points\n";
  std::cout << cancelled_count << " tasks that were not needed any more were cancelled\n";
  const bool right = std::abs(estimate.pi() - std::numbers::pi) < 6 * estimate.standard_error();
  return right ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace

int main(int argc, char** argv) { return example::Main("monte_carlo", kHelp, argc, argv, Run); }

// SPDX-License-Identifier: Apache-2.0
