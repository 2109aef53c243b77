// tests/conformance/support/suite_watchdog.h -- ends a run whose test hangs: a call that never returns is a failure
// too.
//
// Shapes    A listener for GoogleTest. When one test takes longer than the limit and does not compute any more, or has
//           computed for three times the limit, prints it as failed and ends the process with exit code 1; a hanging
//           call cannot be ended in any other way.
// Threads   One of its own, as long as the listener lives.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "gtest/gtest.h"

namespace manta::conformance {

class SuiteWatchdog final : public testing::EmptyTestEventListener {
 public:
  explicit SuiteWatchdog(std::chrono::seconds limit);
  ~SuiteWatchdog() override;

  void OnTestStart(const testing::TestInfo& test) override;
  void OnTestEnd(const testing::TestInfo& test) override;

 private:
  void Watch();

  const std::chrono::seconds limit_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string running_;  // "" between tests.
  uint64_t test_count_ = 0;
  bool ended_ = false;
  std::thread thread_;
};

}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
