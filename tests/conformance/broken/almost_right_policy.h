// tests/conformance/broken/almost_right_policy.h -- a right eviction policy, for broken ones to spoil in one method.
#pragma once

#include "core/interface/eviction_wrapper.h"
#include "tests/support/fifo_policy.h"

namespace manta::conformance {

class AlmostRightPolicy : public EvictionPolicyWrapper {
 public:
  AlmostRightPolicy() : EvictionPolicyWrapper(fifo_) {}

 private:
  FifoPolicy fifo_;
};

}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
