// plugins/object_store/tiered/tiers.h -- moves the objects of a tiered store between memory and disk.
//
// Memory is given out in turn: who finds none waits in a queue, and the first in it writes files until there is enough.
// So a large object is not overtaken for ever by small ones, and files are written one after the other. Nobody waits
// for a pin: when all that is in memory is open or pinned, there is no room, and that is said at once.
//
// Threads   Methods are called under `mutex`, the lock of the whole store, and may leave it meanwhile where they say
//           so. I/O runs on the thread that needs it, without the lock; one thread more spills ahead while memory is
//           fuller than spill_at_percent. Waiting is Executor::Park.
// Memory    4 MiB of buffers for the file being written, for each object being read, and for each of the four files at
//           most that are read ahead; 8 MiB are kept.
// Errors    kResourceExhausted: no room; kUnavailable: none, since the disk takes no more; kDataLoss: an object is not
//           readable on disk; and what the inner store says.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/ids.h"
#include "core/base/mutex.h"
#include "core/interface/eviction.h"
#include "core/interface/eviction_order.h"
#include "core/interface/host.h"
#include "core/interface/object_store.h"
#include "plugins/object_store/tiered/direct_buffer.h"
#include "plugins/object_store/tiered/kept_readers.h"
#include "plugins/object_store/tiered/spill_directory.h"
#include "plugins/object_store/tiered/spill_metrics.h"
#include "plugins/object_store/tiered/tiered_object.h"

namespace manta {

struct TierLimits {
  uint64_t disk_bytes_max = uint64_t{32} << 30;  // Sizes of all files.
  uint64_t file_bytes = uint64_t{64} << 20;      // What is written at a time, but at most an eighth of the memory.
  uint32_t spill_at_percent = 80;                // Of the memory; from 100 on nothing is spilled ahead.
};

// Memory of the inner store: its object there, open, and the data.
struct Room {
  ObjectId inner_id;
  std::span<std::byte> data;
};

class Tiers {
 public:
  // What the tiers ask of the store above them, under the lock.
  class Owner {
   public:
    // The object in the store's table, or null.
    virtual TieredObjectPtr FindInTable(ObjectId id) = 0;

    // Gives up one cached object. False: there is none.
    virtual bool EvictOne() = 0;

   protected:
    ~Owner() = default;
  };

  // All parts are there; `host` and `owner` outlive the tiers.
  Tiers(const Host& host, const TierLimits& limits, std::unique_ptr<ObjectStore> memory,
        std::unique_ptr<EvictionPolicy> spilling, std::unique_ptr<SpillDirectory> directory, Owner& owner);
  ~Tiers();

  // Starts spilling ahead. Stop is called before the owner's table goes. [blocks]
  void Start() ABSL_LOCKS_EXCLUDED(mutex);
  void Stop() ABSL_LOCKS_EXCLUDED(mutex);

  // The store's lock.
  Mutex mutex{"tiered_store"};

  // Memory for an object, if there is some and nobody waits for it.
  absl::StatusOr<Room> TryRoom(ObjectId id, uint64_t size_bytes, std::span<const std::byte> metadata)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);

