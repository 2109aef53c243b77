// docs/examples/pipeline/pipeline.cc -- reads, parses and sums up in three steps that run at the same time, none of
// which gets far ahead of the next.
#include <cstdlib>
#include <iostream>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "api/manta.h"
#include "docs/examples/common/arguments.h"

namespace {

constexpr std::string_view kHelp =
    "pipeline -- reads, parses and sums up lines in three steps that run at the same time, none far ahead of the "
    "next.\n"
    "\n"
    "usage: pipeline [--help] [--version] [--manta_...]\n"
    "\n"
    "  --manta_help   lists everything that can be configured\n"
    "\n"
    "Exit codes: 0 the sum is right, 1 it is not, or Manta reported an error, 2 wrong arguments.\n";

//(begin generator)
// Yields lines one after another. Each is an object as soon as it is there.
manta::Generator<std::string> Lines(int count) {
  for (int i = 1; i <= count; ++i) co_yield "reading " + std::to_string(i);
}
//(end generator)

//(begin stage)
// Takes lines as they come, and yields their numbers. While there is none, it waits without a thread.
manta::Generator<int> Numbers(manta::RefStream<std::string> lines) {
  while (const std::optional<manta::ObjectRef<std::string>> line = co_await lines) {
    std::istringstream text(*co_await *line);
    std::string word;
    int number = 0;
    text >> word >> number;
    co_yield number;
  }
}
//(end stage)

//(begin coroutine)
manta::Coroutine<int> Total(manta::RefStream<int> numbers) {
  int total = 0;
  while (const std::optional<manta::ObjectRef<int>> number = co_await numbers) total += *co_await *number;
  co_return total;
}
//(end coroutine)

//(begin split)
std::tuple<int, int> Divide(int dividend, int divisor) { return {dividend / divisor, dividend % divisor}; }
//(end split)

int Run(int argc, char** argv) {
  example::Arguments(argc, argv).Finish();
  const manta::Runtime runtime = manta::Init(&argc, &argv);
  //(begin pipeline)
  manta::RefStream<std::string> lines = manta::Task<Lines>({.items_ahead_max = 8}).Remote(1000);
  manta::RefStream<int> numbers = manta::Task<Numbers>().Remote(std::move(lines));
  const manta::ObjectRef<int> total = manta::Task<Total>().Remote(std::move(numbers));
  //(end pipeline)
  //(begin parts)
  auto [quotient, rest] = manta::Task<Divide>().RemoteSplit(total, 1000);
  std::cout << "the sum is " << *manta::Get(total) << ": " << *manta::Get(quotient) << " thousand and "
            << *manta::Get(rest) << "\n";
  //(end parts)

  //(begin taker)
  int taken = 0;
  for (const manta::ObjectRef<std::string>& line : manta::Task<Lines>().Remote(1'000'000'000)) {
    if (++taken == 3) break;  // The stream goes, and its generator with it.
    std::cout << *manta::Get(line) << "\n";
  }
  //(end taker)
  return *manta::Get(total) == 500'500 && taken == 3 ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace

int main(int argc, char** argv) { return example::Main("pipeline", kHelp, argc, argv, Run); }

// SPDX-License-Identifier: Apache-2.0
