// core/interface/executor_wrapper.h -- forwards to another executor; a subclass changes what it wants.
//
//   class NoMoreThreads final : public ExecutorWrapper {  // What does this code do when threads run out?
//    public:
//     using ExecutorWrapper::ExecutorWrapper;
//     absl::StatusOr<ThreadId> Start(std::string_view, Job) override { return absl::ResourceExhaustedError("none
//     left"); }
//   };
//
// Memory    The inner executor is not owned and outlives the wrapper. Ids are the inner executor's.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/interface/executor.h"

namespace manta {

class ExecutorWrapper : public Executor {
 public:
  explicit ExecutorWrapper(Executor& inner) : inner_(inner) {}

  absl::StatusOr<ThreadId> Start(std::string_view name, Job job) override { return inner_.Start(name, job); }
  absl::Status Join(ThreadId thread) override { return inner_.Join(thread); }
  ThreadId Self() override { return inner_.Self(); }
  WakeReason Park(int64_t deadline_ns) override { return inner_.Park(deadline_ns); }
  void Unpark(ThreadId thread) override { inner_.Unpark(thread); }
  void Yield() override { inner_.Yield(); }
  uint64_t StackBytesLeft() override { return inner_.StackBytesLeft(); }
  uint32_t parallelism() const override { return inner_.parallelism(); }

 protected:
  Executor& inner() const { return inner_; }

 private:
  Executor& inner_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
