#include "core/plugin/guard/plugin_guard.h"

#include <string>

#include "core/base/text.h"
#include "core/base/thrown.h"

namespace manta {

absl::Status PluginGuard::Refused() const {
  // While the first thread is still writing the reason, the others do without it.
  const bool told = state_.load(std::memory_order_acquire) == State::kBroken;
  return MakeStatus(absl::StatusCode::kFailedPrecondition, "plugin ", plugin_name_,
                    " is no longer used: it broke its contract", told ? ": " : "", told ? reason_ : "");
}

absl::Status PluginGuard::Broke(std::string_view method, std::string_view found) {
  const std::string reason = Concat(method, " ", found);
  State expected = State::kKept;
  if (state_.compare_exchange_strong(expected, State::kBreaking)) {
    reason_ = reason;
    state_.store(State::kBroken, std::memory_order_release);
    host_.Log(
        LogLevel::kError, "plugin.broke_contract",
        Concat("method=", method, " found=", Quoted(found), " hint=\"not called again; see its conformance test\""));
  }
  return MakeStatus(absl::StatusCode::kInternal, "plugin ", plugin_name_, " broke its contract: ", reason);
}

absl::Status PluginGuard::Threw(std::string_view method) {
  return Broke(method, Concat("threw ", DescribeCurrentException(), ", and must not throw"));
}

absl::Status PluginGuard::BrokeByCode(std::string_view method, const absl::Status& status) {
  return Broke(method, Concat("returned ", absl::StatusCodeToString(status.code()), " (",
                              Quoted(ToStd(status.message())), "), which its interface does not name for it"));
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
