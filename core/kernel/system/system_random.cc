#include "core/kernel/system/system_random.h"

#include <glog/logging.h>
#include <pthread.h>
#include <sys/random.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <cerrno>
#include <cstring>

namespace manta {
namespace {

// Grows in each forked child; a generator of an older generation is the parent's and must not be used.
constinit std::atomic<uint32_t> fork_generation = 1;

struct Generator {
  uint64_t state[4];
  uint32_t seeded_in;  // The fork_generation in which `state` was drawn; 0: never.
};
constinit thread_local Generator generator = {};

void Seed(Generator& seeded, uint32_t generation) {
  auto* out = reinterpret_cast<std::byte*>(seeded.state);
  size_t missing = sizeof(seeded.state);
  while (missing > 0) {
    const ssize_t drawn = getrandom(out, missing, 0);
    PCHECK(drawn > 0 || errno == EINTR) << "getrandom gives no bytes";
    if (drawn <= 0) continue;
    out += drawn;
    missing -= static_cast<size_t>(drawn);
  }
  // The one state that the generator cannot leave; it is as likely as any other, that is, not at all.
  if (std::ranges::all_of(seeded.state, [](uint64_t word) { return word == 0; })) seeded.state[0] = 1;
  seeded.seeded_in = generation;
}

uint64_t Draw() {
  Generator& own = generator;
  const uint32_t generation = fork_generation.load(std::memory_order_relaxed);
  if (own.seeded_in != generation) [[unlikely]] {
    Seed(own, generation);
  }
  uint64_t* const s = own.state;
  const uint64_t result = std::rotl(s[1] * 5, 7) * 9;
  const uint64_t shifted = s[1] << 17;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= shifted;
  s[3] = std::rotl(s[3], 45);
  return result;
}

}  // namespace

SystemRandom::SystemRandom() {
  static const int registered = pthread_atfork(nullptr, nullptr, [] { fork_generation.fetch_add(1); });
  CHECK_EQ(registered, 0) << "pthread_atfork failed: forked children would draw the parent's numbers";
}

uint64_t SystemRandom::Next() { return Draw(); }

void SystemRandom::Fill(std::span<std::byte> bytes) {
  while (!bytes.empty()) {
    const uint64_t drawn = Draw();
    const size_t count = std::min(bytes.size(), sizeof(drawn));
    std::memcpy(bytes.data(), &drawn, count);
    bytes = bytes.subspan(count);
  }
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
