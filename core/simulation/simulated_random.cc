#include "core/simulation/simulated_random.h"

namespace manta {

uint64_t SimulatedRandom::Next() {
  constexpr uint64_t kStep = 0x9e3779b97f4a7c15;
  uint64_t z = state_.fetch_add(kStep, std::memory_order_relaxed) + kStep;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
  z = (z ^ z >> 27) * 0x94d049bb133111eb;
  return z ^ z >> 31;
}

void SimulatedRandom::Fill(std::span<std::byte> bytes) {
  uint64_t word = 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    word = i % 8 == 0 ? Next() : word >> 8;
    bytes[i] = static_cast<std::byte>(word);
  }
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
