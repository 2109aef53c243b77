// plugins/object_store/tiered/tiered_object.h -- one object of a tiered store: where its bytes are, and who works on
// that.
//
// Places, and why each step is right. The store's lock is held at each step, and at no read or write of a file.
//
//   place       memory  file   who may see the bytes
//   kMemory      yes     no    readers
//   kSpilling    yes     no    readers, and the one thread that writes files
//   kBoth        yes     yes   readers; both are the same, since sealed objects never change
//   kDisk        no      yes   nobody
//   kRestoring   some    yes   the thread that reads it back; other Gets wait for that thread
//
//   - kMemory to kSpilling: the policy chose it, so it is sealed and has no pin. Its memory stays: no Get waits.
//   - kSpilling to kDisk: the file is whole and synced, and nobody pinned it meanwhile. Only now memory is given up.
//   - kSpilling to kBoth: somebody pinned it meanwhile. Its memory must stay; giving it up later costs no write.
//   - kSpilling to kMemory: the file failed, or it was deleted and is pinned. Nothing had been given up.
//   - kBoth to kDisk: the policy chose it again, and it has no pin. The file is as good as it was.
//   - kBoth to kMemory: it was deleted and is pinned. Nobody will ask for it again, so the file is of no use.
//   - kDisk to kRestoring: the first Get. It has no pin, and no policy chooses it.
//   - kRestoring to kBoth: the checksum was right. In the same step it gets the pins of all who wait: nobody can choose
//     it again before they have seen it.
//   - kRestoring to kDisk: there was no memory, or the file could not be read. All who wait are told; the file stays.
//
// Delete and eviction take an object out of the table at once, in any place. If a thread works on it (kSpilling,
// kRestoring), `gone` tells that thread to give up memory and file when it comes back; so nothing is freed under its
// hands.
//
// Threads   All under the store's lock, but id and sizes, which never change.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "core/base/ids.h"
#include "core/interface/executor.h"
#include "core/interface/object_store.h"
#include "plugins/object_store/tiered/spill_file.h"

namespace manta {

enum class Place { kMemory, kSpilling, kBoth, kDisk, kRestoring };

// A thread that waits inside the store, on its own stack.
struct StoreWaiter {
  ThreadId thread;
  bool woken = false;
  absl::Status status = {};  // What it waited for came to this.
};

// A file and how many objects it still holds. At 0 it is removed.
struct SpilledFile {
  std::string path;
  uint64_t size_bytes = 0;
  uint64_t object_count = 0;
  uint64_t read_end = UINT64_MAX;  // Where the entry ends that was asked for last,
  uint64_t next_count = 0;         // how many there were in a row, each behind the one before,
  uint64_t read_at = 0;            // and when (kept_readers.h).
};

struct TieredObject {
  TieredObject(ObjectId id, uint64_t size_bytes, uint64_t metadata_bytes)
      : id(id), size_bytes(size_bytes), metadata_bytes(metadata_bytes) {}

  uint64_t charge_bytes() const { return ObjectStore::ChargeBytes(size_bytes, metadata_bytes); }

  // No policy may choose it.
  bool held() const { return pin_count != 0 || place == Place::kRestoring; }

  const ObjectId id;
  const uint64_t size_bytes;
  const uint64_t metadata_bytes;

  ObjectState state = ObjectState::kOpen;  // Seal, Delete.
  Place place = Place::kMemory;
  uint64_t pin_count = 0;  // Get, Release.
  bool cached = false;     // Cache, Uncache, Delete: whether the policy for eviction knows it.
  bool spillable = false;  // Whether the policy for spilling knows it: sealed, kMemory or kBoth, with a charge.
  bool gone = false;       // Out of the table; whoever works on it frees it.

  // In memory: its id in the inner store, not nil as long as that holds something for it. Once readable it is sealed
  // and pinned there, and has a view.
  ObjectId inner_id;
  bool readable = false;
  ObjectView view;

  // On disk.
  std::shared_ptr<SpilledFile> file;
  SpillEntry entry;
  std::vector<StoreWaiter*> waiters;  // Gets, while it is kRestoring.
};

using TieredObjectPtr = std::shared_ptr<TieredObject>;

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
