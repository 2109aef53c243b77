// A library of stores that spill: a right one, whose disk only says whether it works, and ones that are wrong in one
// thing each.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/interface/disk.h"
#include "core/interface/host.h"
#include "core/interface/object_store.h"
#include "tests/conformance/broken/export_all.h"
#include "tests/conformance/broken/reference_store.h"

namespace manta::conformance {
namespace {

// Half of the capacity is memory. The bytes stay where they are: only which objects would lie in memory and which on
// the disk is kept, and what would be read or written is one byte of a file.
class Right : public ReferenceStore {
 public:
  explicit Right(const Host& host) : ReferenceStore(host), file_(OpenFile(host)) {}

  absl::StatusOr<ObjectView> Get(ObjectId id) override {
    std::lock_guard lock(mutex_);
    Object* const object = FindSealed(id);
    if (object == nullptr) return Absent(id);
    ++object->info.pin_count;  // First, so that it is not evicted for itself.
    const absl::Status status = in_memory_.contains(id) ? absl::OkStatus() : Restore(*object);
    if (!status.ok()) {
      --object->info.pin_count;
      return status;
    }
    in_memory_.insert(id);
    return ObjectView{Data(*object), object->metadata};
  }

 protected:
  static constexpr uint64_t kMemoryBytes = kCapacityBytes / 2;

  // Whether what was read of the object is what was written.
  virtual bool Accepts(Object&, std::byte byte) { return byte == std::byte{}; }
  virtual absl::Status Unreadable(ObjectId id) { return Refuse(absl::StatusCode::kDataLoss, id, "cannot be read"); }
  virtual bool Fits(uint64_t charge_bytes) const { return HeldBytes() + charge_bytes <= kMemoryBytes; }
  virtual bool EvictsInstead() { return true; }

  // `leaving` was not written. Ok: it leaves all the same.
  virtual absl::Status OnFullDisk(ObjectId id, Object& /*leaving*/, const absl::Status& disk) {
    return Refuse(absl::StatusCode::kUnavailable, id,
                  Concat("has no room, and the disk takes no more: ", ToStd(disk.message())));
  }

  absl::Status MakeRoom(ObjectId id, uint64_t charge_bytes) override {
    if (!Fits(charge_bytes)) return Full(id, charge_bytes);
    absl::Status status = ReferenceStore::MakeRoom(id, charge_bytes);
    if (!status.ok()) return status;
    status = MakeMemory(id, charge_bytes);
    if (status.ok()) {
      in_memory_.insert(id);
    } else {
      budget_.Release(charge_bytes);
    }
    return status;
  }

  void Erase(ObjectId id) override {
    in_memory_.erase(id);
    written_.erase(id);
    ReferenceStore::Erase(id);
  }

 private:
  static std::unique_ptr<File> OpenFile(const Host& host) {
    std::unique_ptr<File> file = host.disk().Open("/spilled", OpenMode::kCreate).value();
    const std::byte byte{};
    return file->WriteAt(0, {&byte, 1}).ok() ? std::move(file) : nullptr;
  }

  static bool Held(const Object& object) {
    return object.info.state == ObjectState::kOpen || object.info.pin_count > 0;
  }

  // Charges of what is in memory, and of what cannot leave it.
  uint64_t MemoryBytes() const {
    uint64_t bytes = 0;
    for (const ObjectId id : in_memory_) bytes += Charge(objects_.at(id));
    return bytes;
  }
  uint64_t HeldBytes() const {
    uint64_t bytes = 0;
    for (const ObjectId id : in_memory_) bytes += Held(objects_.at(id)) ? Charge(objects_.at(id)) : 0;
    return bytes;
  }

  absl::Status Restore(Object& object) {
    const uint64_t charge_bytes = Charge(object);
    if (HeldBytes() + charge_bytes > kMemoryBytes) return Full(object.info.id, charge_bytes);
    absl::Status status = MakeMemory(object.info.id, charge_bytes);
    if (!status.ok()) return status;
    std::byte byte;
    const bool readable = file_->ReadAt(0, {&byte, 1}).ok() && Accepts(object, byte);
    return readable ? absl::OkStatus() : Unreadable(object.info.id);
  }

  // What was written already goes first, then what can be written, then what may be evicted.
  absl::Status MakeMemory(ObjectId id, uint64_t charge_bytes) {
    while (MemoryBytes() + charge_bytes > kMemoryBytes) {
      Object* const leaving = Leaving();
      if (leaving == nullptr) break;
      const ObjectId leaving_id = leaving->info.id;
      if (!written_.contains(leaving_id)) {
        const std::byte byte{};
        absl::Status written = file_->WriteAt(0, {&byte, 1});
        const uint64_t evicted_count = evicted_count_;
        if (!written.ok() && EvictsInstead()) EvictOne();
        if (evicted_count_ != evicted_count) continue;
        if (!written.ok()) written = OnFullDisk(id, *leaving, written);
        if (!written.ok()) return written;
        written_.insert(leaving_id);
      }
      in_memory_.erase(leaving_id);
    }
    return absl::OkStatus();
  }

