// core/runtime/shared_object.h -- is an object: its state, its counts and its value, in one allocation.
//
// A reference is a pointer to this block; copying it is one atomic addition. Whoever waits for the value is linked
// into `waiters`, whoever reads it gets a std::shared_ptr whose control block lies in here as well: nothing else is
// allocated for an object, and reading takes no lock.
//
//   pending --Publish--> native | stored | error             native --Migrate--> stored
//                                                            native | stored --Free--> error
//   stored --last reference, weak ones are left--> cached --WeakCell::Lock--> stored, or gone (weak_cell.h)
//
// Shapes    Native: the value lies in the block. Stored: its bytes lie in the object store (StoredObject), and are made
//           a value again when somebody asks. Error: there is none, and the record says why. value_router.h decides.
// Threads   [any-thread], the protected methods excepted.
// Memory    A new state has one reference. The block is freed when neither a reference nor a pointer from View is left;
//           of an object that has escaped, when the ref counter has decided as well (reference_watch.h). The last
//           reference never destroys recursively: objects that die because another one did wait in the thread's list
//           for a loop that is running already.
// Crashes   Release without a reference.
// Cost      Retain, Release, View: one atomic operation each, not contended unless the object is.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <string>
#include <type_traits>
#include <utility>

#include "core/base/atomics.h"
#include "core/base/buffer.h"
#include "core/base/error.h"
#include "core/base/ids.h"
#include "core/runtime/block_pool.h"
#include "core/runtime/native_charge.h"
#include "core/runtime/runtime_shell.h"
#include "core/runtime/thread_state.h"
#include "core/runtime/waiter_list.h"

namespace manta {

class StoredObject;
class TaskState;
struct StoredType;

// What the runtime must know of a C++ type. One per type and program, immutable.
struct ValueType {
  const StoredType& (*stored)() = nullptr;  // How it lies in the store. Null for void.

  // Of types that are stored as what a std::unique_ptr holds: calls `use` with one that holds `value`. Else null.
  void (*use_boxed)(const void* value, void (*use)(void* context, const void* box), void* context) = nullptr;

  uint64_t (*owned_bytes)(const void* value) = nullptr;  // Null for types that own no memory (owned_bytes.h).
};

// What a block is to the pool that it comes from and goes back to.
struct BlockShape {
  uint32_t size_bytes;
  uint8_t pool_class;
};

template <typename Block>
constexpr BlockShape ShapeOf() {
  return {sizeof(Block), BlockPool::ClassOf(sizeof(Block), alignof(Block))};
}

// Gives a std::shared_ptr's control block its place, `kPlace` bytes from the start of an object's block, and frees the
// whole block with it.
template <typename U, size_t kPlace>
struct BlockAllocator {
  using value_type = U;
  template <typename V>
  struct rebind {
    using other = BlockAllocator<V, kPlace>;
  };

  BlockAllocator(void* block, uint8_t pool_class) : tagged_block(reinterpret_cast<uintptr_t>(block) | pool_class) {}
  template <typename V>
  BlockAllocator(const BlockAllocator<V, kPlace>& other) : tagged_block(other.tagged_block) {}  // NOLINT: rebinding.

  static constexpr size_t kPlaceBytes = 32;
  U* allocate(size_t count) {
    static_assert(sizeof(U) <= kPlaceBytes && alignof(U) <= alignof(void*));
    return count == 1 ? reinterpret_cast<U*>((tagged_block & ~kTag) + kPlace) : throw std::bad_alloc();
  }
  void deallocate(U*, size_t) noexcept {
    BlockPool::Free(reinterpret_cast<void*>(tagged_block & ~kTag), static_cast<uint8_t>(tagged_block & kTag));
  }
  friend bool operator==(const BlockAllocator&, const BlockAllocator&) = default;

  static constexpr uintptr_t kTag = alignof(std::max_align_t) - 1;
  static_assert(BlockPool::kClassCount <= kTag + 1);
  uintptr_t tagged_block;  // The block's address, and its class in the bits that are 0 there.
};

class SharedObject {
 public:
  // Changing: from native to another one, for a moment.
  enum class Form : uint8_t { kPending = 0, kNative, kStored, kError, kChanging };

  SharedObject(const SharedObject&) = delete;
  SharedObject& operator=(const SharedObject&) = delete;

