// core/runtime/value_router.h -- decides where a value lies: in its object's block, or in the object store as bytes.
//
//   value                                             where
//   an Array or Buffer that was built in the store    stays there; its object holds a view, and moving it is O(1)
//   the same in a store that spills                   stays there, and may be spilled while nobody looks at it
//   any other value                                   native: in its object's block, charged to the memory budget
//   large native values when the budget is short      the coldest that nobody looks at are written into the store
//   strict (NativeValues::kNever): every value        in the store, by the configured serializer
//
// A value in the store is made again when somebody asks for it, and lives as long as somebody looks at it. That never
// fails for want of budget: it is charged if there is room.
//
// What a native value takes is estimated in constant time: its block, and what it owns besides (owned_bytes.h). Blocks,
// with what small values own, are added up where objects are counted and charged now and then, all at once; that never
// fails. A value that owns NativeCharge::kBytesMin or more is charged when it is published, and is an error when there
// is no room within put_timeout (room.h). Only these can be moved into the store: of others the block is most, and it
// stays.
//
// Which are cold: each list is a clock. A value that was read since the hand came by last gets a second chance.
//
// Threads   [any-thread]; Attach and Detach are the runtime's. No lock is held while values are written or read.
// Memory    Objects in the store and charged values keep the router, and with it the store and all that it needs.
// Errors    OUT_OF_MEMORY names the limit; OUT_OF_DISK holds what the store's disk said; LOCAL_ONLY; SERIALIZATION;
//           OBJECT_LOST when the store has lost a value.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/atomics.h"
#include "core/base/error.h"
#include "core/base/ids.h"
#include "core/base/intrusive_list.h"
#include "core/base/mutex.h"
#include "core/interface/memory_budget.h"
#include "core/runtime/built_bytes.h"
#include "core/runtime/memory_watch.h"
#include "core/runtime/native_charge.h"
#include "core/runtime/room.h"
#include "core/runtime/runtime_shell.h"
#include "core/runtime/stored_object.h"
#include "core/runtime/stored_value.h"

namespace manta {

class ReferenceWatch;
struct ValueType;

enum class NativeValues : uint32_t { kPrefer = 1, kNever = 2 };

struct RoutingParts {
  StoredValueParts stored;
  std::shared_ptr<MemoryBudget> budget = nullptr;  // Null: there is no limit.
  std::shared_ptr<MemoryWatch> watch = nullptr;    // The budget, if it is one. Null: nobody waits for room.
  bool store_spills = false;                       // ObjectStore::kCapabilitySpill.
};

struct RoutingLimits {
  NativeValues native_values = NativeValues::kPrefer;
  uint64_t inline_bytes_max = 100 << 10;  // Arrays below it are built on the heap.
  int64_t put_timeout_ns = 0;             // How long what finds no room waits for some.
};

// What lies where, and how often that has changed.
struct RoutingCounts {
  uint64_t charged_bytes = 0;   // Of large native values.
  int64_t stored_count = 0;     // Objects whose value is in the store.
  int64_t stored_bytes = 0;     // Their data there.
  uint64_t migrated_count = 0;  // Native values that were moved into the store.
  uint64_t restored_count = 0;  // Values that were made of their bytes again.
  RoomCounts room = {};
};

class ValueRouter : public std::enable_shared_from_this<ValueRouter> {
 public:
  ValueRouter(RoutingParts parts, const RoutingLimits& limits);
  ValueRouter(const ValueRouter&) = delete;
  ValueRouter& operator=(const ValueRouter&) = delete;
  ~ValueRouter();

  // With a store that waits for room, and tells those who wait.
  const StoredValueParts& stored() const { return stored_; }
  bool store_spills() const { return parts_.store_spills; }

  // Null: nobody waits.
  MemoryWatch* watch() const { return room_->watch(); }
  const RoutingLimits& limits() const { return limits_; }

  // The runtime, which this router is for alone, starts to make objects; it will make no more.
  void Attach(RuntimeShell& shell);
  void Detach();

  // Charges or gives back what all blocks together take now.
  void SettleBlocks();

  // Charges a native value that is about to be published, and will be `movable` then. Null: done.
  ErrorPtr Charge(SharedObject& object, NativeCharge** charge, uint64_t bytes, bool movable);

  // Its object dies, or lets go of the value: nobody begins to move it any more.
  static void Forget(NativeCharge& charge);

  // Writes a value into the store as the object `id`. Null: see `error`, which names the task of `owner`.
  std::shared_ptr<StoredObject> Store(SharedObject& owner, ObjectId id, const ValueType& type, const void* value,
                                      ErrorPtr* error);

