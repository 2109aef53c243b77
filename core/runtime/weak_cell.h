// core/runtime/weak_cell.h -- finds an object again as long as somebody else keeps it.
//
// An object whose last reference goes is destroyed at once, memory and all. A weak reference therefore points to a cell
// beside the object, which the object clears before it goes. Objects that nobody holds weakly know nothing of cells.
//
// Threads   [any-thread].
// Memory    One cell for all weak references to one object; freed with the last of them.
// Cost      A lock that few share, for each call.
//
// Why it is correct: an object that dies clears its cell, under the cell's lock, after its count has fallen to 0 and
// before anything else. So under the lock a cell that is not cleared points to memory that is there, and the count says
// whether there is a reference left to follow; if there is none, and the object is counted by a ref counter, the watch
// says whether it lives (reference_watch.h).
#pragma once

#include <cstdint>

namespace manta {

class SharedObject;

class WeakCell {
 public:
  // The object's cell, with a reference for the caller, who has one to the object.
  static WeakCell* Of(SharedObject& object);

  // By the object itself, once its count is 0.
  static void Clear(SharedObject& object);

  WeakCell(const WeakCell&) = delete;
  WeakCell& operator=(const WeakCell&) = delete;

  void Retain();
  void Release();

  // The object with a new reference for the caller; null: it is gone.
  SharedObject* Lock();

 private:
  struct Shard;
  WeakCell(Shard& shard, SharedObject& object) : shard_(shard), object_(&object) {}

  static Shard& ShardOf(const SharedObject& object);

  Shard& shard_;  // Guards the rest.
  SharedObject* object_;
  uint64_t references_ = 1;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
