#include "core/kernel/system/permit.h"

#include <glog/logging.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>

namespace manta {
namespace {

static_assert(sizeof(std::atomic<uint32_t>) == sizeof(uint32_t) && std::atomic<uint32_t>::is_always_lock_free,
              "the system looks at the word itself");

constexpr int64_t kNsPerSecond = 1'000'000'000;

// The moment of the system's monotonic clock that is `delay_ns` ahead.
timespec MonotonicAfter(int64_t delay_ns) {
  timespec now;
  PCHECK(clock_gettime(CLOCK_MONOTONIC, &now) == 0) << "CLOCK_MONOTONIC cannot be read";
  const int64_t until_ns = DeadlineAfter(int64_t{now.tv_sec} * kNsPerSecond + now.tv_nsec, delay_ns);
  return {.tv_sec = until_ns / kNsPerSecond, .tv_nsec = until_ns % kNsPerSecond};
}

// Sleeps while `word` holds `expected`, until woken, interrupted or `until` (null: without end).
void FutexWait(std::atomic<uint32_t>& word, uint32_t expected, const timespec* until) {
  // The bitset form takes an absolute moment of CLOCK_MONOTONIC; FUTEX_WAIT takes a delay.
  const int64_t result = syscall(SYS_futex, &word, FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG, expected, until, nullptr,
                                 FUTEX_BITSET_MATCH_ANY);
  PCHECK(result == 0 || errno == EAGAIN || errno == EINTR || errno == ETIMEDOUT) << "futex wait failed";
}

}  // namespace

WakeReason Permit::Wait(Clock& clock, int64_t deadline_ns) {
  uint32_t found = kGiven;
  if (word_.compare_exchange_strong(found, kNone, std::memory_order_acquire, std::memory_order_relaxed)) {
    return WakeReason::kUnparked;
  }
  int64_t now_ns = 0;
  if (deadline_ns != kNever) {
    now_ns = clock.NowNs();
    if (now_ns >= deadline_ns) return WakeReason::kDeadline;
  }
  found = kNone;
  if (!word_.compare_exchange_strong(found, kWaiting, std::memory_order_relaxed)) {
    word_.exchange(kNone, std::memory_order_acquire);
    return WakeReason::kUnparked;
  }
  while (true) {
    bool late = false;
    if (deadline_ns == kNever) {
      FutexWait(word_, kWaiting, nullptr);
    } else {
      const timespec until = MonotonicAfter(deadline_ns - now_ns);
      FutexWait(word_, kWaiting, &until);
      now_ns = clock.NowNs();
      late = now_ns >= deadline_ns;
    }
    if (late || word_.load(std::memory_order_relaxed) == kGiven) {
      const uint32_t last = word_.exchange(kNone, std::memory_order_acquire);
      return last == kGiven ? WakeReason::kUnparked : WakeReason::kDeadline;
    }
  }
}

void Permit::Give() {
  if (word_.exchange(kGiven, std::memory_order_release) != kWaiting) return;
  PCHECK(syscall(SYS_futex, &word_, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 1, nullptr, nullptr, 0) >= 0)
      << "futex wake failed";
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