  // Waits for its turn, and spills until there is room. Unlocks meanwhile.
  absl::StatusOr<Room> WaitForRoom(ObjectId id, uint64_t size_bytes, std::span<const std::byte> metadata)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);

  // Makes an object's memory readable: it is sealed and pinned in the inner store, and has a view.
  absl::Status Seal(TieredObject& object) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);

  // Brings a kRestoring object's bytes into memory, sealed. Unlocks meanwhile; the object may be gone then. After an
  // error it may hold memory.
  absl::Status ReadBack(const TieredObjectPtr& object) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);

  // Tells the policy of an object that is in memory, and no longer. (Pins: Use and Unpin of `spillable`, if it knows
  // it.)
  void MakeSpillable(TieredObject& object) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  void KeepFromSpilling(TieredObject& object) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  EvictionOrder& spillable() { return spillable_; }

  // Frees what an object has there, if it has. The last object's file is removed by Sweep.
  void FreeMemory(TieredObject& object) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  void LeaveFile(TieredObject& object) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);

  // An object that is read back was deleted, and its memory will be free when that thread comes back.
  void AddDying(int count) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);

  // Wakes the thread that spills ahead, if it has something to do.
  void WakeSpiller() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);

  // The calling thread, to be woken.
  StoreWaiter NewWaiter() const { return {.thread = executor_.Self()}; }

  // Waits until Wake; unlocks meanwhile.
  void Wait(StoreWaiter& waiter) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  void Wake(StoreWaiter& waiter) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);

  // Removes the files and readers that nobody needs any more. [blocks]
  void Sweep() ABSL_LOCKS_EXCLUDED(mutex);

  SpillMetrics& metrics() { return metrics_; }

 private:
  // What leaves memory next: each list is one file; `freed_bytes` left at once, since they had one.
  struct Chosen {
    std::vector<std::vector<TieredObjectPtr>> files;
    uint64_t freed_bytes = 0;
  };

  absl::StatusOr<Room> AskMemory(ObjectId id, uint64_t size_bytes, std::span<const std::byte> metadata)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  absl::StatusOr<Room> MakeRoom(StoreWaiter& turn, ObjectId id, uint64_t size_bytes,
                                std::span<const std::byte> metadata) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  std::string Needs(ObjectId id, uint64_t charge_bytes) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  absl::Status NoRoom(ObjectId id, uint64_t charge_bytes, const absl::Status& why) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  absl::Status NoDisk(ObjectId id, uint64_t charge_bytes, const absl::Status& why) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);

  // Has the policy choose objects of `bytes`, or one batch if that is more. They are kSpilling, or already kDisk.
  Chosen Choose(uint64_t bytes) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);

  // Has the policy choose one object; null: it has none. Afterwards the policy does not know it.
  TieredObjectPtr ChooseOne() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);

  // Frees the memory of one object that has a file already: for that the disk need not work. False: none was found.
  bool FreeWithoutWriting() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);

  // Writes what was chosen; after the first error the rest stays in memory. Unlocks meanwhile. REQUIRES: !spilling_.
  absl::Status Spill(Chosen chosen) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  absl::Status SpillToOneFile(const std::vector<TieredObjectPtr>& objects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  void NoteSpilled(const absl::Status& spilled) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  void KeepInMemory(TieredObject& object) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  void Doom(const SpilledFile& file) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);

  // As ReadBack, with that reader, or a new one if there is none. `unreadable`: it is the reader that failed.
  absl::Status ReadBackBy(std::unique_ptr<SpillReader>& reader, uint64_t ahead_end, const TieredObjectPtr& object,
                          bool* unreadable) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);

  void SpillAhead() ABSL_LOCKS_EXCLUDED(mutex);
  bool ShouldSpillAhead() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  void WakeFirst() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);

  const Host& host_;
  Executor& executor_;
  const TierLimits limits_;
  SpillMetrics metrics_;
  const std::unique_ptr<ObjectStore> memory_;
  const uint64_t memory_capacity_bytes_;
  const uint64_t batch_bytes_;
  const std::unique_ptr<SpillDirectory> directory_;
  DirectBuffers buffers_;
  Owner& owner_;
  EvictionOrder spillable_;

  uint64_t memory_bytes_ ABSL_GUARDED_BY(mutex) = 0;       // Charges in the inner store.
  uint64_t last_inner_ ABSL_GUARDED_BY(mutex) = 0;         // Sequence of the last inner id.
  int64_t dying_count_ ABSL_GUARDED_BY(mutex) = 0;         // AddDying.
  std::deque<StoreWaiter*> queue_ ABSL_GUARDED_BY(mutex);  // Who waits for memory; the first makes it.
  bool spilling_ ABSL_GUARDED_BY(mutex) = false;           // Files are being written.

  uint64_t disk_bytes_ ABSL_GUARDED_BY(mutex) = 0;   // Of files that are there or being written.
  bool disk_failed_ ABSL_GUARDED_BY(mutex) = false;  // The last file could not be written; logged.
  KeptReaders readers_ ABSL_GUARDED_BY(mutex);
  std::vector<std::string> doomed_ ABSL_GUARDED_BY(mutex);
  std::atomic<bool> has_litter_{false};  // Something for Sweep.

  StoreWaiter spiller_ ABSL_GUARDED_BY(mutex);
  bool spiller_runs_ ABSL_GUARDED_BY(mutex) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex) = false;
  int64_t spill_ahead_after_ns_ ABSL_GUARDED_BY(mutex) = 0;  // Not before: the disk refused. 0: at any time.
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
