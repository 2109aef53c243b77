// core/runtime/weak_cell.h -- finds an object again as long as somebody else keeps it.
//
// An object whose last reference goes is destroyed at once, memory and all. A weak reference therefore points to a cell
// beside the object, which the object clears before it goes. Objects that nobody holds weakly know nothing of cells.
//
// A value that lies in the store may stay there for weak references alone: it is cached, and the store gives it up when
// it needs room. Then the cell keeps the object's block, until it is locked, or the last weak reference goes.
//
//   kept --last reference--> cleared | cached        cached --Lock--> kept, or cleared: it was given up
//                                                    cached --last weak reference--> gone
//
// Threads   [any-thread].
// Memory    One cell for all weak references to one object; freed with the last of them.
// Cost      A lock that few share, for each call; of cached ones the store's besides.
//
// Why it is correct: an object that dies clears its cell, under the cell's lock, after its count has fallen to 0 and
// before anything else. So under the lock a cell that is not cleared points to memory that is there, and the count says
// whether there is a reference left to follow; if there is none, and the object is counted by a ref counter, the watch
// says whether it lives (reference_watch.h). A cached object's count is 0, and only who holds the lock changes that.
// What was not found once is never found again: who looks in the moment between the last reference and the lock leaves
// a mark, and then it is not cached.
#pragma once

#include <cstdint>

namespace manta {

class SharedObject;

class WeakCell {
 public:
  // The object's cell, with a reference for the caller, who has one to the object.
  static WeakCell* Of(SharedObject& object);

  // By the object itself, once its count is 0. False: from here on nobody finds it. True: it is cached, and stays.
  static bool LastReferenceGone(SharedObject& object);

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
  bool cached_ = false;
  bool missed_ = false;  // Lock has found no reference any more.
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
