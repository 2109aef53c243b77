#include "core/runtime/value_router.h"

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <utility>

#include "core/base/text.h"
#include "core/interface/object_store_wrapper.h"
#include "core/runtime/name_table.h"
#include "core/runtime/pass_through.h"
#include "core/runtime/patient_store.h"
#include "core/runtime/reference_binder.h"
#include "core/runtime/reference_collector.h"
#include "core/runtime/reference_watch.h"
#include "core/runtime/shared_object.h"
#include "core/runtime/stored_object.h"
#include "core/runtime/task_state.h"
#include "core/runtime/thread_state.h"

namespace manta {
namespace {

ErrorType TypeFor(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kResourceExhausted:
      return ErrorType::kOutOfMemory;
    case absl::StatusCode::kUnavailable:
      return ErrorType::kOutOfDisk;
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kDataLoss:  // On a disk that changed it.
      return ErrorType::kObjectLost;
    case absl::StatusCode::kCancelled:  // While it waited for room.
      return ErrorType::kShutdown;
    default:
      return ErrorType::kSerialization;
  }
}

// What the budget says, and why values that might have left memory for the store have not. Null: none was refused.
absl::Status NoMemory(const absl::Status& budget, const ErrorPtr& disk) {
  if (disk == nullptr) return budget;
  return MakeStatus(absl::StatusCode::kUnavailable, ToStd(budget.message()),
                    "; values could not leave it for the store: ", disk->message);
}

// Has a value written, and hears how large it is.
struct Writing {
  const StoredValueParts& parts;
  ObjectId id;
  const StoredType& type;
  WrittenValue written = {};
  absl::Status status = absl::OkStatus();

  static void Write(void* writing, const void* value) {
    auto& self = *static_cast<Writing*>(writing);
    self.status = WriteStoredValue(self.parts, self.id, self.type, value, &self.written);
  }
};

constexpr uint16_t kScratchIndex = UINT16_MAX;  // In ids of objects that are no values.

// Sees what the store takes from the budget for an object.
class BudgetMeter final : public ObjectStoreWrapper {
 public:
  BudgetMeter(ObjectStore& store, const MemoryBudget& budget) : ObjectStoreWrapper(store), budget_(budget) {}

  absl::StatusOr<std::span<std::byte>> Create(ObjectId id, uint64_t size_bytes,
                                              std::span<const std::byte> metadata) override {
    const uint64_t before = budget_.used_bytes();
    auto room = inner().Create(id, size_bytes, metadata);
    const uint64_t after = budget_.used_bytes();
    taken_bytes_ = after > before ? after - before : 0;
    return room;
  }

  uint64_t taken_bytes() const { return taken_bytes_; }

 private:
  const MemoryBudget& budget_;
  uint64_t taken_bytes_ = 0;
};

StoredOrigin OriginOf(SharedObject& owner, std::string_view type) {
  StoredOrigin origin = {.type = type, .submitted_at = {}};
  if (const TaskState* const task = owner.task(); task != nullptr) {
    origin.task_name = NameTable::NumberOf(task->name());
    origin.submitted_at = task->site();
  }
  return origin;
}

// Keeps the objects that were named, for the stored object `outer`. False: one of them is none of the value's.
bool KeepInner(ReferenceWatch* watch, ObjectId outer, const std::vector<ObjectId>& ids,
               const ReferenceCollector& collector, std::shared_ptr<InnerObjects>* inner) {
  std::vector<ReferenceWatch::InnerObject> objects;
  for (const ObjectId id : ids) {
    if (id.nil()) continue;
    SharedObject* const object = collector.Find(id);
    if (object == nullptr) return false;
    objects.emplace_back(id, object);
  }
  if (objects.empty()) return true;
  std::sort(objects.begin(), objects.end());
  objects.erase(std::unique(objects.begin(), objects.end()), objects.end());
  *inner = std::make_shared<InnerObjects>(watch, outer, std::move(objects));
  return true;
}

}  // namespace

void NoteReference(SharedObject* object) {
  if (ReferenceCollector* const collector = CurrentThread().collector; collector != nullptr) {
    collector->Add(object->id(), object);
  }
}

void NativeCharge::EndOne(NativeCharge* charge) noexcept {
  charge->router->GiveBack(charge->bytes);
  delete charge;
}