  Object* Leaving() {
    Object* leaving = nullptr;
    for (const ObjectId id : in_memory_) {
      Object& object = objects_.at(id);
      if (Held(object)) continue;
      if (written_.contains(id)) return &object;
      if (leaving == nullptr) leaving = &object;
    }
    return leaving;
  }

  const std::unique_ptr<File> file_;
  std::set<ObjectId> in_memory_;
  std::set<ObjectId> written_;  // On the disk, whether in memory or not.
};

class DropsWhatFindsNoMemory final : public Right {
  using Right::Right;
  absl::StatusOr<ObjectView> Get(ObjectId id) override {
    absl::StatusOr<ObjectView> view = Right::Get(id);
    std::lock_guard lock(mutex_);
    if (absl::IsResourceExhausted(view.status())) Erase(id);
    return view;
  }
};

// There is no limit to what is open and pinned, as far as Create knows.
class OverfillsMemory final : public Right {
  using Right::Right;
  bool Fits(uint64_t) const override { return true; }
};

class FullDiskIsFullMemory final : public Right {
  using Right::Right;
  absl::Status OnFullDisk(ObjectId id, Object&, const absl::Status&) override { return Full(id, 0); }
};

// As above, of Get alone.
class GetTakesFullDiskForFullMemory final : public Right {
  using Right::Right;
  absl::StatusOr<ObjectView> Get(ObjectId id) override {
    absl::StatusOr<ObjectView> view = Right::Get(id);
    if (absl::IsUnavailable(view.status())) return Full(id, 0);
    return view;
  }
};

class EvictsNothingInstead final : public Right {
  using Right::Right;
  bool EvictsInstead() override { return false; }
};

// What was not written leaves memory, and comes back with another bit.
class IgnoresFullDisk final : public Right {
  using Right::Right;
  absl::Status OnFullDisk(ObjectId, Object& leaving, const absl::Status&) override {
    leaving.units[0].bytes[0] ^= std::byte{1};
    return absl::OkStatus();
  }
};

class TrustsTheDisk final : public Right {
  using Right::Right;
  bool Accepts(Object& object, std::byte byte) override {
    object.units[0].bytes[0] ^= byte;
    return true;
  }
};

class NeverTriesAgain final : public Right {
 public:
  using Right::Right;
  absl::StatusOr<ObjectView> Get(ObjectId id) override {
    if (unreadable_.contains(id)) return Right::Unreadable(id);
    return Right::Get(id);
  }

 private:
  absl::Status Unreadable(ObjectId id) override {
    unreadable_.insert(id);
    return Right::Unreadable(id);
  }

  std::set<ObjectId> unreadable_;
};

template <typename Store>
consteval abi::PluginEntry Entry(const char* name, const char* summary,
                                 uint64_t capabilities = kAllCapabilities | ObjectStore::kCapabilitySpill) {
  return export_internal::MakeEntry<ObjectStore, &MakeStore<Store>>(
      {.name = name, .summary = summary, .capabilities = capabilities, .status = abi::PluginStatus::kWip});
}

constexpr abi::PluginEntry kEntries[] = {
    Entry<Right>("test.object_store.spills", "Nothing is wrong"),
    Entry<Right>("test.object_store.spills_undeclared", "Spills, and does not declare it", kAllCapabilities),
    Entry<DropsWhatFindsNoMemory>("test.object_store.drops_what_finds_no_memory", "A Get without memory deletes"),
    Entry<OverfillsMemory>("test.object_store.overfills_memory", "Creates more than memory holds"),
    Entry<FullDiskIsFullMemory>("test.object_store.full_disk_is_full_memory", "A full disk has full memory's code"),
    Entry<GetTakesFullDiskForFullMemory>("test.object_store.get_takes_full_disk_for_full_memory",
                                         "A full disk has full memory's code when it is Get that finds it"),
    Entry<EvictsNothingInstead>("test.object_store.evicts_nothing_instead", "A full disk evicts nothing"),
    Entry<IgnoresFullDisk>("test.object_store.ignores_full_disk", "Takes a failed write for a done one"),
    Entry<TrustsTheDisk>("test.object_store.trusts_the_disk", "Takes what it reads for what was written"),
    Entry<NeverTriesAgain>("test.object_store.never_tries_again", "What was not readable once never is"),
};

}  // namespace
}  // namespace manta::conformance

MANTA_EXPORT_ALL(manta::ObjectStore, manta::conformance::kEntries)

// SPDX-License-Identifier: Apache-2.0
