#include "tools/bench/hand_over.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace manta::bench {
namespace {

// Sleeps while the word holds `value`; spurious returns are the caller's to notice.
void FutexWait(std::atomic<uint32_t>& word, uint32_t value) {
  syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, value, nullptr, nullptr, 0);
}

void FutexWakeOne(std::atomic<uint32_t>& word) {
  syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
}

void SleepUntilNot(std::atomic<uint32_t>& word, uint32_t value) {
  while (word.load(std::memory_order_acquire) == value) FutexWait(word, value);
}

}  // namespace

SpinningPartner::SpinningPartner()
    : thread_([this] {
        for (uint64_t turn = 1;; ++turn) {
          uint64_t seen = 0;
          do {
            seen = there_.load(std::memory_order_acquire);
          } while (seen < turn);
          if (seen == kEnd) return;
          back_.store(turn, std::memory_order_release);
        }
      }) {}

SpinningPartner::~SpinningPartner() {
  there_.store(kEnd, std::memory_order_release);
  thread_.join();
}

void SpinningPartner::ThereAndBack() {
  there_.store(++turn_, std::memory_order_release);
  while (back_.load(std::memory_order_acquire) != turn_) {
  }
}

SleepingPartner::SleepingPartner()
    : thread_([this] {
        for (uint32_t turn = 0;; ++turn) {
          SleepUntilNot(there_, turn);
          if (there_.load(std::memory_order_acquire) == kEnd) return;
          back_.store(turn + 1, std::memory_order_release);
          FutexWakeOne(back_);
        }
      }) {}

SleepingPartner::~SleepingPartner() {
  there_.store(kEnd, std::memory_order_release);
  FutexWakeOne(there_);
  thread_.join();
}

void SleepingPartner::Wake() {
  there_.store(++turn_, std::memory_order_release);
  FutexWakeOne(there_);
}

void SleepingPartner::AwaitAnswer() { SleepUntilNot(back_, turn_ - 1); }

}  // namespace manta::bench

// SPDX-License-Identifier: Apache-2.0
