#include "core/runtime/thrown_error.h"

#include <exception>
#include <string>

#include "core/base/text.h"
#include "core/base/thrown.h"
#include "core/runtime/task_state.h"

namespace manta {
namespace {

// Fills in what was thrown.
void Tell(ErrorRecord& error) {
  error.thrown_type = CurrentExceptionType();
  try {
    throw;
  } catch (const std::exception& exception) {
    if (const auto* carrier = dynamic_cast<const ErrorCarrier*>(&exception)) {
      error.message = "failed, since an object it asked for is an error";
      error.cause = carrier->record();
    } else {
      const char* const what = exception.what();
      error.message = Concat("failed with ", error.thrown_type, ": ", what != nullptr ? what : "(null)");
    }
  } catch (const std::string& text) {
    error.message = Concat("failed with a std::string: ", text);
  } catch (const char* text) {
    error.message = Concat("failed with a text: ", text != nullptr ? text : "(null)");
  } catch (...) {
    error.message = Concat("failed with a thrown ", error.thrown_type);
  }
}

}  // namespace

std::shared_ptr<ErrorRecord> ThrownError(const TaskState& task) {
  std::shared_ptr<ErrorRecord> error = task.MakeError(ErrorType::kTaskFailed, "");
  Tell(*error);
  return error;
}

std::shared_ptr<ErrorRecord> ThrownError(const TaskKind& kind, SourceSite site) {
  auto error = std::make_shared<ErrorRecord>();
  error->task = std::string(kind.name);
  error->submitted_at = site;
  Tell(*error);
  return error;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
