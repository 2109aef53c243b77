// api/error.h -- carries what went wrong to the program, as an exception.
//
// Inside Manta errors are absl::Status values. At the API's edge, and only there, they are thrown as Error.
//
//   try {
//     manta::Runtime runtime = manta::Init({.config_file = "node.textproto"});
//   } catch (const manta::Error& error) {
//     std::cerr << error.what() << "\n";   // node.textproto:5:21: HeapStoreConfig has no field ...
//   }
#pragma once

#include <exception>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/error.h"

namespace manta {

class Error : public std::exception {
 public:
  // REQUIRES: `status` is not ok.
  explicit Error(absl::Status status);
  ~Error() override;

  // Which, what was, what is wanted: one sentence. Also in status().
  const char* what() const noexcept override;

  absl::StatusCode code() const noexcept { return status_.code(); }
  const absl::Status& status() const noexcept { return status_; }

 private:
  absl::Status status_;
  std::string message_;  // NUL-terminated, for what().
};

// An object is an error: what Get throws. The record has all of it: task, attempt, where it was submitted, what was
// thrown, and the cause.
class ObjectError : public Error, public ErrorCarrier {
 public:
  explicit ObjectError(ErrorPtr record);
  ~ObjectError() override;

  ErrorType type() const noexcept { return record_->type; }
  ErrorPtr record() const noexcept override { return record_; }

 private:
  ErrorPtr record_;
};

// A wait's own time was up; the object may still come.
class GetTimeout final : public ObjectError {
 public:
  using ObjectError::ObjectError;
  ~GetTimeout() override;
};

// Throws Error unless `status` is ok.
void ThrowIfError(const absl::Status& status);

// The value, or its error thrown.
template <typename T>
T ValueOrThrow(absl::StatusOr<T> value) {
  ThrowIfError(value.status());
  return *std::move(value);
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
