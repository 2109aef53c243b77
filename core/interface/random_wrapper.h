// core/interface/random_wrapper.h -- forwards to another source of random bits; a subclass changes what it wants.
//
//   class CountedRandom final : public RandomWrapper {  // How many words does this code draw?
//    public:
//     using RandomWrapper::RandomWrapper;
//     uint64_t Next() override { return ++drawn_count, RandomWrapper::Next(); }
//     uint64_t drawn_count = 0;
//   };
//
// Memory    The inner source is not owned and outlives the wrapper.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/interface/random.h"

namespace manta {

class RandomWrapper : public Random {
 public:
  explicit RandomWrapper(Random& inner) : inner_(inner) {}

  uint64_t Next() override { return inner_.Next(); }
  void Fill(std::span<std::byte> bytes) override { inner_.Fill(bytes); }

 protected:
  Random& inner() const { return inner_; }

 private:
  Random& inner_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
