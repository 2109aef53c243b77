#include "core/runtime/weak_cell.h"

#include <array>
#include <memory>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "core/base/ids.h"
#include "core/base/mutex.h"
#include "core/runtime/reference_watch.h"
#include "core/runtime/shared_object.h"

namespace manta {

struct WeakCell::Shard {
  Mutex mutex{"weak_cells"};
  absl::flat_hash_map<const SharedObject*, WeakCell*> cells ABSL_GUARDED_BY(mutex);
};

WeakCell::Shard& WeakCell::ShardOf(const SharedObject& object) {
  constexpr size_t kShardCount = 16;
  static auto& shards = *new std::array<Shard, kShardCount>;  // Objects may die after static destructors have run.
  return shards[reinterpret_cast<uintptr_t>(&object) / 64 % kShardCount];
}

WeakCell* WeakCell::Of(SharedObject& object) {
  Shard& shard = ShardOf(object);
  MutexLock lock(shard.mutex);
  WeakCell*& cell = shard.cells[&object];
  if (cell != nullptr) {
    ++cell->references_;
  } else {
    cell = new WeakCell(shard, object);
    object.MarkWeaklyHeld();
  }
  return cell;
}

bool WeakCell::LastReferenceGone(SharedObject& object) {
  Shard& shard = ShardOf(object);
  MutexLock lock(shard.mutex);
  const auto found = shard.cells.find(&object);
  if (found == shard.cells.end()) return false;  // All weak references have gone before.
  WeakCell& cell = *found->second;
  if (!cell.missed_ && object.BecomeCached()) {
    cell.cached_ = true;
    return true;
  }
  cell.object_ = nullptr;
  shard.cells.erase(found);
  return false;
}

void WeakCell::Retain() {
  MutexLock lock(shard_.mutex);
  ++references_;
}

void WeakCell::Release() {
  SharedObject* cached = nullptr;
  {
    MutexLock lock(shard_.mutex);
    if (--references_ > 0) return;
    if (object_ != nullptr) shard_.cells.erase(object_);
    if (cached_) cached = object_;
  }
  delete this;
  if (cached != nullptr) cached->Expire();
}

SharedObject* WeakCell::Lock() {
  SharedObject* retained = nullptr;
  SharedObject* evicted = nullptr;
  std::shared_ptr<ReferenceWatch> watch;
  ObjectId id;
  {
    MutexLock lock(shard_.mutex);
    if (object_ == nullptr) return nullptr;
    if (std::exchange(cached_, false)) {
      if (object_->Revive()) {
        retained = object_;
      } else {
        evicted = std::exchange(object_, nullptr);
        shard_.cells.erase(evicted);
      }
    } else if (object_->TryRetain()) {
      retained = object_;
    } else if (object_->counted()) {
      // Stored objects may need it. It clears this cell before the watch goes, so the watch is there.
      watch = object_->shell().watch()->shared_from_this();
      id = object_->id();
    } else {
      missed_ = true;
    }
  }
  // Without the lock: the ref counter is told.
  if (evicted != nullptr) evicted->Expire();
  if (retained != nullptr) retained->RetainTried();
  return watch != nullptr ? watch->Find(id) : retained;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