  // `site` is where the program got it, for those who observe.
  void Retain(SourceSite site = {}) {
    // The sign of the sum: the processor's flags have it already.
    static_assert(kObserved == uint64_t{1} << 63);
    if (static_cast<int64_t>(references_.fetch_add(1, std::memory_order_relaxed) + 1) < 0) [[unlikely]]
      TellRetained(site);
  }
  // The same for a new object, which no other thread knows yet and which has one reference.
  void RetainNew() {
    if (references_.load(std::memory_order_relaxed) != 1) [[unlikely]]
      return Retain();
    references_.store(2, std::memory_order_relaxed);
  }
  void Release() {
    // The only reference is the caller's, and nobody can get another, neither through a weak one nor because the value
    // may be moved: nothing is left to decide.
    const uint64_t now = references_.load(std::memory_order_acquire);
    if (now == 1 && heat_.load(std::memory_order_relaxed) == Heat::kUntracked) return LastReference();
    if (static_cast<int64_t>(now) < 0) [[unlikely]]
      return ReleaseObserved();
    Drop();
  }

  // Adds a reference unless the last one is gone. REQUIRES: its memory cannot go meanwhile (weak_cell.h). The caller
  // may hold locks, and calls RetainTried when it does not any more.
  bool TryRetain();
  void RetainTried() {
    if (observed()) TellRetained({});
  }

  // For WeakCell alone. The last reference has gone: keeps the value for weak ones, as long as the store has room.
  // False: it goes.
  bool BecomeCached();
  // The first reference after that. False: the value is gone, and with it goes the object: see Expire.
  bool Revive();
  void Expire();

  // Somebody holds a weak reference, or did. REQUIRES: a reference.
  void MarkWeaklyHeld() { references_.fetch_or(kWeaklyHeld, std::memory_order_relaxed); }

  bool ready() const { return waiters_.closed(); }
  WaiterList& waiters() { return waiters_; }

  // REQUIRES: ready(), as do the rest of the readers.
  Form form() const { return form_.load(std::memory_order_acquire); }
  ErrorPtr error() const { return std::static_pointer_cast<const ErrorRecord>(content_); }  // REQUIRES: kError.

  // The value, pinned as long as the pointer lives; null, and `error` set, when it is none. Equal pointers as long as
  // one of them lives.
  std::shared_ptr<const void> View(ErrorPtr* error) {
    if (Heat cold = Heat::kCold; heat_.load(std::memory_order_relaxed) == cold) [[unlikely]] {
      heat_.compare_exchange_strong(cold, Heat::kWarm, std::memory_order_relaxed);
    }
    if (std::shared_ptr<const void> view = view_.lock(); view != nullptr) [[likely]] {
      return view;
    }
    return SlowView(error);
  }

  // References there are right now; for people.
  uint64_t reference_count() const { return references_.load(std::memory_order_relaxed) & ~kMarks; }

  // Whether the ref counter is told of it. REQUIRES: its memory cannot go meanwhile.
  bool counted() const { return (references_.load(std::memory_order_acquire) & kCounted) != 0; }

  // Whether somebody is told of each of its references. The same from birth to death.
  bool observed() const { return (references_.load(std::memory_order_relaxed) & kObserved) != 0; }

  // For ReferenceWatch, which alone makes objects counted, and ends them.
  void MarkCounted() { references_.fetch_or(kCounted, std::memory_order_relaxed); }
  // Adds a reference; whether it is the only one. REQUIRES: the watch's lock.
  bool RetainCounted() { return (references_.fetch_add(1, std::memory_order_relaxed) & ~kMarks) == 0; }
  // Nothing needs it: it dies.
  void EndCounted() { EndMarked(references_.load(std::memory_order_relaxed)); }

  ObjectId id() const { return ObjectId(shell_.worker_id(), sequence_, 0); }
  virtual const ValueType& type() const = 0;
  RuntimeShell& shell() const { return shell_; }
  uint64_t size_bytes() const { return size_bytes_; }

  // The task whose result this is, or one of whose results; null for values that were put or promised. Lives as long as
  // this does.
  virtual TaskState* task() { return nullptr; }

  // Makes it an error, and tells all who wait. REQUIRES: pending, and nobody else publishes; as do the other Publish
  // methods.
  void PublishError(ErrorPtr error);

