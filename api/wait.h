// api/wait.h -- waits for the first of several objects.
//
//   manta::WaitSet<int> set(refs);
//   while (!set.empty()) {
//     manta::ObjectRef<int> next = set.Next();      // Whichever is ready first; O(1) each.
//     Use(*manta::Get(next));
//   }
//   auto [ready, pending] = manta::Wait(refs, {.count = 3, .timeout_ns = 1'000'000});
//
// An object that is an error is ready.
//
// Threads   A set is one thread's; objects may become ready anywhere.
// Errors    GetTimeout by Next when the time is up; ObjectError at Shutdown. Wait returns what is ready by then.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "api/object_ref.h"
#include "api/result.h"
#include "core/runtime/wait_set_state.h"

namespace manta {

namespace api_internal {

struct AbandonWaitSet {
  void operator()(WaitSetState* state) const { state->Abandon(); }
};
using WaitSetPtr = std::unique_ptr<WaitSetState, AbandonWaitSet>;

WaitSetPtr NewWaitSet();

// Null when the deadline comes first; throws at Shutdown.
SharedObject* NextReady(WaitSetState& set, int64_t deadline_ns, uint64_t* tag);
[[noreturn]] void ThrowWaitTimeout(uint64_t pending_count);

}  // namespace api_internal

template <typename T>
class WaitSet {
 public:
  WaitSet() : state_(api_internal::NewWaitSet()) {}
  explicit WaitSet(std::span<const ObjectRef<T>> refs) : WaitSet() {
    for (const ObjectRef<T>& ref : refs) Add(ref);
  }
  explicit WaitSet(const std::vector<ObjectRef<T>>& refs) : WaitSet(std::span<const ObjectRef<T>>(refs)) {}

  // Adds an object; `tag` comes back with it. One that is added twice is handed out twice.
  void Add(const ObjectRef<T>& ref, uint64_t tag = 0) {
    ref.state()->Retain();
    state_->Add(ref.state(), tag);
  }

  size_t size() const { return static_cast<size_t>(state_->size()); }
  bool empty() const { return size() == 0; }

  // Takes one that is ready out, waiting for it if need be. REQUIRES: !empty().
  ObjectRef<T> Next(const GetOptions& options = {}, uint64_t* tag = nullptr) {
    std::optional<ObjectRef<T>> next = TryNext(options, tag);
    if (!next.has_value()) api_internal::ThrowWaitTimeout(state_->size());
    return *std::move(next);
  }

  // The same; nothing when the time is up.
  std::optional<ObjectRef<T>> TryNext(const GetOptions& options = {.timeout_ns = 0}, uint64_t* tag = nullptr) {
    SharedObject* const ready = api_internal::NextReady(*state_, api_internal::DeadlineOf(options.timeout_ns), tag);
    if (ready == nullptr) return std::nullopt;
    return ObjectRef<T>::Adopt(ready);
  }

 private:
  api_internal::WaitSetPtr state_;
};

struct WaitOptions {
  size_t count = 1;         // Returns once so many are ready.
  int64_t timeout_ns = -1;  // Or when the time is up; negative: never.
};

template <typename T>
struct WaitResult {
  std::vector<ObjectRef<T>> ready;    // At most `count`, in the order of the list.
  std::vector<ObjectRef<T>> pending;  // The rest, in order.
};

// Waits until `count` of the references are ready, each place in the list counting for itself.
template <typename T>
WaitResult<T> Wait(std::span<const ObjectRef<T>> refs, const WaitOptions& options = {}) {
  WaitSet<T> set;
  for (size_t i = 0; i < refs.size(); ++i) set.Add(refs[i], i);
  std::vector<bool> is_ready(refs.size());
  const int64_t deadline_ns = api_internal::DeadlineOf(options.timeout_ns);
  for (size_t count = 0; count < options.count && !set.empty(); ++count) {
    uint64_t index = 0;
    if (!set.TryNext({.timeout_ns = api_internal::TimeLeftNs(deadline_ns)}, &index).has_value()) break;
    is_ready[index] = true;
  }
  WaitResult<T> result;
  for (size_t i = 0; i < refs.size(); ++i) (is_ready[i] ? result.ready : result.pending).push_back(refs[i]);
  return result;
}
template <typename T>
WaitResult<T> Wait(const std::vector<ObjectRef<T>>& refs, const WaitOptions& options = {}) {
  return Wait(std::span<const ObjectRef<T>>(refs), options);
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
