// plugins/object_store/tiered/transfers.h -- moves one buffer to or from a file while its owner works on another.
//
// A disk waits while bytes are copied and checked, and the processor waits for the disk. Two buffers in turn keep both
// busy; one thread more does the transfers, one at a time.
//
//   transfers.BeginWrite(offset, full);       // Returns at once.
//   Fill(other);
//   absl::Status written = transfers.End();   // Of what was begun last.
//
// Threads   [one-at-a-time]. End, and the destructor, may wait for the disk. [blocks]
// Memory    Buffers stay untouched from Begin to End.
// Errors    As File.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "core/base/mutex.h"
#include "core/interface/disk.h"
#include "core/interface/executor.h"

namespace manta {

class Transfers {
 public:
  // Both outlive it.
  Transfers(Executor& executor, File& file) : executor_(executor), file_(file) {}
  Transfers(const Transfers&) = delete;
  Transfers& operator=(const Transfers&) = delete;
  ~Transfers();

  // Starts the thread, if there is none. Without one, and where the system gives none, Begin itself waits for the disk.
  // REQUIRES: as Begin. From now on the destructor joins: no lock is held there.
  void UseThread();

  bool has_thread() const { return thread_.has_value(); }

  // Whether End, and the destructor, would wait.
  bool busy() {
    MutexLock lock(mutex_);
    return state_ == State::kBegun;
  }

  // REQUIRES: what was begun before has ended.
  void BeginRead(uint64_t offset, std::span<std::byte> out);
  void BeginWrite(uint64_t offset, std::span<const std::byte> bytes);

  // Ok, if nothing was begun.
  absl::Status End();

 private:
  enum class State { kIdle, kBegun, kDone, kStopping };

  // One of the spans is empty.
  struct Transfer {
    uint64_t offset = 0;
    std::span<std::byte> out = {};
    std::span<const std::byte> bytes = {};
  };

  void Begin(const Transfer& transfer);
  absl::Status Move(const Transfer& transfer);
  void Run();

  Executor& executor_;
  File& file_;
  std::optional<ThreadId> thread_;
  Mutex mutex_{"transfers"};
  State state_ ABSL_GUARDED_BY(mutex_) = State::kIdle;
  Transfer transfer_ ABSL_GUARDED_BY(mutex_);
  std::optional<ThreadId> waiting_ ABSL_GUARDED_BY(mutex_);  // In End.
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