ErrorPtr PassThrough(SharedObject& task, const ValueType& type, void* value, void (*replace)(void* value, void* with)) {
  const ObjectId id(task.shell().worker_id(), task.shell().ids().Draw(CurrentThread().ids), 0);
  ErrorPtr error;
  const std::shared_ptr<StoredObject> stored = task.shell().router()->Store(task, id, type, value, &error);
  if (stored == nullptr) return error;
  const std::shared_ptr<const void> view = stored->View(type, &error);
  if (view == nullptr) return task.ErrorOf(error->type, error->message);
  replace(value, const_cast<void*>(view.get()));  // It was made for this, and nobody else sees it.
  return nullptr;
}

ValueRouter::ValueRouter(RoutingParts parts, const RoutingLimits& limits)
    : parts_(std::move(parts)),
      room_(std::make_shared<Room>(parts_.watch, limits.put_timeout_ns)),
      stored_{.store = std::make_shared<PatientStore>(parts_.stored.store, room_),
              .serializer = parts_.stored.serializer,
              .evolves = parts_.stored.evolves},
      limits_(limits) {}

ValueRouter::~ValueRouter() {
  MutexLock lock(settle_mutex_);
  if (parts_.budget != nullptr) parts_.budget->Release(block_bytes_);
}

void ValueRouter::Attach(RuntimeShell& shell) {
  MutexLock lock(settle_mutex_);
  shell_ = &shell;
  room_->Attach(shell);
  shell.set_router(this, limits_.native_values == NativeValues::kNever);
}

void ValueRouter::Detach() {
  SettleBlocks();
  room_->Detach();
  MutexLock lock(settle_mutex_);
  shell_ = nullptr;
}

void ValueRouter::SettleBlocks() {
  if (parts_.budget == nullptr) return;
  MutexLock lock(settle_mutex_);
  if (shell_ == nullptr) return;
  const uint64_t bytes = shell_->live_bytes();
  if (bytes > block_bytes_) {
    if (parts_.budget->Reserve(bytes - block_bytes_).ok()) block_bytes_ = bytes;  // Else next time.
  } else if (bytes < block_bytes_) {
    parts_.budget->Release(block_bytes_ - bytes);
    block_bytes_ = bytes;
  }
}

absl::StatusOr<uint64_t> ValueRouter::Reserve(uint64_t bytes) {
  if (parts_.budget != nullptr) {
    absl::Status reserved = parts_.budget->Reserve(bytes);
    if (!reserved.ok()) {
      SettleBlocks();
      if (!RoomFor(bytes)) EvictCached(bytes);
      ErrorPtr disk;
      const auto no_memory = [&] {  // Of what would not fit anyway the disk says nothing.
        return NoMemory(reserved, bytes <= parts_.budget->limit_bytes() ? disk : nullptr);
      };
      // What a store has taken is seen together with what other threads take at that moment: so once is no proof.
      for (int futile_count = 0; !(reserved = parts_.budget->Reserve(bytes)).ok() && futile_count < 2;) {
        const Moved moved = MoveOne(&disk);
        if (moved == Moved::kNothingLeft) return no_memory();
        if (moved == Moved::kOthersMove) return 0;  // Waiting for them could be waiting for oneself: no charge.
        futile_count += moved == Moved::kNothingWon ? 1 : 0;
        moving_helps_.store(moved == Moved::kRoomMade, std::memory_order_relaxed);
      }
      if (!reserved.ok()) return no_memory();
    }
  }
  charged_bytes_.fetch_add(bytes, std::memory_order_relaxed);
  return bytes;
}

bool ValueRouter::RoomFor(uint64_t bytes) const {
  const uint64_t used = parts_.budget->used_bytes();
  const uint64_t limit = parts_.budget->limit_bytes();
  return used <= limit && bytes <= limit - used;
}

// A store gives cached objects up when it needs room: so it is asked for some, which is given back at once.
bool ValueRouter::EvictCached(uint64_t bytes) {
  ObjectStore& store = *parts_.stored.store;
  if (CurrentThread().making_room || store.Stats().cached_bytes == 0) return false;
  const ObjectId scratch(/*worker=*/0, scratch_count_.fetch_add(1, std::memory_order_relaxed), kScratchIndex);
  return store.Create(scratch, bytes, {}).ok() && store.Abort(scratch).ok();
}

void ValueRouter::AddStored(StoredObject& stored) {
  StoredList& list = stored_lists_[stored.shard()];
  MutexLock lock(list.mutex);
  list.objects.PushFront(stored);
}

void ValueRouter::RemoveStored(StoredObject& stored) {
  StoredList& list = stored_lists_[stored.shard()];
  MutexLock lock(list.mutex);
  IntrusiveList<StoredObject>::Remove(stored);
}

void ValueRouter::GiveBack(uint64_t bytes) noexcept {
  if (bytes == 0) return;
  charged_bytes_.fetch_sub(bytes, std::memory_order_relaxed);
  if (parts_.budget != nullptr) parts_.budget->Release(bytes);
}