  // For ValueRouter, which alone moves values.
  // The native value, pinned; null when it is not native, not yet or not any more, or when somebody else has a pin.
  std::shared_ptr<const void> PinAlone() const {
    if (form() != Form::kNative || view_.use_count() > 1) return nullptr;
    return view_.lock();
  }
  // Whether somebody has asked for the value since this was last called.
  bool UsedLately() { return heat_.exchange(Heat::kCold, std::memory_order_relaxed) == Heat::kWarm; }
  // The value has been written into the store: lets go of the native one, which lives on as long as pointers to it do.
  // False: it is not native any more.
  bool Migrate(std::shared_ptr<StoredObject> stored);

  // Lets go of the value, wherever it is; who asks for it from now on gets `error`. False: it is not ready, or is an
  // error. Void is let go of, too.
  bool Free(ErrorPtr error);

  // An error that names this object's task, if it is one's.
  ErrorPtr ErrorOf(ErrorType type, std::string message);

  // Destroys objects that wait for it on this thread, until none is left.
  static void DestroyDying(ThreadState& thread);

 protected:
  // `site` is where the program made it, for those who observe.
  SharedObject(RuntimeShell& shell, BlockShape shape, SourceSite site = {});

  uint8_t pool_class() const { return pool_class_; }

  // Whether the caller's is the only reference, and nobody can get another: who waits has one, and nobody holds it
  // weakly.
  bool unreachable() const { return references_.load(std::memory_order_acquire) == 1; }
  virtual ~SharedObject() = default;

  // Makes the value visible, and tells all who wait. `view` owns the value; its control block was made by
  // BlockAllocator. Null for void.
  void PublishNative(std::shared_ptr<const void> view);

  // Writes the value into the store, destroys it here, and makes it visible. False: the object is an error.
  bool PublishStored(void* value, void (*destroy)(void* value) noexcept);

  // Makes the value visible as what it looks at in the store, if that can spill what was built there, and destroys it
  // here. False: nothing is done.
  bool PublishBuilt(const Buffer& buffer, void* value, void (*destroy)(void* value) noexcept);

  // Charges the budget for a value that owns `bytes` of memory, which is much; once published, it may be moved into the
  // store. False: the object is an error.
  bool Charge(NativeCharge** charge, uint64_t bytes);

  // The value's; null: it owns too little.
  virtual NativeCharge* charge() { return nullptr; }

 private:
  // Beside the count.
  static constexpr uint64_t kObserved = uint64_t{1} << 63;
  static constexpr uint64_t kWeaklyHeld = uint64_t{1} << 62;
  static constexpr uint64_t kCounted = uint64_t{1} << 61;  // Without a reference it lives until EndCounted.
  static constexpr uint64_t kMarks = kObserved | kWeaklyHeld | kCounted;

  // Whether the value may be moved into the store, and has been read since that was last asked.
  enum class Heat : uint8_t { kUntracked, kCold, kWarm };

  void Notice(SourceSite site);
  void TellRetained(SourceSite site);
  void ReleaseObserved();
  void Drop() {
    const uint64_t before = references_.fetch_sub(1, std::memory_order_acq_rel);
    if (before == 1) {
      LastReference();
    } else if ((before & ~kMarks) <= 1) [[unlikely]] {
      LastOfMarked(before);
    }
  }
  void TellValue(uint64_t size_bytes);
  void Untrack();
  void LastReference();
  void LastOfMarked(uint64_t before);
  void EndMarked(uint64_t references);
  bool LetGo(ErrorPtr error);
  bool Replace(Form form, std::shared_ptr<const void> content);
  [[noreturn]] void Underflow(uint64_t before) const;
  void Destroy(const ThreadState& thread);
  void Publish(Form form);
  std::shared_ptr<const void> SlowView(ErrorPtr* error);

  Atomic<uint64_t> references_{1};  // Of a dying object: the next in the thread's list.
  WaiterList waiters_;
  Atomic<Form> form_{Form::kPending};
  Atomic<Heat> heat_{Heat::kUntracked};
  bool view_in_block_ = false;
  uint8_t pool_class_;
  uint32_t size_bytes_;
  uint64_t sequence_;
  RuntimeShell& shell_;
  std::shared_ptr<const void> content_;  // The value, the StoredObject or the ErrorRecord, by form.
  std::weak_ptr<const void> view_;       // Of a native value. Never changes once published.
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
