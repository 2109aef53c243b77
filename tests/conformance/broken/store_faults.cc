// A library of stores, each wrong in one thing.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/interface/host.h"
#include "core/interface/object_store.h"
#include "tests/conformance/broken/export_all.h"
#include "tests/conformance/broken/reference_store.h"

namespace manta::conformance {
namespace {

// ---- Codes -----------------------------------------------------------------------------------------------------

// What was ok is ok once more: Abort, Delete, and the last Release.
class OkOnceMore final : public ReferenceStore {
  using ReferenceStore::ReferenceStore;
  absl::StatusOr<std::span<std::byte>> Create(ObjectId id, uint64_t size_bytes,
                                              std::span<const std::byte> metadata) override {
    std::lock_guard lock(done_mutex_);
    const absl::StatusOr<std::span<std::byte>> data = ReferenceStore::Create(id, size_bytes, metadata);
    if (data.ok()) done_.erase(id);
    return data;
  }
  absl::Status Abort(ObjectId id) override {
    std::lock_guard lock(done_mutex_);
    return OnceMore(id, ReferenceStore::Abort(id));
  }
  absl::Status Delete(ObjectId id) override {
    std::lock_guard lock(done_mutex_);
    return OnceMore(id, ReferenceStore::Delete(id));
  }
  absl::Status Release(ObjectId id) override {
    std::lock_guard lock(done_mutex_);
    return OnceMore(id, ReferenceStore::Release(id));
  }

  absl::Status OnceMore(ObjectId id, const absl::Status& status) {
    if (status.ok()) done_.insert(id);
    return done_.contains(id) ? absl::OkStatus() : status;
  }

  std::mutex done_mutex_;
  std::set<ObjectId> done_;
};

// Seal and Abort do not exclude each other: the second one does nothing, and says ok.
class SealsAndAborts final : public ReferenceStore {
  using ReferenceStore::ReferenceStore;
  absl::Status Seal(ObjectId id) override {
    const absl::Status status = ReferenceStore::Seal(id);
    std::lock_guard lock(aborted_mutex_);
    return aborted_.contains(id) ? absl::OkStatus() : status;
  }
  absl::Status Abort(ObjectId id) override {
    std::lock_guard lock(aborted_mutex_);
    const absl::Status status = ReferenceStore::Abort(id);
    if (status.ok()) aborted_.insert(id);
    return absl::IsFailedPrecondition(status) ? absl::OkStatus() : status;
  }
  absl::StatusOr<std::span<std::byte>> Create(ObjectId id, uint64_t size_bytes,
                                              std::span<const std::byte> metadata) override {
    std::lock_guard lock(aborted_mutex_);
    aborted_.erase(id);
    return ReferenceStore::Create(id, size_bytes, metadata);
  }

