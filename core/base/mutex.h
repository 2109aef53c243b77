// core/base/mutex.h -- excludes threads from each other, and finds locks that are taken in two orders.
//
// A deadlock needs two threads at the wrong moment; the mistake behind it does not. In builds without NDEBUG every
// Lock records which names were held, and an order that contradicts one seen before ends the process at once, with
// both names and the locks held on both sides, even when no thread ever waited.
//
//   class Store {
//     Mutex mutex_{"heap_store"};
//     uint64_t used_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
//   };
//   MutexLock lock(mutex_);
//
// Shapes    A name stands for all mutexes of one class: "a" before "b" in one place and "b" before "a" in another is
//           an error for any instances, also by way of third names. Two instances of one name have no order that
//           could be checked. TryLock waits for nothing, so it may be out of order.
// Threads   All methods are [any-thread]. Waiting for anything but a short critical section is Executor::Park.
// Memory    Names are string literals. The layout is the same in all builds.
// Crashes   Locking a mutex that the thread holds, and a contradicted order: abort, with the story on stderr.
// Cost      std::mutex and one call; where orders are checked about 20 ns more for each lock held.
//
// Source    Clang's thread-safety analysis reads the annotations. std::mutex inside, since ThreadSanitizer cannot see
//           into a system's absl::Mutex.
#pragma once

#include <cstddef>
#include <mutex>

#include "absl/base/thread_annotations.h"

namespace manta {

class ABSL_LOCKABLE Mutex {
 public:
  constexpr explicit Mutex(const char* name) : name_(name) {}
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

  void Lock() ABSL_EXCLUSIVE_LOCK_FUNCTION();
  void Unlock() ABSL_UNLOCK_FUNCTION();

  // Locks and returns true if no thread holds it; returns false at once otherwise.
  bool TryLock() ABSL_EXCLUSIVE_TRYLOCK_FUNCTION(true);

  const char* name() const { return name_; }

 private:
  std::mutex mutex_;
  const char* name_;
};
static_assert(sizeof(Mutex) == sizeof(std::mutex) + sizeof(const char*));

// Holds a mutex as long as it lives.
class ABSL_SCOPED_LOCKABLE MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) ABSL_EXCLUSIVE_LOCK_FUNCTION(mutex) : mutex_(mutex) { mutex_.Lock(); }
  ~MutexLock() ABSL_UNLOCK_FUNCTION() { mutex_.Unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

// True where lock orders are checked: builds without NDEBUG.
bool LockOrderChecked();

// How many mutexes the calling thread holds; 0 where orders are not checked.
size_t HeldMutexCount();

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
