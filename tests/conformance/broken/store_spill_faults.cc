// A library of stores that spill: a right one, whose disk only says whether it works, and ones that are wrong in one
// thing each.
#include <cstddef>
#include <cstdint>
#include <iterator>
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
#include "core/plugin/export.h"
#include "tests/conformance/broken/reference_store.h"

namespace manta::conformance {
namespace {

// Half of the capacity is memory. The bytes stay where they are; what would be read or written is one byte of a file.
class Right : public ReferenceStore {
 public:
  explicit Right(const Host& host) : ReferenceStore(host), file_(OpenFile(host)) {}

  absl::StatusOr<ObjectView> Get(ObjectId id) override {
    {
      std::lock_guard lock(mutex_);
      Object* const object = FindSealed(id);
      if (object == nullptr) return Absent(id);
      if (object->info.pin_count == 0) {
        if (HeldBytes() + ReferenceStore::Charge(*object) > kMemoryBytes) return NoMemory(id);
        std::byte byte;
        if (!file_->ReadAt(0, {&byte, 1}).ok() || !Accepts(*object, byte)) return Unreadable(id);
      }
    }
    return ReferenceStore::Get(id);
  }

 protected:
  static constexpr uint64_t kMemoryBytes = kCapacityBytes / 2;

  // Whether what was read of the object is what was written.
  virtual bool Accepts(Object&, std::byte byte) { return byte == std::byte{}; }
  virtual absl::Status NoMemory(ObjectId id) { return Full(id, 0); }
  virtual absl::Status Unreadable(ObjectId id) { return Refuse(absl::StatusCode::kDataLoss, id, "cannot be read"); }
  virtual bool Fits(uint64_t charge_bytes) const { return HeldBytes() + charge_bytes <= kMemoryBytes; }

  absl::Status MakeRoom(ObjectId id, uint64_t charge_bytes) override {
    if (!Fits(charge_bytes)) return Full(id, charge_bytes);
    const std::byte byte{};
    const bool writes = used_bytes_ + charge_bytes > kMemoryBytes;
    if (writes) {
      absl::Status written = file_->WriteAt(0, {&byte, 1});
      if (!written.ok()) written = OnFullDisk(id, charge_bytes, written);
      if (!written.ok()) return written;
    }
    return ReferenceStore::MakeRoom(id, charge_bytes);
  }
  virtual absl::Status OnFullDisk(ObjectId id, uint64_t charge_bytes, const absl::Status& disk) {
    return Refuse(absl::StatusCode::kUnavailable, id,
                  Concat("needs ", charge_bytes, " bytes, and the disk takes no more: ", ToStd(disk.message())));
  }

 private:
  static std::unique_ptr<File> OpenFile(const Host& host) {
    std::unique_ptr<File> file = host.disk().Open("/spilled", OpenMode::kCreate).value();
    const std::byte byte{};
    return file->WriteAt(0, {&byte, 1}).ok() ? std::move(file) : nullptr;
  }

  // Charges of what cannot leave memory.
  uint64_t HeldBytes() const {
    uint64_t held_bytes = 0;
    for (const auto& [id, object] : objects_) {
      const bool held = object.info.state == ObjectState::kOpen || object.info.pin_count > 0;
      if (held) held_bytes += ReferenceStore::Charge(object);
    }
    return held_bytes;
  }

  const std::unique_ptr<File> file_;
};

class DropsWhatFindsNoMemory final : public Right {
  using Right::Right;
  absl::Status NoMemory(ObjectId id) override {
    Erase(id);
    return Right::NoMemory(id);
  }
};

// There is no limit to what is open and pinned, as far as Create knows.
class OverfillsMemory final : public Right {
  using Right::Right;
  bool Fits(uint64_t) const override { return true; }
};

class FullDiskIsFullMemory final : public Right {
  using Right::Right;
  absl::Status OnFullDisk(ObjectId id, uint64_t charge_bytes, const absl::Status&) override {
    return Full(id, charge_bytes);
  }
};

// What left memory first for a new object was not written.
class IgnoresFullDisk final : public Right {
  using Right::Right;
  absl::Status OnFullDisk(ObjectId, uint64_t, const absl::Status&) override {
    if (!std::exchange(lost_, true)) objects_.begin()->second.units[0].bytes[0] ^= std::byte{1};
    return absl::OkStatus();
  }

  bool lost_ = false;
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

__attribute__((section(".note.manta"), used, aligned(4))) constexpr abi::PluginNote kNote =
    export_internal::MakeNote<ObjectStore>();

constexpr abi::PluginEntry kEntries[] = {
    Entry<Right>("test.object_store.spills", "Nothing is wrong"),
    Entry<Right>("test.object_store.spills_undeclared", "Spills, and does not declare it", kAllCapabilities),
    Entry<DropsWhatFindsNoMemory>("test.object_store.drops_what_finds_no_memory", "A Get without memory deletes"),
    Entry<OverfillsMemory>("test.object_store.overfills_memory", "Creates more than memory holds"),
    Entry<FullDiskIsFullMemory>("test.object_store.full_disk_is_full_memory", "A full disk has full memory's code"),
    Entry<IgnoresFullDisk>("test.object_store.ignores_full_disk", "Takes a failed write for a done one"),
    Entry<TrustsTheDisk>("test.object_store.trusts_the_disk", "Takes what it reads for what was written"),
    Entry<NeverTriesAgain>("test.object_store.never_tries_again", "What was not readable once never is"),
};

}  // namespace
}  // namespace manta::conformance

extern "C" {
extern const manta::abi::PluginManifest manta_plugin_manifest __attribute__((visibility("default")));
}
constinit const manta::abi::PluginManifest manta_plugin_manifest = {
    .plugin_count = std::size(manta::conformance::kEntries),
    .note = &manta::conformance::kNote,
    .plugins = manta::conformance::kEntries};

// SPDX-License-Identifier: Apache-2.0