  std::mutex aborted_mutex_;
  std::set<ObjectId> aborted_;
};

class DeletesWhatIsOpen final : public ReferenceStore {
  using ReferenceStore::ReferenceStore;
  absl::Status Delete(ObjectId id) override {
    const absl::Status status = ReferenceStore::Delete(id);
    return absl::IsFailedPrecondition(status) ? Abort(id) : status;
  }
};

class CreatesNil final : public ReferenceStore {
  using ReferenceStore::ReferenceStore;
  absl::StatusOr<std::span<std::byte>> Create(ObjectId id, uint64_t size_bytes,
                                              std::span<const std::byte> metadata) override {
    if (id.nil()) return std::span<std::byte>();
    return ReferenceStore::Create(id, size_bytes, metadata);
  }
};

class MetadataIsExhausted final : public ReferenceStore {
  using ReferenceStore::ReferenceStore;
  absl::StatusOr<std::span<std::byte>> Create(ObjectId id, uint64_t size_bytes,
                                              std::span<const std::byte> metadata) override {
    absl::StatusOr<std::span<std::byte>> data = ReferenceStore::Create(id, size_bytes, metadata);
    if (id.nil() || !absl::IsInvalidArgument(data.status())) return data;
    return absl::ResourceExhaustedError(data.status().message());
  }
};

class SaysNoLimit final : public ReferenceStore {
  using ReferenceStore::ReferenceStore;
  absl::StatusOr<std::span<std::byte>> Create(ObjectId id, uint64_t size_bytes,
                                              std::span<const std::byte> metadata) override {
    absl::StatusOr<std::span<std::byte>> data = ReferenceStore::Create(id, size_bytes, metadata);
    if (data.ok()) return data;
    return Refuse(data.status().code(), id, "is refused");
  }
};

// Ids are compared without the number of the return.
class IgnoresTheReturn final : public ReferenceStore {
  using ReferenceStore::ReferenceStore;
  absl::StatusOr<std::span<std::byte>> Create(ObjectId id, uint64_t size_bytes,
                                              std::span<const std::byte> metadata) override {
    {
      std::lock_guard lock(mutex_);
      for (const auto& [each, object] : objects_) {
        const bool same = each.worker() == id.worker() && each.sequence() == id.sequence();
        if (same && each != id) return Refuse(absl::StatusCode::kAlreadyExists, id, "exists");
      }
    }
    return ReferenceStore::Create(id, size_bytes, metadata);
  }
};

// ---- Objects and their memory ----------------------------------------------------------------------------------

class ContainsNil final : public ReferenceStore {
  using ReferenceStore::ReferenceStore;
  bool Contains(ObjectId id) override { return id.nil() || ReferenceStore::Contains(id); }
};

class ContainsWhatIsPinned final : public ReferenceStore {
  using ReferenceStore::ReferenceStore;
  bool Contains(ObjectId id) override {
    std::lock_guard lock(mutex_);
    const Object* const object = FindSealed(id);
    return object != nullptr && object->info.pin_count > 0;
  }
};

// Readers of an id get the bytes of the first object that was deleted under it.
class ShowsDeletedBytes final : public ReferenceStore {
  using ReferenceStore::ReferenceStore;
  absl::StatusOr<ObjectView> Get(ObjectId id) override {
    absl::StatusOr<ObjectView> view = ReferenceStore::Get(id);
    std::lock_guard lock(mutex_);
    const auto found = deleted_.find(id);
    if (view.ok() && found != deleted_.end()) view->data = found->second;
    return view;
  }
  void Erase(ObjectId id) override {
    Object& object = objects_.at(id);
    const std::span<std::byte> data = Data(object);
    const bool keeps = object.info.state == ObjectState::kDeleted && data.size() < 1000;
    if (keeps) deleted_.try_emplace(id, data.begin(), data.end());
    ReferenceStore::Erase(id);
  }

  std::map<ObjectId, std::vector<std::byte>> deleted_;
};

// Objects of three units that have metadata have their data in one place.
class Overlaps final : public ReferenceStore {
  using ReferenceStore::ReferenceStore;
  std::span<std::byte> Data(Object& object) override {
    const uint64_t size_bytes = object.info.size_bytes;
    const bool three_units = size_bytes > 2 * kAlignmentBytes && size_bytes <= 3 * kAlignmentBytes;
    if (!three_units || object.info.metadata_bytes <= 8) return ReferenceStore::Data(object);
    return {units_[0].bytes, size_bytes};
  }

  Unit units_[3];
};

// An empty store takes an object of one unit more than its capacity.
class TakesAUnitMore final : public ReferenceStore {
  using ReferenceStore::ReferenceStore;
  absl::Status MakeRoom(ObjectId id, uint64_t charge_bytes) override {
    const bool takes = used_bytes_ == 0 && charge_bytes == kCapacityBytes + kAlignmentBytes;
    return takes ? budget_.Reserve(charge_bytes) : ReferenceStore::MakeRoom(id, charge_bytes);
  }
};

class NeverFillsWithOne final : public ReferenceStore {
  using ReferenceStore::ReferenceStore;
  absl::Status MakeRoom(ObjectId id, uint64_t charge_bytes) override {
    return charge_bytes == kCapacityBytes ? Full(id, charge_bytes) : ReferenceStore::MakeRoom(id, charge_bytes);
  }
};

// The room of what is deleted is free though it is pinned.
class FreesPinnedRoom final : public ReferenceStore {
  using ReferenceStore::ReferenceStore;
  absl::Status Delete(ObjectId id) override {
    const absl::Status status = ReferenceStore::Delete(id);
    std::lock_guard lock(mutex_);
    const auto found = objects_.find(id);
    if (!status.ok() || found == objects_.end()) return status;
    if (freed_.insert(id).second) used_bytes_ -= ReferenceStore::Charge(found->second);
    return status;
  }
  void Erase(ObjectId id) override {
    if (freed_.erase(id) != 0) used_bytes_ += ReferenceStore::Charge(objects_.at(id));
    ReferenceStore::Erase(id);
  }

