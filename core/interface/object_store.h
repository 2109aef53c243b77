// core/interface/object_store.h -- keeps sealed, immutable byte objects on one node.
//
// This file is the whole contract. A store that obeys it, and passes //tests/conformance:object_store, is a
// good store; nothing else is assumed.
//
//   absent --Create--> open --Seal--> sealed --Delete--> absent      (evicted: as if deleted by the store)
//                        \---------Abort--------------/
//   sealed --Cache--> sealed, cached --Uncache--> sealed             (only cached, unpinned objects are evicted)
//
// A deleted object that is still pinned is absent to every method but Create, Release, Stats and List.
//
// Shapes    An object is size_bytes of plain data and, apart from it, metadata. Both sizes are fixed by Create.
// Units     Every size and capacity is in bytes. An object is charged ChargeBytes(size, metadata size).
// Threads   All methods are [any-thread]; none may block on another object. A store with kCapabilitySpill may wait for
//           its disk, in Create, Get, Release and Delete.
// Memory    Spans belong to the store. A writer's span dies at Seal or Abort; a reader's spans live until the
//           matching Release. Data starts at a multiple of kAlignmentBytes.
// Errors    Only the codes named below; where several apply, the one named first. The store is unchanged by a call
//           that fails. Messages say which id, which limit, what to do.
// Crashes   REQUIRES on destruction: every pin released, no call running. Open objects and subscriptions may
//           be left; their listeners are never called.
// Cost      Every method is O(1) in the number of objects, List excepted; Create adds what its evictions cost.
//
// Source    Object life cycle after Plasma (Apache Arrow); docs/adr/0004-object-store.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/ids.h"

namespace manta {

// What Get returns. Both spans are read-only and stay valid until the matching Release.
struct ObjectView {
  std::span<const std::byte> data;
  std::span<const std::byte> metadata;
};

// A consistent picture of the store at one moment.
struct ObjectStoreStats {
  uint64_t capacity_bytes = 0;  // What all charges together may reach.
  uint64_t used_bytes = 0;      // Charges of all open and sealed objects, deleted but pinned ones included.
  uint64_t open_count = 0;
  uint64_t sealed_count = 0;   // Visible to Get.
  uint64_t pinned_count = 0;   // Objects with at least one pin, deleted ones included.
  uint64_t cached_count = 0;   // Sealed objects that may be evicted once unpinned.
  uint64_t cached_bytes = 0;   // Their charges.
  uint64_t evicted_count = 0;  // Since the store was made.
};

enum class ObjectState : uint32_t { kOpen = 1, kSealed = 2, kDeleted = 3 };  // kDeleted: kept by its pins.

struct ObjectInfo {
  ObjectId id;
  uint64_t size_bytes = 0;
  uint64_t metadata_bytes = 0;
  uint64_t pin_count = 0;
  ObjectState state = ObjectState::kOpen;
  uint32_t cached = 0;  // 0 or 1.
};

// Is told when an object becomes visible.
class SealListener {
 public:
  // Called once per Subscribe, on the sealing thread or inside Subscribe, with none of the store's locks held.
  // Must not block. It may call the store. [any-thread]
  virtual void OnSealed(ObjectId id) = 0;

 protected:
  ~SealListener() = default;
};

class ObjectStore {
 public:
  static constexpr std::string_view kInterfaceName = "object_store";
  static constexpr uint32_t kInterfaceVersion = 1;

  static constexpr uint64_t kAlignmentBytes = 64;
  static constexpr uint64_t kMetadataBytesMax = uint64_t{16} << 20;

  // Capabilities a plugin declares in its manifest. Methods of one that it lacks return kUnimplemented.
  static constexpr uint64_t kCapabilityCache = 1;      // Cache, Uncache, eviction.
  static constexpr uint64_t kCapabilitySubscribe = 2;  // Subscribe, Unsubscribe.
  static constexpr uint64_t kCapabilitySpill = 4;  // Sealed, unpinned objects may lie on a disk; Get brings them back.

  // What an object takes from the capacity: data and metadata, each rounded up to whole alignment units.
  // Saturates instead of wrapping.
  static constexpr uint64_t ChargeBytes(uint64_t size_bytes, uint64_t metadata_bytes) {
    const uint64_t data = RoundUp(size_bytes);
    const uint64_t metadata = RoundUp(metadata_bytes);
    return data > UINT64_MAX - metadata ? UINT64_MAX : data + metadata;
  }

  virtual ~ObjectStore() = default;

