// core/plugin/guard/plugin_guard.h -- remembers whether a plugin kept its contract; the base of all guards.
//
// A guard stands between the kernel and one plugin. It forwards each call; when the plugin throws, returns what its
// interface does not allow, or a status code that the interface does not name for that method, the plugin has broken
// its contract: the caller gets kInternal, `plugin.broke_contract` is logged once, and no further call reaches it.
//
//   kept --Threw, Broke--> broken            (never back: what the plugin holds in its hands is unknown now)
//
// Threads   [any-thread].
// Memory    A broken plugin is abandoned, not destroyed: others may still read memory that it gave them, and its
//           destructor may rely on what no longer holds.
// Errors    kInternal            this call broke the contract: plugin, method, what was found, what is wanted.
//           kFailedPrecondition  an earlier one did; says which.
// Cost      For a plugin that keeps its contract: one relaxed load per call, no lock, no allocation.
#pragma once

#include <cxxabi.h>

#include <atomic>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/interface/host.h"

namespace manta {

// A set of status codes: those that an interface names for one method. Ok is always in it.
class CodeSet {
 public:
  constexpr CodeSet(std::initializer_list<absl::StatusCode> codes) {
    for (absl::StatusCode code : codes) bits_ |= Bit(code);
  }
  constexpr CodeSet With(absl::StatusCode code) const {
    CodeSet more = *this;
    more.bits_ |= Bit(code);
    return more;
  }
  constexpr bool Has(absl::StatusCode code) const { return (bits_ & Bit(code)) != 0; }

 private:
  static constexpr uint32_t Bit(absl::StatusCode code) { return uint32_t{1} << (static_cast<uint32_t>(code) & 31u); }
  uint32_t bits_ = Bit(absl::StatusCode::kOk);
};

class PluginGuard {
 public:
  PluginGuard(std::string_view plugin_name, const Host& host) : plugin_name_(plugin_name), host_(host) {}
  PluginGuard(const PluginGuard&) = delete;
  PluginGuard& operator=(const PluginGuard&) = delete;

  bool broken() const { return state_.load(std::memory_order_relaxed) != State::kKept; }

  // Forwards a call that returns absl::Status or absl::StatusOr. One result, made where the caller wants it: copying
  // a StatusOr costs several times what all the checks cost.
  template <typename Forward>
  auto Call(std::string_view method, CodeSet codes, const Forward& forward) -> decltype(forward()) {
    auto result = CallUnchecked(method, forward);
    if (!result.ok() && !codes.Has(Code(result)) && !broken()) [[unlikely]] {
      result = BrokeByCode(method, ToStatus(result));
    }
    return result;
  }

  // Forwards a call that cannot fail; a broken plugin answers `fallback`. (no_sanitize: as CallUnchecked.)
  template <typename Forward>
  __attribute__((no_sanitize("null", "alignment"))) auto CallOr(std::string_view method,
                                                                decltype(std::declval<Forward>()()) fallback,
                                                                const Forward& forward) -> decltype(forward()) {
    if (broken()) [[unlikely]]
      return fallback;
    try {
      return forward();
    } catch (const ::abi::__forced_unwind&) {
      throw;
    } catch (...) {
      Threw(method).IgnoreError();  // Logged; the next call that can fail tells its caller.
      return fallback;
    }
  }

  // What a call to a broken plugin returns.
  absl::Status Refused() const;

  // Marks the plugin broken; the caller's status. `found` is a clause, "returned null for 8 bytes".
  absl::Status Broke(std::string_view method, std::string_view found);

  // The same for the exception that is being handled. REQUIRES: called inside a catch block.
  absl::Status Threw(std::string_view method);

  // The same for a status code that the interface does not name.
  absl::Status BrokeByCode(std::string_view method, const absl::Status& status);

 private:
  // A forced unwind has no exception object: the handler's reference binds to null, which UBSan would report.
  template <typename Forward>
  __attribute__((no_sanitize("null", "alignment"))) auto CallUnchecked(std::string_view method, const Forward& forward)
      -> decltype(forward()) {
    if (broken()) [[unlikely]]
      return Refused();
    try {
      return forward();
    } catch (const ::abi::__forced_unwind&) {  // A thread's cancellation is not the plugin's.
      throw;
    } catch (...) {
      return Threw(method);
    }
  }

  static absl::StatusCode Code(const absl::Status& status) { return status.code(); }
  template <typename T>
  static absl::StatusCode Code(const absl::StatusOr<T>& result) {
    return result.status().code();
  }
  static const absl::Status& ToStatus(const absl::Status& status) { return status; }
  template <typename T>
  static const absl::Status& ToStatus(const absl::StatusOr<T>& result) {
    return result.status();
  }

  enum class State : uint32_t { kKept, kBreaking, kBroken };

  std::atomic<State> state_ = State::kKept;
  const std::string plugin_name_;
  const Host& host_;
  std::string reason_;  // Written once, before kBroken.
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