  std::set<ObjectId> freed_;
};

// What large objects have behind their last whole unit is not there.
class CutsData final : public ReferenceStore {
  using ReferenceStore::ReferenceStore;
  std::span<std::byte> Data(Object& object) override {
    const std::span<std::byte> data = ReferenceStore::Data(object);
    return data.size() > 4096 ? data.first(data.size() / kAlignmentBytes * kAlignmentBytes) : data;
  }
};

class ContainsTheAborted final : public ReferenceStore {
  using ReferenceStore::ReferenceStore;
  absl::Status Abort(ObjectId id) override {
    const absl::Status status = ReferenceStore::Abort(id);
    std::lock_guard lock(mutex_);
    if (status.ok()) aborted_.insert(id);
    return status;
  }
  bool Contains(ObjectId id) override {
    if (ReferenceStore::Contains(id)) return true;
    std::lock_guard lock(mutex_);
    return !objects_.contains(id) && aborted_.contains(id);
  }

  std::set<ObjectId> aborted_;
};

// Until it is listed for the first time, it counts as used what was given up since the last Create.
class CountsUntilListed final : public ReferenceStore {
  using ReferenceStore::ReferenceStore;
  ObjectStoreStats Stats() override {
    ObjectStoreStats stats = ReferenceStore::Stats();
    std::lock_guard lock(mutex_);
    stats.used_bytes += given_up_bytes_;
    return stats;
  }
  uint64_t List(std::span<ObjectInfo> out) override {
    {
      std::lock_guard lock(mutex_);
      listed_ = true;
      given_up_bytes_ = 0;
    }
    return ReferenceStore::List(out);
  }
  absl::Status MakeRoom(ObjectId id, uint64_t charge_bytes) override {
    given_up_bytes_ = 0;
    return ReferenceStore::MakeRoom(id, charge_bytes);
  }
  void Erase(ObjectId id) override {
    if (!listed_) given_up_bytes_ += ReferenceStore::Charge(objects_.at(id));
    ReferenceStore::Erase(id);
  }

  bool listed_ = false;
  uint64_t given_up_bytes_ = 0;
};

// The memory budget does not get back what is open in the end.
class KeepsWhatIsOpen final : public ReferenceStore {
 public:
  using ReferenceStore::ReferenceStore;
  ~KeepsWhatIsOpen() override {
    for (const auto& [id, object] : objects_) {
      if (object.info.state == ObjectState::kOpen) used_bytes_ -= ReferenceStore::Charge(object);
    }
  }
};

// Something of each object stays on the heap, and is counted nowhere.
class LeaksMemory final : public ReferenceStore {
  using ReferenceStore::ReferenceStore;
  void Erase(ObjectId id) override {
    static auto* const left = new std::vector<std::vector<char>>();
    left->emplace_back(100);
    ReferenceStore::Erase(id);
  }
};

// After many objects have been given up, one unit is never given out again.
class LosesAUnit final : public ReferenceStore {
  using ReferenceStore::ReferenceStore;
  absl::Status MakeRoom(ObjectId id, uint64_t charge_bytes) override {
    const uint64_t lost_bytes = erased_count_ >= 64 && charge_bytes <= kCapacityBytes ? kAlignmentBytes : 0;
    absl::Status status = ReferenceStore::MakeRoom(id, charge_bytes + lost_bytes);
    if (status.ok()) budget_.Release(lost_bytes);
    return status;
  }
  void Erase(ObjectId id) override {
    ++erased_count_;
    ReferenceStore::Erase(id);
  }

