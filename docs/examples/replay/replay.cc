// docs/examples/replay/replay.cc -- finds a race that tests almost never meet, by seed, and shows the same run again.
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

#include "api/manta.h"
#include "api/testing.h"
#include "docs/examples/common/arguments.h"

namespace {

constexpr std::string_view kHelp =
    "replay -- finds a planted race by seed, replays it, and shows that the mended program has none.\n"
    "\n"
    "usage: replay [--seeds=N] [--help] [--version]\n"
    "\n"
    "  --seeds=N       orders of events to try, 500 unless given\n"
    "  MANTA_SEED=N    in the environment: runs that one alone, as `manta replay --seed=N` does\n"
    "\n"
    "Exit codes: 0 the race was found, replayed and mended, 1 not so, 2 wrong arguments.\n";

//(begin hall)
// Has one seat left.
class Hall {
 public:
  int Free() const { return free_; }
  void Take() { --free_; }

  // Both at once: what the mended program calls.
  bool TakeIfFree() {
    if (free_ == 0) return false;
    --free_;
    return true;
  }

 private:
  int free_ = 1;
};
//(end hall)

//(begin race)
// Looks, and then takes. Somebody else may have looked meanwhile: the actor keeps each call whole, not both together.
bool Buy(const manta::ActorHandle<Hall>& hall) {
  if (*manta::Get(hall.Task<&Hall::Free>().Remote()) == 0) return false;
  manta::Get(hall.Task<&Hall::Take>().Remote());
  return true;
}

bool BuySafely(const manta::ActorHandle<Hall>& hall) { return *manta::Get(hall.Task<&Hall::TakeIfFree>().Remote()); }
//(end race)

//(begin scenario)
// Two people want the seat. What must hold is said at the end.
template <auto kBuy>
void TwoPeopleOneSeat() {
  const manta::ActorHandle<Hall> hall = manta::Actor<Hall>().Remote();
  const manta::ObjectRef<bool> first = manta::Task<kBuy>().Remote(hall);
  const manta::ObjectRef<bool> second = manta::Task<kBuy>().Remote(hall);
  const int sold = (*manta::Get(first) ? 1 : 0) + (*manta::Get(second) ? 1 : 0);
  manta::testing::Check(sold == 1, "one seat was sold " + std::to_string(sold) + " times");
}
//(end scenario)

int Run(int argc, char** argv) {
  example::Arguments arguments(argc, argv);
  const uint64_t seeds = arguments.Number("--seeds", 500, 1);
  arguments.FinishWithoutInit();

  //(begin explore)
  const auto found = manta::testing::Explore({.seeds = seeds}, TwoPeopleOneSeat<Buy>);
  if (found.ok()) {
    std::cout << "no race in " << found.run_count << " seeds\n";
    return EXIT_FAILURE;
  }
  std::cout << "seed " << *found.failing_seed << ": " << found.failure << "\n";

  const auto again = manta::testing::Explore({.seeds = 1, .first_seed = *found.failing_seed}, TwoPeopleOneSeat<Buy>);
  std::cout << "the same seed again: " << again.failure << "\n";

  const auto mended = manta::testing::Explore({.seeds = seeds}, TwoPeopleOneSeat<BuySafely>);
  std::cout << "the mended program: " << (mended.ok() ? "holds" : mended.failure) << " in " << mended.run_count
            << " seeds\n";
  //(end explore)
  return again.failure == found.failure && mended.ok() ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace

int main(int argc, char** argv) { return example::Main("replay", kHelp, argc, argv, Run); }

// SPDX-License-Identifier: Apache-2.0
