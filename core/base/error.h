// core/base/error.h -- says what an object is that has no value: an error, with its origin and cause.
//
// Errors are objects. Whoever reads the result of a task that failed gets this record, in this process or another,
// and can act on it: what failed, where it was asked for, what came first.
//
//   Average (attempt 1, submitted at report.cc:41) failed with std::invalid_argument: no samples
//
// Shapes    Types have Ray's names and numbers up to 99; from 100 on they are Manta's own.
// Threads   Records are immutable and shared.
// Memory    A record holds its cause. Chains are short: a dependent's cause is the first error, not its neighbour's.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "core/base/counted.h"

namespace manta {

enum class ErrorType : uint32_t {
  kWorkerDied = 0,           // The process that ran the task ended.
  kActorDied = 1,            // The actor ended before the call did.
  kTaskFailed = 3,           // The task's code threw.
  kTaskCancelled = 5,        // Cancel, or its timeout's Cancel, came first.
  kActorCreationFailed = 6,  // The actor's constructor threw.
  kObjectLost = 8,           // No copy is left, and it cannot be made again.
  kOwnerDied = 9,            // The process that made the reference ended.
  kObjectDeleted = 10,       // Nothing referred to it any more.
  kDependencyFailed = 11,    // An argument is an error; the cause says which.
  kTaskUnschedulable = 18,   // No worker can ever run it.
  kActorUnschedulable = 19,  // The same, for an actor.
  kOutOfDisk = 20,           // Values would have to leave memory, and the disk takes no more.
  kObjectFreed = 21,         // Free was called on it.
  kOutOfMemory = 22,         // There was no room for the value.
  kEndOfStream = 24,         // A generator has no more items.
  kActorUnavailable = 25,    // The actor is being restarted.
  kGetTimeout = 100,         // A wait's own deadline passed; the object may still come.
  kTaskTimeout = 101,        // The task took longer than its options allow.
  kShutdown = 102,           // The runtime was shut down first.
  kPendingCallsLimit = 103,  // Too many calls are waiting to run.
  kDeadlock = 104,           // Every thread waits, and none is left to start.
  kTypeMismatch = 105,       // The value is of another type than was asked for.
  kSerialization = 106,      // The value could not be turned into bytes, or back.
  kLocalOnly = 107,          // The value must not leave the process, and would have had to.
  kPromiseBroken = 108,      // Who had promised a value ended without giving one.
};

// "TASK_FAILED": for logs, tools and other languages.
std::string_view ErrorTypeName(ErrorType type);

// The status code that fits it best.
absl::StatusCode StatusCodeOf(ErrorType type);

// A place in the program's source. Points to static text.
struct SourceSite {
  const char* file = nullptr;
  uint32_t line = 0;

  // The caller's place. As a default argument: the place of the call.
  static constexpr SourceSite Here(const char* file = __builtin_FILE(), uint32_t line = __builtin_LINE()) {
    return {file, line};
  }
  std::string ToString() const;  // "report.cc:41", without folders; "" when unknown.
};

struct SubmitChain;
using SubmitChainPtr = CountedPtr<const SubmitChain>;

// The task that asked for another one, where, and who had asked for itself.
struct SubmitChain : Counted {
  static constexpr uint32_t kDepthMax = 16;  // Recursion has no end: only the nearest are kept.

  SubmitChain(std::string_view task, SourceSite site, SubmitChainPtr parent = nullptr)
      : task(task), site(site), parent(std::move(parent)), depth(this->parent ? this->parent->depth + 1 : 1) {}

  std::string task;
  SourceSite site;  // Where `task` was submitted.
  SubmitChainPtr parent;
  uint32_t depth;
};

struct ErrorRecord {
  ErrorType type = ErrorType::kTaskFailed;
  std::string message = {};               // One sentence: which, what was, what is wanted, what to do.
  std::string task = {};                  // The task's name; "" when it is no task's.
  uint32_t attempt = 0;                   // From 1; 0 when it never ran.
  SourceSite submitted_at = {};           // Where the program asked for it.
  SubmitChainPtr submitted_by = nullptr;  // The task that asked; null: the program's main part.
  std::string thrown_type = {};           // The C++ type that was thrown; "" when nothing was.
  uint32_t skipped_count = 0;             // Errors between this one and its cause: dependents of dependents.
  std::shared_ptr<const ErrorRecord> cause = nullptr;  // The first error; null when this is it.

  // Message, origin and cause, on one line.
  std::string ToString() const;

  // ToString with the code that fits.
  absl::Status ToStatus() const { return absl::Status(StatusCodeOf(type), ToString()); }
};

using ErrorPtr = std::shared_ptr<const ErrorRecord>;

// An exception that was made from a record: a task that lets it pass has that record as its cause.
class ErrorCarrier {
 public:
  virtual ErrorPtr record() const noexcept = 0;

 protected:
  ~ErrorCarrier() = default;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