  uint64_t erased_count_ = 0;
};

// An empty memory budget has a code of its own.
class BudgetIsUnavailable final : public ReferenceStore {
  using ReferenceStore::ReferenceStore;
  absl::Status MakeRoom(ObjectId id, uint64_t charge_bytes) override {
    const absl::Status status = ReferenceStore::MakeRoom(id, charge_bytes);
    if (status.ok() || charge_bytes > kCapacityBytes - used_bytes_) return status;
    return Refuse(absl::StatusCode::kUnavailable, id, "finds the memory budget empty");
  }
};

class CountsAnEviction final : public ReferenceStore {
 public:
  explicit CountsAnEviction(const Host& host) : ReferenceStore(host) { evicted_count_ = 1; }
};

// ---- Subscriptions ---------------------------------------------------------------------------------------------

class SubscribesToNil final : public ReferenceStore {
  using ReferenceStore::ReferenceStore;
  absl::Status Subscribe(ObjectId id, SealListener* listener) override {
    return id.nil() ? absl::OkStatus() : ReferenceStore::Subscribe(id, listener);
  }
};

// Each call makes two subscriptions.
class TellsTwice final : public ReferenceStore {
  using ReferenceStore::ReferenceStore;
  absl::Status Subscribe(ObjectId id, SealListener* listener) override {
    const absl::Status status = ReferenceStore::Subscribe(id, listener);
    return status.ok() ? ReferenceStore::Subscribe(id, listener) : status;
  }
  absl::Status Unsubscribe(ObjectId id, SealListener* listener) override {
    const absl::Status status = ReferenceStore::Unsubscribe(id, listener);
    if (status.ok()) (void)ReferenceStore::Unsubscribe(id, listener);
    return status;
  }
};

// One subscription of each listener to each object.
class TellsEachListenerOnce final : public ReferenceStore {
  using ReferenceStore::ReferenceStore;
  absl::Status Subscribe(ObjectId id, SealListener* listener) override {
    {
      std::lock_guard lock(mutex_);
      const std::vector<SealListener*>& listeners = listeners_[id];
      if (std::find(listeners.begin(), listeners.end(), listener) != listeners.end()) return absl::OkStatus();
    }
    return ReferenceStore::Subscribe(id, listener);
  }
};

// A call leaves the subscription, as long as the object is there.
class TellsEveryTime final : public ReferenceStore {
  using ReferenceStore::ReferenceStore;
  absl::Status Seal(ObjectId id) override {
    std::vector<SealListener*> listeners;
    {
      std::lock_guard lock(mutex_);
      listeners = listeners_[id];
    }
    const absl::Status status = ReferenceStore::Seal(id);
    std::lock_guard lock(mutex_);
    if (status.ok() && FindSealed(id) != nullptr) listeners_[id] = listeners;
    return status;
  }
};

// Who waits for another object of the same worker is told as well.
class TellsOfTheWorker final : public ReferenceStore {
  using ReferenceStore::ReferenceStore;
  absl::Status Seal(ObjectId id) override {
    const absl::Status status = ReferenceStore::Seal(id);
    if (!status.ok()) return status;
    std::vector<SealListener*> others;
    {
      std::lock_guard lock(mutex_);
      for (auto& [each, listeners] : listeners_) {
        if (each.worker() != id.worker()) continue;
        others.insert(others.end(), listeners.begin(), listeners.end());
        listeners.clear();
      }
    }
    for (SealListener* listener : others) listener->OnSealed(id);
    return status;
  }
};

// Who subscribes to an object in this state is told at once.
template <ObjectState kState>
class TellsOf final : public ReferenceStore {
  using ReferenceStore::ReferenceStore;
  absl::Status Subscribe(ObjectId id, SealListener* listener) override {
    if (listener == nullptr || !Is(id)) return ReferenceStore::Subscribe(id, listener);
    listener->OnSealed(id);
    return absl::OkStatus();
  }

  bool Is(ObjectId id) {
    std::lock_guard lock(mutex_);
    const auto found = objects_.find(id);
    return found != objects_.end() && found->second.info.state == kState;
  }
};

class ForgetsWhoWaitsForAnAbsent final : public ReferenceStore {
  using ReferenceStore::ReferenceStore;
  absl::Status Subscribe(ObjectId id, SealListener* listener) override {
    {
      std::lock_guard lock(mutex_);
      if (!id.nil() && listener != nullptr && Find(id) == nullptr) return absl::OkStatus();
    }
    return ReferenceStore::Subscribe(id, listener);
  }
};

// The subscription ends when its call has returned.
class ForgetsAfterTheCall final : public ReferenceStore {
  using ReferenceStore::ReferenceStore;
  absl::Status Seal(ObjectId id) override {
    std::vector<SealListener*> listeners;
    {
      std::lock_guard lock(mutex_);
      Object* const object = Find(id);
      if (object == nullptr) return Absent(id);
      if (object->info.state == ObjectState::kSealed) return Precondition(id, "is sealed");
      object->info.state = ObjectState::kSealed;
      listeners = listeners_[id];
    }
    for (SealListener* listener : listeners) Tell(id, listener);
    return absl::OkStatus();
  }
  absl::Status Subscribe(ObjectId id, SealListener* listener) override {
    if (id.nil() || listener == nullptr || !Contains(id)) return ReferenceStore::Subscribe(id, listener);
    {
      std::lock_guard lock(mutex_);
      listeners_[id].push_back(listener);
    }
    Tell(id, listener);
    return absl::OkStatus();
  }

