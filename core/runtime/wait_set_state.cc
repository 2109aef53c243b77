#include "core/runtime/wait_set_state.h"

#include <memory>
#include <utility>

#include "core/runtime/core_visit.h"
#include "core/runtime/help.h"
#include "core/runtime/runtime_core.h"

namespace manta {

void WaitSetState::Abandon() {
  uint64_t left_count = 0;
  for (Entry* entry = first_; entry != nullptr;) {
    Entry* const next = entry->next_entry;
    if (entry->object->waiters().Remove(entry)) {
      HandOut(entry).object->Release();
    } else {
      ++left_count;
    }
    entry = next;
  }
  left_count_ = left_count;
  abandoned_ = true;
  Finish();
}

// By whoever holds the turn: the owner first, then whoever reports when nobody holds it.
void WaitSetState::Finish() {
  do {
    while (Entry* const entry = TakeReady()) {
      HandOut(entry).object->Release();
      --left_count_;
    }
    if (left_count_ == 0) {
      delete this;
      return;
    }
  } while (!ready_.TryIdle());
}

void WaitSetState::Add(SharedObject* object, uint64_t tag) {
  auto entry = std::make_unique<Entry>();
  entry->set = this;
  entry->object = object;
  entry->tag = tag;
  entry->notify = &WaitSetState::OnReady;
  entry->previous_entry = last_;
  (last_ == nullptr ? first_ : last_->next_entry) = entry.get();
  last_ = entry.get();
  if (to_help_ == nullptr) to_help_ = last_;
  ++size_;
  if (!object->waiters().Add(last_)) ready_.Send(last_);  // This thread holds the turn.
  entry.release();
}

void WaitSetState::OnReady(Waiter* waiter) {
  auto* const entry = static_cast<Entry*>(waiter);
  WaitSetState& set = *entry->set;
  if (!set.ready_.Send(entry)) return;
  if (set.abandoned_) {
    set.Finish();
  } else {
    set.waiter_.load(std::memory_order_acquire)->Wake();
  }
}

WaitSetState::Entry* WaitSetState::TakeReady() {
  if (taken_ == nullptr) taken_ = ready_.TakeAll();
  Entry* const entry = taken_;
  if (entry != nullptr) taken_ = entry->next;
  return entry;
}

void WaitSetState::Unlink(Entry* entry) {
  if (to_help_ == entry) to_help_ = entry->next_entry;
  (entry->previous_entry == nullptr ? first_ : entry->previous_entry->next_entry) = entry->next_entry;
  (entry->next_entry == nullptr ? last_ : entry->next_entry->previous_entry) = entry->previous_entry;
  --size_;
}

WaitSetState::Ready WaitSetState::HandOut(Entry* entry) {
  Unlink(entry);
  Ready ready{.object = entry->object, .tag = entry->tag, .error = nullptr};
  delete entry;
  return ready;
}

WaitSetState::Ready WaitSetState::Next(int64_t deadline_ns) {
  if (Entry* const entry = TakeReady(); entry != nullptr) return HandOut(entry);
  const CoreVisit visit(shell_);
  if (!visit) {
    auto error = std::make_shared<ErrorRecord>();
    error->type = ErrorType::kShutdown;
    error->message = "the runtime was shut down before any of several objects was ready";
    return {.error = std::move(error)};
  }
  RuntimeCore& core = *visit.core();
  for (;;) {
    if (Entry* const entry = TakeReady(); entry != nullptr) return HandOut(entry);
    // Inside a task, so that trees of waits need no thread for each. Elsewhere the next to be ready is not to wait for
    // the end of one that takes long.
    if (Entry* const entry = to_help_; entry != nullptr && deadline_ns == kNever && CurrentThread().task != nullptr) {
      to_help_ = entry->next_entry;
      Help(core, *entry->object);
      continue;
    }
    ThreadWaiter waiter(core.executor(), nullptr);
    waiter_.store(&waiter, std::memory_order_release);
    if (!ready_.TryIdle()) continue;  // One has come.
    ErrorPtr error;
    if (core.Park(waiter, deadline_ns, &error)) continue;
    if (ready_.TryTurn()) return {.error = std::move(error)};
    // One has just come, and its thread is about to wake this one.
    while (!waiter.notified.load(std::memory_order_acquire)) ParkThread(core.executor(), kNever);
  }
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
