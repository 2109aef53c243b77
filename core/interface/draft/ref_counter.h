// core/interface/draft/ref_counter.h -- decides when an object that has escaped may die.
//
// Draft: no promise yet. Inside a process a reference is counted in its object's own state. The ref counter hears
// of an object only when it escapes: when a reference crosses a process, or is stored inside another object.
//
// Shapes    Events in, decisions out (through the listener); no threads, clocks or sockets.
// Threads   [one-at-a-time].
// Memory    Bookkeeping only; objects belong to the store.
// Errors    Only the codes named below.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "core/base/ids.h"

namespace manta::draft {

// Is told what the counter decides.
class RefListener {
 public:
  // Nothing refers to `id` any more: the object may be freed.
  virtual void OnUnreferenced(ObjectId id) = 0;

 protected:
  ~RefListener() = default;
};

class RefCounter {
 public:
  static constexpr std::string_view kInterfaceName = "ref_counter";

  // Capability: hears of every object, not only of those that escape.
  static constexpr uint64_t kCapabilityObservesAll = 1;

  virtual ~RefCounter() = default;

  // Starts to count an object that this process owns, with one local reference.
  //   kAlreadyExists  it is counted already.
  virtual absl::Status Own(ObjectId id) = 0;

  // One more, or one fewer, local reference.
  //   kNotFound  the object is not counted here.
  virtual absl::Status AddLocal(ObjectId id) = 0;
  virtual absl::Status RemoveLocal(ObjectId id) = 0;

  // `outer` holds a reference to `inner` from now on, until `outer` dies.
  //   kNotFound  one of them is not counted here.
  virtual absl::Status Contain(ObjectId outer, ObjectId inner) = 0;
};

}  // namespace manta::draft

// SPDX-License-Identifier: Apache-2.0
