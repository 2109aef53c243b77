#include "core/runtime/memory_watch.h"

#include <algorithm>

#include "glog/logging.h"

namespace manta {
namespace {

// Without the product, which could be too large.
uint64_t PercentOf(uint64_t bytes, uint32_t percent) { return bytes / 100 * percent + bytes % 100 * percent / 100; }

}  // namespace

MemoryWatch::MemoryWatch(MemoryBudget& inner, const MemoryMarks& marks)
    : MemoryBudgetWrapper(inner),
      high_bytes_(std::max<uint64_t>(1, PercentOf(inner.limit_bytes(), marks.high_percent))),
      low_bytes_(std::min(PercentOf(inner.limit_bytes(), marks.low_percent), high_bytes_ - 1)) {
  CHECK_LT(marks.low_percent, marks.high_percent);
  CHECK_LE(marks.high_percent, 100u);
}

MemoryState MemoryWatch::state() const {
  const uint64_t used = used_bytes();
  return {.pressure = pressure(),
          .used_bytes = used,
          .peak_bytes = std::max(used, peak_bytes_.load(std::memory_order_relaxed)),
          .limit_bytes = limit_bytes()};
}

void MemoryWatch::RaisePeak(uint64_t used_bytes) {
  uint64_t peak = peak_bytes_.load(std::memory_order_relaxed);
  while (peak < used_bytes && !peak_bytes_.compare_exchange_weak(peak, used_bytes, std::memory_order_relaxed)) {
  }
}

void MemoryWatch::Join(Waiter& waiter) {
  MutexLock lock(mutex_);
  waiters_.push_back(&waiter);
  waiting_count_.fetch_add(1, std::memory_order_seq_cst);
  Tell();
}

void MemoryWatch::Leave(Waiter& waiter) {
  MutexLock lock(mutex_);
  CHECK_EQ(std::erase(waiters_, &waiter), 1u);
  waiting_count_.fetch_sub(1, std::memory_order_seq_cst);
  Tell();
}

void MemoryWatch::NotifyAll() {
  MutexLock lock(mutex_);
  for (Waiter* const waiter : waiters_) waiter->notify(waiter);
}

void MemoryWatch::Look() {
  MutexLock lock(mutex_);
  LookAtMarks();
}

void MemoryWatch::LookAtMarks() {
  for (;;) {
    const bool was_high = high_.load(std::memory_order_relaxed);
    const uint64_t used = used_bytes();
    const bool is_high = was_high ? used > low_bytes_ : used >= high_bytes_;
    if (is_high == was_high) return;
    high_.store(is_high, std::memory_order_seq_cst);
    Tell();
  }
}

void MemoryWatch::Tell() {
  const MemoryPressure now = !waiters_.empty()                       ? MemoryPressure::kFull
                             : high_.load(std::memory_order_relaxed) ? MemoryPressure::kHigh
                                                                     : MemoryPressure::kLow;
  if (pressure_.exchange(now, std::memory_order_acq_rel) == now) return;
  if (executor_ != nullptr) executor_->Unpark(thread_);
}

void MemoryWatch::RingFor(Executor* executor, ThreadId thread) {
  MutexLock lock(mutex_);
  executor_ = executor;
  thread_ = thread;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
