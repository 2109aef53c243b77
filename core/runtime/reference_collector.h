// core/runtime/reference_collector.h -- hears which objects the value refers to that this thread writes.
//
// Threads   One thread's, and the last one made is the first to go.
// Memory    What it finds lives as long as the value does.
#pragma once

#include "absl/container/flat_hash_map.h"
#include "core/base/ids.h"
#include "core/runtime/thread_state.h"

namespace manta {

class ReferenceCollector {
 public:
  ReferenceCollector() : outer_(CurrentThread().collector) { CurrentThread().collector = this; }
  ReferenceCollector(const ReferenceCollector&) = delete;
  ReferenceCollector& operator=(const ReferenceCollector&) = delete;
  ~ReferenceCollector() { CurrentThread().collector = outer_; }

  void Add(ObjectId id, SharedObject* object) { objects_.emplace(id, object); }

  // Null: the value has no such reference.
  SharedObject* Find(ObjectId id) const {
    const auto found = objects_.find(id);
    return found != objects_.end() ? found->second : nullptr;
  }

 private:
  ReferenceCollector* const outer_;
  absl::flat_hash_map<ObjectId, SharedObject*> objects_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