  // The value of `owner` is what was built in the store. REQUIRES: that is valid.
  std::shared_ptr<StoredObject> Keep(SharedObject& owner, BuiltBytes built);

  // Takes memory for a value from the budget, moving others if need be. Not ok: there is no room. Ok and 0: there will
  // be, since other threads are making some.
  absl::StatusOr<uint64_t> Reserve(uint64_t bytes);
  void GiveBack(uint64_t bytes) noexcept;

  // Calls `visit` for charged values, at most `visited_max` of each list; returns how many there are. Their objects
  // live meanwhile.
  template <typename Visit>
  uint64_t EachCharged(uint64_t visited_max, Visit visit) {
    uint64_t count = 0;
    for (Clock& clock : clocks_) {
      MutexLock lock(clock.mutex);
      count += clock.count;
      uint64_t left = visited_max;
      clock.charges.EachUntil([&](NativeCharge& charge) {
        if (left-- == 0) return false;
        visit(charge);
        return true;
      });
    }
    return count;
  }

  // The same for values in the store.
  void AddStored(StoredObject& stored);
  void RemoveStored(StoredObject& stored);
  template <typename Visit>
  void EachStored(Visit visit) {
    for (StoredList& list : stored_lists_) {
      MutexLock lock(list.mutex);
      list.objects.Each(visit);
    }
  }

  // What an object is that the store or the serializer refused.
  static ErrorPtr ErrorFor(const absl::Status& status);

  RoutingCounts counts() const;
  void CountStored(int64_t objects, int64_t bytes) {
    stored_count_.fetch_add(objects, std::memory_order_relaxed);
    stored_bytes_.fetch_add(bytes, std::memory_order_relaxed);
  }
  void CountRestored() { restored_count_.fetch_add(1, std::memory_order_relaxed); }

 private:
  enum class Moved { kRoomMade, kNothingWon, kNothingLeft, kOthersMove };

  struct alignas(64) Clock {
    Mutex mutex{"value_router.clock"};
    IntrusiveList<NativeCharge> charges ABSL_GUARDED_BY(mutex);  // The hand is at the back.
    uint64_t count ABSL_GUARDED_BY(mutex) = 0;
  };

  struct alignas(64) StoredList {
    Mutex mutex{"value_router.stored"};
    IntrusiveList<StoredObject> objects ABSL_GUARDED_BY(mutex);
  };

  // A value to be moved, pinned, and taken out of its list; with a reference to its object.
  struct Victim {
    NativeCharge* charge = nullptr;
    std::shared_ptr<const void> value = nullptr;
    std::shared_ptr<ReferenceWatch> watch = nullptr;  // Not null: the reference is still to be had, from there.
    ObjectId id = {};
  };

  Clock& ClockOf(const NativeCharge& charge) { return clocks_[charge.shard]; }
  Victim TakeColdest();
  Victim TakeColdest(Clock& clock);
  void PutBack(NativeCharge& charge);
  bool RoomFor(uint64_t bytes) const;
  bool EvictCached(uint64_t bytes);
  // `disk`: why the store took nothing, if its disk takes no more.
  Moved MoveOne(ErrorPtr* disk);
  Moved Move(Victim victim, ErrorPtr* disk);
  std::shared_ptr<StoredObject> StoreIn(std::shared_ptr<ObjectStore> store, SharedObject& owner, ObjectId id,
                                        const ValueType& type, const void* value, ErrorPtr* error);

  const RoutingParts parts_;
  const std::shared_ptr<Room> room_;
  const StoredValueParts stored_;
  const RoutingLimits limits_;
  std::array<Clock, RuntimeShell::kShardCount> clocks_;
  std::array<StoredList, RuntimeShell::kShardCount> stored_lists_;
  Atomic<uint64_t> scratch_count_{0};  // Ids of objects that were made in order to evict others.
  Atomic<uint32_t> next_clock_{0};
  Atomic<uint32_t> moving_count_{0};  // Values that are being written now.
  Atomic<bool> moving_helps_{true};   // What was moved last made room.

  Atomic<uint64_t> charged_bytes_{0};
  Atomic<int64_t> stored_count_{0};
  Atomic<int64_t> stored_bytes_{0};
  Atomic<uint64_t> migrated_count_{0};
  Atomic<uint64_t> restored_count_{0};

  Mutex settle_mutex_{"value_router.settle"};
  RuntimeShell* shell_ ABSL_GUARDED_BY(settle_mutex_) = nullptr;
  uint64_t block_bytes_ ABSL_GUARDED_BY(settle_mutex_) = 0;  // Charged for blocks.
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
