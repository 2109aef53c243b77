// tests/conformance/ref_counter_model.h -- knows what any ref counter must decide.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <tuple>
#include <vector>

#include "core/base/ids.h"
#include "core/interface/ref_counter.h"

namespace manta::conformance {

class RefCounterModel {
 public:
  // Whether the counter declares kCapabilityProtects.
  explicit RefCounterModel(bool protects) : protects_(protects) {}

  // REQUIRES: the event is Complete; its object has escaped before.
  void Observe(const RefEvent& event);

  // Decided objects, the oldest first.
  std::vector<ObjectId> Decided() const;
  void Taken(ObjectId object) { objects_.erase(object); }

  bool Counts(ObjectId object) const { return objects_.contains(object); }
  std::vector<ObjectId> Counted() const;

 private:
  // What needs an object, besides this process.
  using Need = std::tuple<RefEventKind, ObjectId, uint64_t>;
  struct Entry {
    bool local = true;
    std::set<Need> needs;
    uint64_t decided_at = 0;  // 0: something needs it.
  };

  const bool protects_;
  uint64_t moment_ = 0;
  std::map<ObjectId, Entry> objects_;
};

}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
