#include "core/simulation/each_seed.h"

#include <signal.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "core/base/text.h"
#include "glog/logging.h"

namespace manta {
namespace {

constexpr std::array kDeadly = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL};

volatile uint64_t seed_at_risk = 0;

// Async-signal-safe.
void Write(std::string_view text) { [[maybe_unused]] const ssize_t written = write(2, text.data(), text.size()); }

void TellSeed(int signal_number) {
  char digits[20];
  const char* const end = std::to_chars(digits, digits + sizeof(digits), seed_at_risk).ptr;
  const std::string_view seed(digits, static_cast<size_t>(end - digits));
  Write("manta: the process ended in seed ");
  Write(seed);
  Write("; replay it with MANTA_SEED=");
  Write(seed);
  Write(", or: manta replay --seed=");
  Write(seed);
  Write(" -- PROGRAM\n");
  signal(signal_number, SIG_DFL);
  raise(signal_number);
}

// As long as it lives a crash tells the seed.
class TellsSeed {
 public:
  TellsSeed() {
    for (size_t i = 0; i < kDeadly.size(); ++i) {
      struct sigaction action = {};
      action.sa_handler = &TellSeed;
      action.sa_flags = SA_NODEFER | SA_ONSTACK;
      sigaction(kDeadly[i], &action, &before_[i]);
    }
  }
  ~TellsSeed() {
    for (size_t i = 0; i < kDeadly.size(); ++i) sigaction(kDeadly[i], &before_[i], nullptr);
  }

 private:
  std::array<struct sigaction, kDeadly.size()> before_;
};

std::optional<uint64_t> NumberFrom(const char* variable) {
  const char* const value = std::getenv(variable);
  if (value == nullptr || *value == '\0') return std::nullopt;
  const std::string_view text(value);
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  CHECK(error == std::errc() && end == text.data() + text.size())
      << variable << " is " << Quoted(text) << ", and should be a number from 0 to 18446744073709551615";
  return number;
}

}  // namespace

SeedsRun RunEachSeed(const Seeds& seeds, const std::function<std::string(uint64_t seed)>& run) {
  const std::optional<uint64_t> only = NumberFrom("MANTA_SEED");
  const uint64_t count = only.has_value() ? 1 : NumberFrom("MANTA_SEEDS").value_or(seeds.count);
  const TellsSeed tells;
  SeedsRun result;
  for (uint64_t i = 0; i < count; ++i) {
    const uint64_t seed = only.value_or(seeds.first_seed + i);
    seed_at_risk = seed;
    std::string failure = run(seed);
    ++result.run_count;
    if (failure.empty()) continue;
    std::fprintf(
        stderr, "manta: seed %llu fails: %s; replay it with MANTA_SEED=%llu, or: manta replay --seed=%llu -- PROGRAM\n",
        static_cast<unsigned long long>(seed), failure.c_str(), static_cast<unsigned long long>(seed),
        static_cast<unsigned long long>(seed));
    result.failing_seed = seed;
    result.failure = std::move(failure);
    break;
  }
  return result;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
