// tests/support/bare_runtime.h -- is a runtime without plugins, as the default one, for tests of the API inside core.
//
// Its values are native, unless the test is strict (test_storage.h) or brings a router of its own.
//
// Threads   [one-at-a-time].
#pragma once

#include <memory>
#include <utility>

#include "core/kernel/system/system_clock.h"
#include "core/kernel/system/thread_executor.h"
#include "core/runtime/current_runtime.h"
#include "core/runtime/runtime_core.h"
#include "tests/support/fifo_scheduler.h"
#include "tests/support/test_storage.h"

namespace manta {

class BareRuntime {
 public:
  explicit BareRuntime(const RuntimeLimits& limits = {.workers = {.worker_count = 2}},
                       std::shared_ptr<ValueRouter> router = EnvironmentRouter(),
                       std::shared_ptr<ReferenceWatch> watch = nullptr)
      : core_(*RuntimeCore::Start({.executor = executor_,
                                   .clock = clock_,
                                   .scheduler = scheduler_,
                                   .worker_id = 7,
                                   .router = std::move(router),
                                   .watch = std::move(watch)},
                                  limits)) {
    SetDefaultRuntime(core_->shell());
  }
  ~BareRuntime() { ResetDefaultRuntime(core_->shell()); }

  RuntimeCore& core() { return *core_; }

 private:
  SystemClock clock_;
  ThreadExecutor executor_{clock_};
  FifoScheduler scheduler_;
  std::unique_ptr<RuntimeCore> core_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