ErrorPtr ValueRouter::Charge(SharedObject& object, NativeCharge** made, uint64_t bytes, bool movable) {
  absl::StatusOr<uint64_t> charged = Reserve(bytes);
  if (!charged.ok()) {
    const absl::Status status = room_->Wait(bytes <= parts_.budget->limit_bytes(), [&] {
      // Where moving makes no room it is not tried again each time that somebody lets go of something small; but where
      // only the disk was in the way, which may take more now.
      if (moving_helps_.load(std::memory_order_relaxed) || absl::IsUnavailable(charged.status()) || RoomFor(bytes) ||
          EvictCached(bytes)) {
        charged = Reserve(bytes);
      }
      return charged.status();
    });
    if (!status.ok()) {
      return object.ErrorOf(TypeFor(status.code()),
                            Concat("object ", object.id().ToHex(), ", a ", object.type().stored().descriptor.name,
                                   " of ", bytes, " bytes, found no room: ", ToStd(status.message())));
    }
  }
  auto* const charge = new NativeCharge;
  charge->router = shared_from_this();
  charge->object = &object;
  charge->shard = CurrentThread().shard % RuntimeShell::kShardCount;
  charge->bytes = *charged;
  *made = charge;
  if (movable) PutBack(*charge);
  return nullptr;
}

void ValueRouter::PutBack(NativeCharge& charge) {
  Clock& clock = ClockOf(charge);
  MutexLock lock(clock.mutex);
  if (charge.forgotten) return;
  clock.charges.PushFront(charge);
  ++clock.count;
}

void ValueRouter::Forget(NativeCharge& charge) {
  Clock& clock = charge.router->ClockOf(charge);
  MutexLock lock(clock.mutex);
  charge.forgotten = true;
  if (!charge.linked()) return;  // It is being moved, or could not be written.
  IntrusiveList<NativeCharge>::Remove(charge);
  --clock.count;
}

ValueRouter::Victim ValueRouter::TakeColdest() {
  const uint32_t first = next_clock_.fetch_add(1, std::memory_order_relaxed);
  for (uint32_t i = 0; i < clocks_.size(); ++i) {
    Victim victim = TakeColdest(clocks_[(first + i) % clocks_.size()]);
    if (victim.value == nullptr) continue;
    if (victim.watch == nullptr) {
      victim.charge->object->RetainTried();
      return victim;
    }
    if (victim.watch->Find(victim.id) != nullptr) return victim;
    moving_count_.fetch_sub(1, std::memory_order_relaxed);  // It has just died.
  }
  return {};
}

ValueRouter::Victim ValueRouter::TakeColdest(Clock& clock) {
  MutexLock lock(clock.mutex);
  for (uint64_t left = 2 * clock.count; left > 0; --left) {  // Twice round: all may have been read lately.
    NativeCharge& charge = clock.charges.back();
    IntrusiveList<NativeCharge>::Remove(charge);
    SharedObject& object = *charge.object;
    if (!object.UsedLately()) {
      // A value that is alive in the list stays alive as long as the lock is held: to forget it takes the lock.
      std::shared_ptr<const void> value = object.PinAlone();
      const bool retained = value != nullptr && object.TryRetain();
      if (retained || (value != nullptr && object.counted())) {
        --clock.count;
        moving_count_.fetch_add(1, std::memory_order_relaxed);
        if (retained) return {&charge, std::move(value)};
        // Stored objects alone need it, and the ref counter is not told of a reference under this lock.
        return {&charge, std::move(value), object.shell().watch()->shared_from_this(), object.id()};
      }
    }
    clock.charges.PushFront(charge);
  }
  return {};
}

ValueRouter::Moved ValueRouter::MoveOne(ErrorPtr* disk) {
  ThreadState& thread = CurrentThread();
  if (thread.making_room) return Moved::kNothingLeft;
  Victim victim = TakeColdest();
  if (victim.value == nullptr) {
    return moving_count_.load(std::memory_order_relaxed) > 0 ? Moved::kOthersMove : Moved::kNothingLeft;
  }
  thread.making_room = true;
  const Moved moved = Move(std::move(victim), disk);
  thread.making_room = false;
  moving_count_.fetch_sub(1, std::memory_order_relaxed);
  return moved;
}

