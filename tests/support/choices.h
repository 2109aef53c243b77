// tests/support/choices.h -- decides what a generator makes: from a seed, or from the bytes of a fuzz input.
//
// Threads   One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace manta {

class Choices {
 public:
  virtual ~Choices() = default;

  // A number below `limit`; any number when that is 0. What has run dry gives 0 for ever, the plainest choice.
  virtual uint64_t Below(uint64_t limit) = 0;

  bool OneIn(uint64_t count) { return Below(count) == count - 1; }
};

// The same seed gives the same numbers on every machine (splitmix64).
class SeededChoices final : public Choices {
 public:
  explicit SeededChoices(uint64_t seed) : state_(seed) {}

  uint64_t Below(uint64_t limit) override {
    uint64_t mixed = state_ += 0x9e3779b97f4a7c15u;
    mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9u;
    mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111ebu;
    mixed ^= mixed >> 31;
    return limit == 0 ? mixed : mixed % limit;
  }

 private:
  uint64_t state_;
};

// Takes as many bytes as the limit has: a fuzzer that changes one changes one choice.
class ByteChoices final : public Choices {
 public:
  explicit ByteChoices(std::span<const std::byte> bytes) : bytes_(bytes) {}

  uint64_t Below(uint64_t limit) override {
    uint64_t number = 0;
    for (uint64_t rest = limit - 1; rest != 0 && !bytes_.empty(); rest >>= 8) {
      number = number << 8 | static_cast<uint8_t>(bytes_.front());
      bytes_ = bytes_.subspan(1);
    }
    return limit == 0 ? number : number % limit;
  }

 private:
  std::span<const std::byte> bytes_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
