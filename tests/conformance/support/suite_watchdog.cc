#include "tests/conformance/support/suite_watchdog.h"

#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "core/base/text.h"

namespace manta::conformance {

namespace {

// A machine that has much else to do, or a sanitizer, makes a test late: it is not hanging as long as it computes.
constexpr int kIdleShare = 100;  // Less than a hundredth of the time computing is no progress.
constexpr int kBusyFactor = 3;   // Computing for three times the limit is an endless loop.

std::chrono::nanoseconds ProcessorTime() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace

SuiteWatchdog::SuiteWatchdog(std::chrono::seconds limit) : limit_(limit), thread_([this] { Watch(); }) {}

SuiteWatchdog::~SuiteWatchdog() {
  {
    std::lock_guard lock(mutex_);
    ended_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void SuiteWatchdog::OnTestStart(const testing::TestInfo& test) {
  {
    std::lock_guard lock(mutex_);
    running_ = Concat(test.test_suite_name(), ".", test.name());
    ++test_count_;
  }
  changed_.notify_one();
}

void SuiteWatchdog::OnTestEnd(const testing::TestInfo&) {
  {
    std::lock_guard lock(mutex_);
    running_.clear();
  }
  changed_.notify_one();
}

void SuiteWatchdog::Watch() {
  std::unique_lock lock(mutex_);
  while (!ended_) {
    if (running_.empty()) {
      changed_.wait(lock);
      continue;
    }
    const uint64_t watched = test_count_;
    const std::chrono::nanoseconds begin = ProcessorTime();
    std::chrono::nanoseconds before = begin;
    bool hangs = false;
    while (!hangs &&
           !changed_.wait_for(lock, limit_, [&] { return ended_ || running_.empty() || test_count_ != watched; })) {
      const std::chrono::nanoseconds now = ProcessorTime();
      hangs = now - before < limit_ / kIdleShare || now - begin > limit_ * kBusyFactor;
      before = now;
    }
    if (!hangs) continue;
    std::printf("FAIL %s (still running after more than %lld s: a call does not return; the run ends here)\n",
                running_.c_str(), static_cast<long long>(limit_.count()));
    std::fflush(stdout);
    std::_Exit(1);
  }
}

}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
