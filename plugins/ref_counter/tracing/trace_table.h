// plugins/ref_counter/tracing/trace_table.h -- remembers of each observed object who made it, and whose code holds it
// since when.
//
// A reference is somebody's who got it (kMade, kLocalAdded), or the runtime's when nobody wrote that down in the
// program: arguments and queues, which hand references on. One that is dropped is taken from the runtime's, if there
// are any; else it is the own one of who drops it; else it was handed on, and is taken from other code, who got its
// latest one first. So an object's references are counted exactly, and when the runtime holds none any more, each is
// with who got it, unless it was handed on past the runtime.
//
//   TraceTable table({.objects_max = 1000, .holders_max = 16});
//   table.Hear(event, clock.NowNs());
//   table.AppendFacts(facts);
//
// Threads   [one-at-a-time].
// Memory    At most objects_max objects; of each 222 to 374 bytes with its first holder, and 57 for each further one
//           and each container, at most holders_max of either. Holders beyond are counted with the runtime; containers
//           beyond are left out.
// Cost      Hear: O(holders of the object). AppendFacts: O(all that is known).
#pragma once

#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "core/base/ids.h"
#include "core/interface/ref_counter.h"

namespace manta {

struct TraceLimits {
  uint64_t objects_max = 65'536;
  uint64_t holders_max = 16;
};

class TraceTable {
 public:
  explicit TraceTable(const TraceLimits& limits) : limits_(limits) {}

  // What an event says of an observed object; what is not about one changes nothing. REQUIRES: Complete(event).
  void Hear(const RefEvent& event, int64_t now_ns);

  // The object is unknown from now on.
  void Forget(ObjectId object);

  // kMade, kLocalAdded and kNested, of each object side by side; in no order.
  void AppendFacts(std::vector<RefFact>& facts) const;

  // Whether it is known that `outer` contains `object`.
  bool Contains(ObjectId outer, ObjectId object) const;

  // The objects that contain it, as far as they are known.
  std::vector<ObjectId> ContainersOf(ObjectId object) const;

  uint64_t object_count() const { return traces_.size(); }
  uint64_t unescaped_count() const { return traces_.size() - escaped_count_; }
  uint64_t passed_over_count() const { return passed_over_count_; }  // Made when there was no room.

 private:
  struct Held {
    ObjectId by = {};  // Nil: the main part, or the runtime.
    bool runtime = false;
    const char* site_file = nullptr;
    uint32_t site_line = 0;
    int64_t since_ns = 0;
    uint64_t count = 1;
  };
  struct Trace {
    Held made;  // Its count says nothing.
    uint64_t size_bytes = 0;
    bool escaped = false;
    std::vector<Held> holders;     // Who got its latest one first comes first.
    std::vector<Held> containers;  // In the order of their coming.
  };

  void Make(const RefEvent& event, int64_t now_ns);
  void Add(Trace& trace, const RefEvent& event, int64_t now_ns) const;
  static void Drop(Trace& trace, ObjectId by);
  void Nest(Trace& trace, const RefEvent& event, int64_t now_ns) const;

  const TraceLimits limits_;
  absl::flat_hash_map<ObjectId, Trace> traces_;
  uint64_t escaped_count_ = 0;  // Of traces_.
  uint64_t passed_over_count_ = 0;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
