// core/runtime/room.h -- waits until there is room in memory, and says who has it when there is none.
//
// A value finds no room when the budget or the store is full of what cannot go, or can go only to a disk that takes no
// more. Somebody else may be about to let go of something: so whoever needs room waits for that, up to put_timeout, and
// tries again each time something went.
//
//   attempt --no room--> joined --something went--> attempt --room--> done
//                           \---time is up, Shutdown, a deadlock--> error, with the ten largest holders
//
// While it waits a thread runs nothing, and gives its slot to another one: what frees room may be a task that is
// queued. All who wait are woken, and who asks for less may find room first: a line would let one request that nothing
// can meet hold up all behind it.
//
// Not waited for: what is larger than the limit itself. Nor do those wait who others wait for: a thread that moves
// values out of memory, or destroys objects.
//
// Threads   Attach and Detach are the router's; the rest [any-thread].
// Errors    kResourceExhausted (memory) or kUnavailable (disk) as the attempt has said it, and who has the memory;
//           kCancelled after Shutdown.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "core/base/atomics.h"
#include "core/runtime/memory_watch.h"
#include "core/runtime/runtime_shell.h"

namespace manta {

class RuntimeCore;

struct RoomCounts {
  uint64_t waited_count = 0;   // Requests that had to wait.
  uint64_t refused_count = 0;  // Requests that found no room in the end.
};

class Room {
 public:
  static constexpr uint64_t kHoldersNamed = 10;

  // Without a watch nobody waits.
  Room(std::shared_ptr<MemoryWatch> watch, int64_t put_timeout_ns)
      : watch_(std::move(watch)), put_timeout_ns_(put_timeout_ns) {}

  void Attach(RuntimeShell& shell) { shell_.store(&shell, std::memory_order_release); }
  void Detach() { shell_.store(nullptr, std::memory_order_release); }

  // Something went.
  void Made() {
    if (watch_ != nullptr) watch_->RoomMade();
  }

  // Whether a store or the budget says that there is no room now (object_store.h).
  static bool IsMissing(const absl::Status& status) {
    return status.code() == absl::StatusCode::kResourceExhausted || status.code() == absl::StatusCode::kUnavailable;
  }

  // Calls `attempt`, which has found no room once, until it says anything else. `may_fit`: it would with all else gone.
  template <typename Attempt>
  absl::Status Wait(bool may_fit, Attempt attempt) {
    return WaitFor(
        may_fit, [](void* context) { return (*static_cast<Attempt*>(context))(); }, &attempt);
  }

  MemoryWatch* watch() const { return watch_.get(); }
  RoomCounts counts() const {
    return {.waited_count = waited_count_.load(std::memory_order_relaxed),
            .refused_count = refused_count_.load(std::memory_order_relaxed)};
  }

 private:
  using Try = absl::Status (*)(void* context);

  absl::Status WaitFor(bool may_fit, Try attempt, void* context);
  absl::Status Park(RuntimeCore& core, Try attempt, void* context, std::string* how_it_ended);

  const std::shared_ptr<MemoryWatch> watch_;
  const int64_t put_timeout_ns_;  // 0: nobody waits.
  Atomic<RuntimeShell*> shell_{nullptr};
  Atomic<uint64_t> waited_count_{0};
  Atomic<uint64_t> refused_count_{0};
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
