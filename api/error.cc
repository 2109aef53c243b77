#include "api/error.h"

#include <utility>

#include "core/base/text.h"
#include "glog/logging.h"

namespace manta {

Error::Error(absl::Status status) : status_(std::move(status)), message_(ToStd(status_.message())) {
  CHECK(!status_.ok()) << "an Error needs an error: its status is ok";
  if (message_.empty()) message_ = status_.ToString();
}

Error::~Error() = default;

const char* Error::what() const noexcept { return message_.c_str(); }

ObjectError::ObjectError(ErrorPtr record) : Error(record->ToStatus()), record_(std::move(record)) {}

ObjectError::~ObjectError() = default;
GetTimeout::~GetTimeout() = default;

void ThrowIfError(const absl::Status& status) {
  if (!status.ok()) throw Error(status);
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
