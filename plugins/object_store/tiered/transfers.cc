#include "plugins/object_store/tiered/transfers.h"

#include <utility>

#include "absl/status/statusor.h"
#include "core/interface/clock.h"
#include "glog/logging.h"

namespace manta {

void Transfers::UseThread() {
  if (thread_.has_value()) return;
  const absl::StatusOr<ThreadId> thread =
      executor_.Start("spill-io", {.run = [](void* self) { static_cast<Transfers*>(self)->Run(); }, .context = this});
  if (thread.ok()) thread_ = *thread;
}

Transfers::~Transfers() {
  End().IgnoreError();
  if (!thread_.has_value()) return;
  {
    MutexLock lock(mutex_);
    state_ = State::kStopping;
  }
  executor_.Unpark(*thread_);
  executor_.Join(*thread_).IgnoreError();
}

void Transfers::BeginRead(uint64_t offset, std::span<std::byte> out) { Begin({.offset = offset, .out = out}); }

void Transfers::BeginWrite(uint64_t offset, std::span<const std::byte> bytes) {
  Begin({.offset = offset, .bytes = bytes});
}

void Transfers::Begin(const Transfer& transfer) {
  if (!thread_.has_value()) {
    absl::Status moved = Move(transfer);
    MutexLock lock(mutex_);
    CHECK(state_ == State::kIdle) << "a transfer begins before the last one has ended";
    status_ = std::move(moved);
    state_ = State::kDone;
    return;
  }
  {
    MutexLock lock(mutex_);
    CHECK(state_ == State::kIdle) << "a transfer begins before the last one has ended";
    transfer_ = transfer;
    state_ = State::kBegun;
  }
  executor_.Unpark(*thread_);
}

absl::Status Transfers::End() {
  while (true) {
    {
      MutexLock lock(mutex_);
      if (state_ != State::kBegun) {
        state_ = State::kIdle;
        waiting_.reset();
        return std::exchange(status_, absl::OkStatus());
      }
      waiting_ = executor_.Self();
    }
    executor_.Park(kNever);
  }
}

absl::Status Transfers::Move(const Transfer& transfer) {
  return transfer.out.empty() ? file_.WriteAt(transfer.offset, transfer.bytes)
                              : file_.ReadAt(transfer.offset, transfer.out);
}

void Transfers::Run() {
  while (true) {
    std::optional<Transfer> begun;
    {
      MutexLock lock(mutex_);
      if (state_ == State::kStopping) return;
      if (state_ == State::kBegun) begun = transfer_;
    }
    if (!begun.has_value()) {
      executor_.Park(kNever);
      continue;
    }
    absl::Status moved = Move(*begun);
    std::optional<ThreadId> waiting;
    {
      MutexLock lock(mutex_);
      status_ = std::move(moved);
      state_ = State::kDone;
      waiting = waiting_;
    }
    if (waiting.has_value()) executor_.Unpark(*waiting);
  }
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
