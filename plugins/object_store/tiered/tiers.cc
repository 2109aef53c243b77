#include "plugins/object_store/tiered/tiers.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "core/base/text.h"
#include "core/interface/clock.h"
#include "glog/logging.h"

namespace manta {
namespace {

// A batch is at most this part of the memory, so that a small memory is not emptied at once.
constexpr uint64_t kBatchPartMin = 8;

// Objects in one file at most: what is chosen under the lock stays short.
constexpr size_t kObjectsPerFileMax = 2000;

// From this part of a batch on an object has a file of its own, so that small ones do not keep its room on disk.
constexpr uint64_t kAlonePart = 2;

// How long nothing is spilled ahead after the disk refused.
constexpr int64_t kSpillAheadPauseNs = 1'000'000'000;

}  // namespace

Tiers::Tiers(const Host& host, const TierLimits& limits, std::unique_ptr<ObjectStore> memory,
             std::unique_ptr<EvictionPolicy> spilling, std::unique_ptr<SpillDirectory> directory, Owner& owner)
    : host_(host),
      executor_(host.executor()),
      limits_(limits),
      metrics_(host.metrics()),
      memory_(std::move(memory)),
      memory_capacity_bytes_(memory_->Stats().capacity_bytes),
      batch_bytes_(
          std::clamp<uint64_t>(limits.file_bytes, 1, std::max<uint64_t>(1, memory_capacity_bytes_ / kBatchPartMin))),
      directory_(std::move(directory)),
      owner_(owner),
      spillable_(host, metrics_.chosen, std::move(spilling)) {}

Tiers::~Tiers() { Sweep(); }

void Tiers::Start() {
  if (limits_.spill_at_percent >= 100) return;
  MutexLock lock(mutex);
  const absl::StatusOr<ThreadId> thread =
      executor_.Start("spill", {.run = [](void* tiers) { static_cast<Tiers*>(tiers)->SpillAhead(); }, .context = this});
  if (!thread.ok()) {
    host_.Log(LogLevel::kWarning, "spill.no_thread",
              Concat("status=", Quoted(thread.status().ToString()), " hint=\"nothing is spilled ahead\""));
    return;
  }
  spiller_.thread = *thread;
  spiller_runs_ = true;
}

void Tiers::Stop() {
  ThreadId spiller;
  {
    MutexLock lock(mutex);
    if (!std::exchange(spiller_runs_, false)) return;
    stopping_ = true;
    spiller = spiller_.thread;
    Wake(spiller_);
  }
  executor_.Join(spiller).IgnoreError();
}

// --- Memory ---

absl::StatusOr<Room> Tiers::TryRoom(ObjectId id, uint64_t size_bytes, std::span<const std::byte> metadata) {
  const uint64_t charge_bytes = ObjectStore::ChargeBytes(size_bytes, metadata.size());
  // Who waits already goes first; but an object without bytes needs no room.
  if (!queue_.empty() && charge_bytes != 0) return NoRoom(id, charge_bytes, absl::OkStatus());
  return AskMemory(id, size_bytes, metadata);
}

absl::StatusOr<Room> Tiers::AskMemory(ObjectId id, uint64_t size_bytes, std::span<const std::byte> metadata) {
  const uint64_t charge_bytes = ObjectStore::ChargeBytes(size_bytes, metadata.size());
  if (charge_bytes > memory_capacity_bytes_ - memory_bytes_) return NoRoom(id, charge_bytes, absl::OkStatus());
  // An id of its own: the object may be deleted and made anew while this one is still being written.
  const ObjectId inner_id(0, ++last_inner_, 0);
  const absl::StatusOr<std::span<std::byte>> data = memory_->Create(inner_id, size_bytes, metadata);
  if (!data.ok()) return data.status();
  memory_bytes_ += charge_bytes;
  return Room{.inner_id = inner_id, .data = *data};
}

absl::StatusOr<Room> Tiers::WaitForRoom(ObjectId id, uint64_t size_bytes, std::span<const std::byte> metadata) {
  StoreWaiter turn = {.thread = executor_.Self()};
  queue_.push_back(&turn);
  while (queue_.front() != &turn) Wait(turn);
  absl::StatusOr<Room> room = MakeRoom(turn, id, size_bytes, metadata);
  queue_.pop_front();
  WakeFirst();
  return room;
}

absl::StatusOr<Room> Tiers::MakeRoom(StoreWaiter& turn, ObjectId id, uint64_t size_bytes,
                                     std::span<const std::byte> metadata) {
  const uint64_t charge_bytes = ObjectStore::ChargeBytes(size_bytes, metadata.size());
  absl::Status disk;
  while (true) {
    absl::StatusOr<Room> room = AskMemory(id, size_bytes, metadata);
    if (!absl::IsResourceExhausted(room.status())) return room;
    // Memory that will be free without anybody's doing: files being written ahead, objects deleted while they are read.
    if (spilling_ || dying_count_ != 0) {
      Wait(turn);
      continue;
    }
    // Nothing is written in vain.
    const uint64_t reachable_bytes = memory_capacity_bytes_ - memory_bytes_ + spillable_.Stats().evictable_bytes;
    if (charge_bytes > reachable_bytes) return NoRoom(id, charge_bytes, disk);
    if (disk.ok()) {
      Chosen chosen = Choose(charge_bytes);
      if (chosen.files.empty() && chosen.freed_bytes == 0) return NoRoom(id, charge_bytes, room.status());
      disk = Spill(std::move(chosen));
    } else if (!FreeWithoutWriting() && !owner_.EvictOne()) {  // Better to lose what may be lost than to refuse.
      return NoDisk(id, charge_bytes, disk);
    }
  }
}

std::string Tiers::Needs(ObjectId id, uint64_t charge_bytes) {
  return Concat("object ", id.ToHex(), " needs ", charge_bytes, " bytes of memory, ",
                memory_capacity_bytes_ - memory_bytes_, " of ", memory_capacity_bytes_, " are free");
}

absl::Status Tiers::NoRoom(ObjectId id, uint64_t charge_bytes, const absl::Status& why) {
  const uint64_t unpinned_bytes = spillable_.Stats().evictable_bytes;
  return MakeStatus(absl::StatusCode::kResourceExhausted, Needs(id, charge_bytes), " and ",
                    memory_bytes_ - std::min(memory_bytes_, unpinned_bytes), " are open, pinned or on their way",
                    why.ok() ? "" : Concat("; no more could be had: ", ToStd(why.message())),
                    ": release or delete objects, or raise the memory's capacity_bytes");
}

absl::Status Tiers::NoDisk(ObjectId id, uint64_t charge_bytes, const absl::Status& why) {
  return MakeStatus(absl::StatusCode::kUnavailable, Needs(id, charge_bytes),
                    ", and the disk takes no more objects: ", ToStd(why.message()),
                    ": delete objects, free space on the disk, or raise disk_bytes_max");
}

void Tiers::MakeSpillable(TieredObject& object) {
  if (object.charge_bytes() == 0) return;  // Leaving would win nothing.
  object.spillable = true;
  spillable_.Insert(object.id, object.charge_bytes(), object.pin_count != 0);
}

void Tiers::KeepFromSpilling(TieredObject& object) {
  if (!std::exchange(object.spillable, false)) return;
  spillable_.Erase(object.id, object.charge_bytes(), object.pin_count != 0);
}

absl::Status Tiers::Seal(TieredObject& object) {
  if (absl::Status sealed = memory_->Seal(object.inner_id); !sealed.ok()) return sealed;
  const absl::StatusOr<ObjectView> view = memory_->Get(object.inner_id);
  if (!view.ok()) return view.status();
  object.view = *view;
  object.readable = true;
  return absl::OkStatus();
}

void Tiers::FreeMemory(TieredObject& object) {
  if (object.inner_id.nil()) return;
  // An inner store that refuses one of these broke its contract, and its guard has said so.
  if (std::exchange(object.readable, false)) {
    memory_->Delete(object.inner_id).IgnoreError();
    memory_->Release(object.inner_id).IgnoreError();
  } else {
    memory_->Abort(object.inner_id).IgnoreError();
  }
  object.inner_id = ObjectId();
  object.view = {};
  memory_bytes_ -= object.charge_bytes();
  WakeFirst();
}

// --- Disk ---

TieredObjectPtr Tiers::ChooseOne() {
  const std::optional<ObjectId> id = spillable_.Choose();
  if (!id) return nullptr;
  TieredObjectPtr object = owner_.FindInTable(*id);
  if (object == nullptr || !object->spillable || object->held()) {
    spillable_.Distrust(*id);
    return nullptr;
  }
  object->spillable = false;  // The policy has forgotten it.
  spillable_.Evicted(object->charge_bytes());
  return object;
}

Tiers::Chosen Tiers::Choose(uint64_t bytes) {
  const uint64_t wanted_bytes = std::max(bytes, batch_bytes_);
  Chosen chosen;
  std::vector<TieredObjectPtr> small;
  uint64_t small_bytes = 0;
  uint64_t leaving_bytes = 0;
  for (size_t count = 0; leaving_bytes < wanted_bytes && count < kObjectsPerFileMax; ++count) {
    const TieredObjectPtr object = ChooseOne();
    if (object == nullptr) break;
    leaving_bytes += object->charge_bytes();
    if (object->place == Place::kBoth) {
      chosen.freed_bytes += object->charge_bytes();
      FreeMemory(*object);
      object->place = Place::kDisk;
      continue;
    }
    object->place = Place::kSpilling;
    if (object->charge_bytes() >= batch_bytes_ / kAlonePart) {
      chosen.files.push_back({object});
      continue;
    }
    small.push_back(object);
    small_bytes += object->charge_bytes();
    if (small_bytes < batch_bytes_) continue;
    chosen.files.push_back(std::exchange(small, {}));
    small_bytes = 0;
  }
  if (!small.empty()) chosen.files.push_back(std::move(small));
  return chosen;
}

bool Tiers::FreeWithoutWriting() {
  std::vector<TieredObjectPtr> passed;
  TieredObjectPtr object = ChooseOne();
  for (size_t count = 0; object != nullptr && object->place != Place::kBoth && count < kObjectsPerFileMax; ++count) {
    passed.push_back(std::move(object));
    object = ChooseOne();
  }
  const bool found = object != nullptr && object->place == Place::kBoth;
  if (found) {
    FreeMemory(*object);
    object->place = Place::kDisk;
  } else if (object != nullptr) {
    passed.push_back(std::move(object));
  }
  for (const TieredObjectPtr& each : passed) MakeSpillable(*each);
  return found;
}

absl::Status Tiers::Spill(Chosen chosen) {
  absl::Status spilled;
  spilling_ = true;
  for (const std::vector<TieredObjectPtr>& file : chosen.files) {
    if (spilled.ok()) {
      spilled = SpillToOneFile(file);
    } else {
      for (const TieredObjectPtr& object : file) KeepInMemory(*object);
    }
  }
  spilling_ = false;
  if (!chosen.files.empty()) NoteSpilled(spilled);
  WakeFirst();
  return spilled;
}

absl::Status Tiers::SpillToOneFile(const std::vector<TieredObjectPtr>& objects) {
  std::vector<SpillItem> items;
  items.reserve(objects.size());
  for (const TieredObjectPtr& object : objects) {
    items.push_back({.id = object->id, .data = object->view.data, .metadata = object->view.metadata});
  }
  auto file = std::make_shared<SpilledFile>();
  file->size_bytes = SpillFileBytes(items);
  absl::StatusOr<std::vector<SpillEntry>> entries;
  if (file->size_bytes > limits_.disk_bytes_max - disk_bytes_) {
    entries =
        MakeStatus(absl::StatusCode::kResourceExhausted, "a file of ", file->size_bytes, " bytes is to be written, ",
                   disk_bytes_, " of disk_bytes_max ", limits_.disk_bytes_max, " are in files");
  } else {
    disk_bytes_ += file->size_bytes;
    file->path = directory_->NewFile();
    mutex.Unlock();
    entries = WriteSpillFile(host_.disk(), executor_, buffers_, file->path, items);
    if (!entries.ok()) directory_->Remove(file->path);
    mutex.Lock();
    if (!entries.ok()) disk_bytes_ -= file->size_bytes;
  }
  if (!entries.ok()) {
    for (const TieredObjectPtr& object : objects) KeepInMemory(*object);
    return entries.status();
  }
  metrics_.disk_bytes.Add(static_cast<int64_t>(file->size_bytes));
  metrics_.written_bytes.Add(file->size_bytes);
  metrics_.written_objects.Add(objects.size());
  for (size_t i = 0; i < objects.size(); ++i) {
    const TieredObjectPtr& object = objects[i];
    if (object->state == ObjectState::kDeleted) {
      KeepInMemory(*object);
      continue;
    }
    object->file = file;
    object->entry = (*entries)[i];
    ++file->object_count;
    if (object->pin_count != 0) {
      object->place = Place::kBoth;
      MakeSpillable(*object);
    } else {
      object->place = Place::kDisk;
      FreeMemory(*object);
    }
  }
  if (file->object_count == 0) Doom(*file);
  return absl::OkStatus();
}

void Tiers::KeepInMemory(TieredObject& object) {
  object.place = Place::kMemory;
  if (object.gone) {
    FreeMemory(object);
  } else if (object.state == ObjectState::kSealed) {
    MakeSpillable(object);
  }
}

void Tiers::NoteSpilled(const absl::Status& spilled) {
  if (!spilled.ok()) {
    metrics_.write_failures.Add(1);
    spill_ahead_after_ns_ = DeadlineAfter(host_.clock().NowNs(), kSpillAheadPauseNs);
  }
  if (std::exchange(disk_failed_, !spilled.ok()) == !spilled.ok()) return;
  if (spilled.ok()) {
    host_.Log(LogLevel::kInfo, "spill.recovered", Concat("directory=", Quoted(directory_->path())));
  } else {
    host_.Log(
        LogLevel::kWarning, "spill.failed",
        Concat("status=", Quoted(spilled.ToString()), " hint=\"objects stay in memory; free space on the disk\""));
  }
}

bool Tiers::ShouldSpillAhead() {
  const uint64_t full_bytes = memory_capacity_bytes_ / 100 * limits_.spill_at_percent;
  return spiller_runs_ && memory_bytes_ > full_bytes && queue_.empty() && !spilling_ &&
         spillable_.Stats().evictable_bytes != 0 &&
         (spill_ahead_after_ns_ == 0 || host_.clock().NowNs() >= spill_ahead_after_ns_);
}

void Tiers::WakeSpiller() {
  if (ShouldSpillAhead()) Wake(spiller_);
}

void Tiers::SpillAhead() {
  while (true) {
    {
      MutexLock lock(mutex);
      while (!stopping_ && !ShouldSpillAhead()) Wait(spiller_);
      if (stopping_) return;
      Spill(Choose(1)).IgnoreError();  // Logged; NoteSpilled says when to try again.
    }
    Sweep();
  }
}

absl::Status Tiers::ReadBack(const TieredObjectPtr& object) {
  const std::shared_ptr<SpilledFile> file = object->file;
  KeptReaders::Lease lease = readers_.Take(*file, object->entry);
  bool unreadable = false;
  absl::Status read = ReadBackBy(lease.reader, lease.is_ahead ? file->size_bytes : 0, object, &unreadable);
  if (lease.is_ahead) {
    readers_.GiveBack(*file, std::move(lease.reader), read.ok());
    // What was read ahead may have failed for another's blocks.
    if (unreadable && !object->gone) {
      FreeMemory(*object);
      read = ReadBackBy(lease.reader, 0, object, &unreadable);
    }
  }
  if (readers_.has_given_up()) has_litter_.store(true, std::memory_order_relaxed);
  return read;
}

absl::Status Tiers::ReadBackBy(std::unique_ptr<SpillReader>& reader, uint64_t ahead_end, const TieredObjectPtr& object,
                               bool* unreadable) {
  const std::string path = object->file->path;  // No other thread lets go of the file now.
  std::vector<std::byte> metadata(object->metadata_bytes);
  const auto as_loss = [&](const absl::Status& status) {
    if (status.ok() || absl::IsResourceExhausted(status)) return Annotate(status, "restore");
    return MakeStatus(absl::StatusCode::kDataLoss, "object ", object->id.ToHex(),
                      " is not readable on disk: ", ToStd(status.message()));
  };
  mutex.Unlock();
  absl::Status read;
  if (reader == nullptr) {
    auto opened = SpillReader::Open(host_.disk(), executor_, buffers_, path, ahead_end);
    read = opened.status();
    if (opened.ok()) reader = *std::move(opened);
  }
  if (read.ok()) read = reader->Begin(object->entry);
  if (read.ok()) read = reader->Read(metadata);
  mutex.Lock();
  *unreadable = !read.ok();
  if (!read.ok() || object->gone) return as_loss(read);
  absl::StatusOr<Room> room = TryRoom(object->id, object->size_bytes, metadata);
  if (absl::IsResourceExhausted(room.status())) room = WaitForRoom(object->id, object->size_bytes, metadata);
  if (!room.ok()) return room.status();
  object->inner_id = room->inner_id;
  if (object->gone) {
    AddDying(1);
    return absl::OkStatus();
  }
  mutex.Unlock();
  read = reader->Read(room->data);
  if (read.ok()) read = reader->Finish();
  if (ahead_end == 0) reader = nullptr;
  mutex.Lock();
  *unreadable = !read.ok();
  return read.ok() && !object->gone ? Seal(*object) : as_loss(read);
}

void Tiers::AddDying(int count) { dying_count_ += count; }

void Tiers::LeaveFile(TieredObject& object) {
  if (object.file == nullptr) return;
  if (--object.file->object_count == 0) {
    readers_.Forget(*object.file);
    Doom(*object.file);
  }
  object.file = nullptr;
}

void Tiers::Doom(const SpilledFile& file) {
  doomed_.push_back(file.path);
  has_litter_.store(true, std::memory_order_relaxed);
  disk_bytes_ -= file.size_bytes;
  metrics_.disk_bytes.Add(-static_cast<int64_t>(file.size_bytes));
}

void Tiers::Sweep() {
  if (!has_litter_.load(std::memory_order_relaxed)) return;
  std::vector<std::string> files;
  std::vector<std::unique_ptr<SpillReader>> readers;
  {
    MutexLock lock(mutex);
    files = std::exchange(doomed_, {});
    readers = readers_.TakeGivenUp();
    has_litter_.store(readers_.has_given_up(), std::memory_order_relaxed);
  }
  readers.clear();
  for (std::string& file : files) directory_->Remove(std::move(file));
}

void Tiers::Wait(StoreWaiter& waiter) {
  while (!waiter.woken) {
    mutex.Unlock();
    executor_.Park(kNever);
    mutex.Lock();
  }
  waiter.woken = false;
}

void Tiers::Wake(StoreWaiter& waiter) {
  if (waiter.woken) return;
  waiter.woken = true;
  executor_.Unpark(waiter.thread);
}

void Tiers::WakeFirst() {
  if (!queue_.empty()) Wake(*queue_.front());
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
