#include "core/base/error.h"

#include <cstring>
#include <string>
#include <string_view>

#include "core/base/text.h"

namespace manta {
namespace {

struct TypeFacts {
  ErrorType type;
  std::string_view name;
  absl::StatusCode code;
};

constexpr TypeFacts kTypes[] = {
    {ErrorType::kWorkerDied, "WORKER_DIED", absl::StatusCode::kUnavailable},
    {ErrorType::kActorDied, "ACTOR_DIED", absl::StatusCode::kUnavailable},
    {ErrorType::kTaskFailed, "TASK_FAILED", absl::StatusCode::kUnknown},
    {ErrorType::kTaskCancelled, "TASK_CANCELLED", absl::StatusCode::kCancelled},
    {ErrorType::kActorCreationFailed, "ACTOR_CREATION_FAILED", absl::StatusCode::kUnavailable},
    {ErrorType::kObjectLost, "OBJECT_LOST", absl::StatusCode::kDataLoss},
    {ErrorType::kOwnerDied, "OWNER_DIED", absl::StatusCode::kDataLoss},
    {ErrorType::kObjectDeleted, "OBJECT_DELETED", absl::StatusCode::kNotFound},
    {ErrorType::kDependencyFailed, "DEPENDENCY_FAILED", absl::StatusCode::kFailedPrecondition},
    {ErrorType::kTaskUnschedulable, "TASK_UNSCHEDULABLE", absl::StatusCode::kFailedPrecondition},
    {ErrorType::kActorUnschedulable, "ACTOR_UNSCHEDULABLE", absl::StatusCode::kFailedPrecondition},
    {ErrorType::kOutOfDisk, "OUT_OF_DISK", absl::StatusCode::kResourceExhausted},
    {ErrorType::kObjectFreed, "OBJECT_FREED", absl::StatusCode::kNotFound},
    {ErrorType::kOutOfMemory, "OUT_OF_MEMORY", absl::StatusCode::kResourceExhausted},
    {ErrorType::kEndOfStream, "END_OF_STREAM", absl::StatusCode::kOutOfRange},
    {ErrorType::kActorUnavailable, "ACTOR_UNAVAILABLE", absl::StatusCode::kUnavailable},
    {ErrorType::kGetTimeout, "GET_TIMEOUT", absl::StatusCode::kDeadlineExceeded},
    {ErrorType::kTaskTimeout, "TASK_TIMEOUT", absl::StatusCode::kDeadlineExceeded},
    {ErrorType::kShutdown, "SHUTDOWN", absl::StatusCode::kCancelled},
    {ErrorType::kPendingCallsLimit, "PENDING_CALLS_LIMIT", absl::StatusCode::kResourceExhausted},
    {ErrorType::kDeadlock, "DEADLOCK", absl::StatusCode::kAborted},
    {ErrorType::kTypeMismatch, "TYPE_MISMATCH", absl::StatusCode::kInvalidArgument},
    {ErrorType::kSerialization, "SERIALIZATION", absl::StatusCode::kInvalidArgument},
    {ErrorType::kLocalOnly, "LOCAL_ONLY", absl::StatusCode::kInvalidArgument},
    {ErrorType::kPromiseBroken, "PROMISE_BROKEN", absl::StatusCode::kAborted},
};

constexpr TypeFacts kUnknown = {ErrorType::kTaskFailed, "UNKNOWN", absl::StatusCode::kUnknown};

const TypeFacts& FactsOf(ErrorType type) {
  for (const TypeFacts& facts : kTypes) {
    if (facts.type == type) return facts;
  }
  return kUnknown;
}

}  // namespace

std::string_view ErrorTypeName(ErrorType type) { return FactsOf(type).name; }

absl::StatusCode StatusCodeOf(ErrorType type) { return FactsOf(type).code; }

std::string SourceSite::ToString() const {
  if (file == nullptr) return "";
  const char* const slash = std::strrchr(file, '/');
  return Concat(slash != nullptr ? slash + 1 : file, ":", line);
}

std::string ErrorRecord::ToString() const {
  std::string text;
  if (!task.empty()) {
    text = Concat("task ", task);
    if (attempt > 1) text += Concat(" (attempt ", attempt, ")");
    if (submitted_at.file != nullptr) text += Concat(", submitted at ", submitted_at.ToString());
    for (const SubmitChain* by = submitted_by.get(); by != nullptr; by = by->parent.get()) {
      text += Concat(" by ", by->task);
      if (by->site.file != nullptr) text += Concat(" (", by->site.ToString(), ")");
    }
    text += ": ";
  }
  text += message;
  if (cause != nullptr) {
    if (skipped_count > 0)
      text += Concat("; ", skipped_count, " failed task", skipped_count > 1 ? "s" : "", " between");
    text += Concat("; caused by ", cause->ToString());
  }
  return text;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
