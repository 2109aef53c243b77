// tests/support/counting_actor.h -- is the actor that tests call: it counts, and fails when it is asked to.
#pragma once

#include <stdexcept>

namespace manta {

class CountingActor {
 public:
  explicit CountingActor(int start = 0) : count_(start) {}
  int Add(int amount) { return count_ += amount; }
  int Fail() { throw std::runtime_error("method"); }
  int count() const { return count_; }

 private:
  int count_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