  void Tell(ObjectId id, SealListener* listener) {
    listener->OnSealed(id);
    (void)Unsubscribe(id, listener);
  }
};

class TellsAtTheEnd final : public ReferenceStore {
 public:
  using ReferenceStore::ReferenceStore;
  ~TellsAtTheEnd() override {
    for (const auto& [id, listeners] : listeners_) {
      for (SealListener* listener : listeners) listener->OnSealed(id);
    }
  }
};

// ---- The library -----------------------------------------------------------------------------------------------

template <typename Store>
consteval abi::PluginEntry Entry(const char* name, const char* summary) {
  return export_internal::MakeEntry<ObjectStore, &MakeStore<Store>>(
      {.name = name, .summary = summary, .capabilities = kAllCapabilities, .status = abi::PluginStatus::kWip});
}

constexpr abi::PluginEntry kEntries[] = {
    Entry<OkOnceMore>("test.object_store.ok_once_more", "Abort, Delete and Release are ok twice"),
    Entry<SealsAndAborts>("test.object_store.seals_and_aborts", "Seal and Abort do not exclude each other"),
    Entry<DeletesWhatIsOpen>("test.object_store.deletes_what_is_open", "Delete of an open object aborts it"),
    Entry<CreatesNil>("test.object_store.creates_nil", "Creates an object without an id"),
    Entry<MetadataIsExhausted>("test.object_store.metadata_is_exhausted", "Too much metadata is a full store"),
    Entry<SaysNoLimit>("test.object_store.says_no_limit", "Does not say which limit"),
    Entry<IgnoresTheReturn>("test.object_store.ignores_the_return", "A task has one return"),
    Entry<ContainsNil>("test.object_store.contains_nil", "Contains what has no id"),
    Entry<ContainsWhatIsPinned>("test.object_store.contains_what_is_pinned", "Contains what is pinned alone"),
    Entry<ShowsDeletedBytes>("test.object_store.shows_deleted_bytes", "An id's first bytes are its last"),
    Entry<Overlaps>("test.object_store.overlaps", "Objects lie in one place"),
    Entry<TakesAUnitMore>("test.object_store.takes_a_unit_more", "Takes one unit more than its capacity"),
    Entry<NeverFillsWithOne>("test.object_store.never_fills_with_one", "No object is as large as the capacity"),
    Entry<FreesPinnedRoom>("test.object_store.frees_pinned_room", "Pinned objects need no room once deleted"),
    Entry<CutsData>("test.object_store.cuts_data", "Large objects end with their last whole unit"),
    Entry<ContainsTheAborted>("test.object_store.contains_the_aborted", "Contains what was aborted"),
    Entry<CountsUntilListed>("test.object_store.counts_until_listed", "Counts what was given up until it is listed"),
    Entry<KeepsWhatIsOpen>("test.object_store.keeps_what_is_open", "Its end frees no open object"),
    Entry<LeaksMemory>("test.object_store.leaks_memory", "Something of each object stays on the heap"),
    Entry<LosesAUnit>("test.object_store.loses_a_unit", "A unit that was given up is lost"),
    Entry<BudgetIsUnavailable>("test.object_store.budget_is_unavailable", "An empty budget has a code of its own"),
    Entry<CountsAnEviction>("test.object_store.counts_an_eviction", "Has evicted something before it begins"),
    Entry<SubscribesToNil>("test.object_store.subscribes_to_nil", "Takes subscriptions to no object"),
    Entry<TellsTwice>("test.object_store.tells_twice", "Each call makes two subscriptions"),
    Entry<TellsEachListenerOnce>("test.object_store.tells_each_listener_once", "A listener has one subscription"),
    Entry<TellsEveryTime>("test.object_store.tells_every_time", "A call leaves the subscription"),
    Entry<TellsOfTheWorker>("test.object_store.tells_of_the_worker", "Listeners hear of the worker's other objects"),
    Entry<TellsOf<ObjectState::kOpen>>("test.object_store.tells_of_open", "Who subscribes to an open object is told"),
    Entry<TellsOf<ObjectState::kDeleted>>("test.object_store.tells_of_deleted",
                                          "Who subscribes to a deleted and pinned object is told"),
    Entry<ForgetsWhoWaitsForAnAbsent>("test.object_store.forgets_who_waits_for_an_absent",
                                      "A subscription to an absent object is lost"),
    Entry<ForgetsAfterTheCall>("test.object_store.forgets_after_the_call", "A subscription ends after its call"),
    Entry<TellsAtTheEnd>("test.object_store.tells_at_the_end", "Calls in its destructor who still waits"),
};

}  // namespace
}  // namespace manta::conformance

MANTA_EXPORT_ALL(manta::ObjectStore, manta::conformance::kEntries)

// SPDX-License-Identifier: Apache-2.0
