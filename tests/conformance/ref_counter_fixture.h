// tests/conformance/ref_counter_fixture.h -- gives each test a ref counter, and checks its books after.
//
// Shapes    Tests tell events through the fixture, which tells the model, too. After the test the decisions that are
//           left must be the model's; then every object dies, and nothing may be known.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "core/base/ids.h"
#include "core/interface/ref_counter.h"
#include "gtest/gtest.h"
#include "tests/conformance/ref_counter_model.h"
#include "tests/conformance/support/suite_host.h"

namespace manta::conformance {

constexpr uint64_t kThisWorker = 7;

constexpr ObjectId Object(uint64_t number) { return ObjectId(kThisWorker, number, 0); }

// What each kind needs, with other processes numbered from 100.
RefEvent Event(RefEventKind kind, uint64_t object, uint64_t other = 0);

// Whether the plugin declares it.
bool Declares(uint64_t capability);

// A counter and the world it lives in. Those of one seed live in equal worlds.
class OwnRefCounter {
 public:
  OwnRefCounter();

  RefCounter& operator*() const { return *counter_; }
  RefCounter* operator->() const { return counter_.get(); }

 private:
  std::unique_ptr<SuiteHost> host_;
  std::unique_ptr<RefCounter> counter_;  // Dies before its host.
};

class RefCounterConformance : public testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;

  RefCounter& counter() { return *counter_; }

  // REQUIRES: kEscaped is the first of an object.
  void Observe(RefEventKind kind, uint64_t object, uint64_t other = 0);
  void Observe(const std::vector<RefEvent>& events);

  // What the counter lists, as "kind object other xcount": "3 2 11 x1".
  std::vector<std::string> List();

  // Takes at most `count_max` decisions; each must be one for this process.
  std::vector<ObjectId> Take(uint64_t count_max = 100);

 private:
  OwnRefCounter counter_;
  RefCounterModel model_{Declares(RefCounter::kCapabilityProtects)};
};

}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