ValueRouter::Moved ValueRouter::Move(Victim victim, ErrorPtr* disk) {
  NativeCharge& charge = *victim.charge;
  SharedObject& object = *charge.object;
  // The store may take the bytes from the same budget: for a moment the value is there twice and charged once.
  const uint64_t bytes = std::exchange(charge.bytes, 0);
  GiveBack(bytes);
  BudgetMeter meter(*parts_.stored.store, *parts_.budget);
  ErrorPtr error;
  std::shared_ptr<StoredObject> stored =
      StoreIn({parts_.stored.store, &meter}, object, object.id(), object.type(), victim.value.get(), &error);
  // A store that keeps its bytes in the same memory wins nothing: then the value, and others, may as well stay.
  const bool won = stored != nullptr && meter.taken_bytes() < bytes - bytes / 8;
  const bool no_disk = error != nullptr && error->type == ErrorType::kOutOfDisk;
  const bool unwritable = error != nullptr && !no_disk && error->type != ErrorType::kOutOfMemory;
  if (no_disk) *disk = error;
  if (won && object.Migrate(stored)) {
    migrated_count_.fetch_add(1, std::memory_order_relaxed);
  } else if (!won) {
    stored = nullptr;  // Gives its bytes back first.
    if (parts_.budget->Reserve(bytes).ok()) {
      charged_bytes_.fetch_add(bytes, std::memory_order_relaxed);
      charge.bytes = bytes;
    }
    if (!unwritable) PutBack(charge);  // What cannot be written stays out of the list for good.
  }
  stored = nullptr;        // If the object was freed meanwhile.
  victim.value = nullptr;  // Last: the charge lies with the value.
  object.Release();
  return won || unwritable ? Moved::kRoomMade : Moved::kNothingWon;
}

std::shared_ptr<StoredObject> ValueRouter::Store(SharedObject& owner, ObjectId id, const ValueType& type,
                                                 const void* value, ErrorPtr* error) {
  return StoreIn(stored_.store, owner, id, type, value, error);
}

std::shared_ptr<StoredObject> ValueRouter::StoreIn(std::shared_ptr<ObjectStore> store, SharedObject& owner, ObjectId id,
                                                   const ValueType& type, const void* value, ErrorPtr* error) {
  const StoredValueParts parts = {
      .store = std::move(store), .serializer = parts_.stored.serializer, .evolves = parts_.stored.evolves};
  Writing writing = {.parts = parts, .id = id, .type = type.stored()};
  ReferenceCollector collector;
  if (type.use_boxed != nullptr) {
    type.use_boxed(value, &Writing::Write, &writing);
  } else {
    Writing::Write(&writing, value);
  }
  if (!writing.status.ok()) {
    *error = writing.type.descriptor.contains_local_only != 0
                 ? owner.ErrorOf(ErrorType::kLocalOnly,
                                 Concat("object ", id.ToHex(), " is a ", writing.type.descriptor.name,
                                        ": a LocalOnly never leaves its process, and native_values is NEVER"))
                 : owner.ErrorOf(TypeFor(writing.status.code()), std::string(ToStd(writing.status.message())));
    return nullptr;
  }
  std::shared_ptr<InnerObjects> inner;
  if (!KeepInner(owner.shell().watch(), id, writing.written.references, collector, &inner)) {
    stored_.store->Delete(id).IgnoreError();
    *error = owner.ErrorOf(ErrorType::kSerialization,
                           Concat("object ", id.ToHex(), ": the serializer ", parts_.stored.serializer.format(),
                                  " named an object that the value does not refer to"));
    return nullptr;
  }
  return std::make_shared<StoredObject>(shared_from_this(), id, writing.written.size_bytes, std::move(inner),
                                        OriginOf(owner, writing.type.descriptor.name));
}

std::shared_ptr<StoredObject> ValueRouter::Keep(SharedObject& owner, BuiltBytes built) {
  return std::make_shared<StoredObject>(shared_from_this(), std::move(built),
                                        OriginOf(owner, owner.type().stored().descriptor.name));
}

ErrorPtr ValueRouter::ErrorFor(const absl::Status& status) {
  auto error = std::make_shared<ErrorRecord>();
  error->type = TypeFor(status.code());
  error->message = Concat(error->type == ErrorType::kObjectLost
                              ? "the object store no longer has the value, which must be made again: "
                              : "",
                          ToStd(status.message()));
  return error;
}

RoutingCounts ValueRouter::counts() const {
  return {.charged_bytes = charged_bytes_.load(std::memory_order_relaxed),
          .stored_count = stored_count_.load(std::memory_order_relaxed),
          .stored_bytes = stored_bytes_.load(std::memory_order_relaxed),
          .migrated_count = migrated_count_.load(std::memory_order_relaxed),
          .restored_count = restored_count_.load(std::memory_order_relaxed),
          .room = room_->counts()};
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