  // Reserves size_bytes and returns them for writing (their content is not specified); the object is open.
  // `metadata` is copied and read back, byte for byte, by every reader. Cached, unpinned objects are evicted
  // when room is needed, and no more of them than needed. An empty object has empty data.
  //   kInvalidArgument    id is nil, or metadata is larger than kMetadataBytesMax.
  //   kAlreadyExists      id is open, sealed, or deleted but still pinned.
  //   kResourceExhausted  it does not fit even with everything evictable gone; then nothing was evicted. With
  //                       kCapabilitySpill also: open and pinned objects leave no memory.
  //   kUnavailable        with kCapabilitySpill: others would leave memory for it, but the disk takes no more of them.
  //                       What could be evicted instead was. The message holds what the disk said.
  virtual absl::StatusOr<std::span<std::byte>> Create(ObjectId id, uint64_t size_bytes,
                                                      std::span<const std::byte> metadata) = 0;

  // Makes an open object visible and immutable, and tells its subscribers.
  //   kNotFound            id is absent.
  //   kFailedPrecondition  id is sealed already.
  virtual absl::Status Seal(ObjectId id) = 0;

  // Gives an open object up; its memory is free again. Subscriptions to it stay, as for any absent object.
  //   kNotFound            id is absent.
  //   kFailedPrecondition  id is sealed already: use Delete.
  virtual absl::Status Abort(ObjectId id) = 0;

  // Returns data and metadata and pins the object: one Release is owed for each ok Get.
  //   kNotFound           id is absent, or still open.
  //   kResourceExhausted  with kCapabilitySpill: it lies on disk, and open and pinned objects leave no memory for it.
  //                       It stays there.
  //   kUnavailable        with kCapabilitySpill: the same, since the disk takes no more of the others; as for Create.
  //   kDataLoss           with kCapabilitySpill: it lies on disk and cannot be read, or is not what was written. It
  //                       stays there, and each Get tries again.
  virtual absl::StatusOr<ObjectView> Get(ObjectId id) = 0;

  // Gives one pin back. The last one frees an object that was deleted meanwhile.
  //   kNotFound            id is absent.
  //   kFailedPrecondition  id has no pin.
  virtual absl::Status Release(ObjectId id) = 0;

  // Makes a sealed object invisible at once. Its memory is free when its last pin is released.
  //   kNotFound            id is absent (a second Delete, too).
  //   kFailedPrecondition  id is open: use Abort.
  virtual absl::Status Delete(ObjectId id) = 0;

  // True when Get would find the object.
  virtual bool Contains(ObjectId id) = 0;

  // Allows the store to evict a sealed object when it needs room, or when more is cached and unpinned than its own
  // config allows. Doing it twice is ok.
  //   kUnimplemented  the plugin lacks kCapabilityCache.
  //   kNotFound       id is absent, or still open.
  virtual absl::Status Cache(ObjectId id) = 0;

  // Takes that permission back. Ok for a sealed object that is not cached.
  //   kUnimplemented  the plugin lacks kCapabilityCache.
  //   kNotFound       id is absent (evicted, perhaps), or still open.
  virtual absl::Status Uncache(ObjectId id) = 0;

  // Calls `listener` once when id is sealed; at once, before returning, if it is sealed already. Subscribing to
  // an absent id waits for its creation. The listener must live until it was called or Unsubscribe was ok.
  // Each call makes one subscription, also for the same listener.
  //   kUnimplemented    the plugin lacks kCapabilitySubscribe.
  //   kInvalidArgument  id is nil, or listener is null.
  virtual absl::Status Subscribe(ObjectId id, SealListener* listener) = 0;

  // Takes one subscription back: after ok, it will never be called.
  //   kUnimplemented  the plugin lacks kCapabilitySubscribe.
  //   kNotFound       there is none: it was never made, or its call has been made or is being made now.
  virtual absl::Status Unsubscribe(ObjectId id, SealListener* listener) = 0;

  // A consistent picture: used_bytes is what the listed objects are charged.
  virtual ObjectStoreStats Stats() = 0;

  // Writes what it holds into `out`, ordered by id, as far as `out` reaches, and returns how many objects there
  // are: call again with a larger span when that is more. Consistent with itself. O(n log n); for tools and checks.
  virtual uint64_t List(std::span<ObjectInfo> out) = 0;

 private:
  static constexpr uint64_t RoundUp(uint64_t bytes) {
    return bytes > UINT64_MAX - (kAlignmentBytes - 1)
               ? UINT64_MAX
               : (bytes + kAlignmentBytes - 1) / kAlignmentBytes * kAlignmentBytes;
  }
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
