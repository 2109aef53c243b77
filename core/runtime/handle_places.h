// core/runtime/handle_places.h -- remembers where the handles to one actor lie, and whose code put each there.
//
// For programs that are observed, so that tools can name actors that keep each other (handle_cycles.h). A handle says
// nothing of who has it; but it is copied and moved by code, and code is some actor's method or nobody's:
//
//   Child::Meet(handle):  parent_ = std::move(handle)    A handle to the parent lies at &parent_; the call Meet of the
//                                                        child put it there.
//
// What the runtime has taken over (arguments, results, items of queues) is under way, and nobody's, until code has it.
//
// Threads   [any-thread].
// Memory    About 100 bytes for each handle. Lives as long as one is left.
// Cost      A lock and a look into a table for each handle that is copied, moved or destroyed.
#pragma once

#include <concepts>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "core/base/ids.h"
#include "core/base/mutex.h"

namespace manta {

// Whose a handle is.
struct HandleHolder {
  uint64_t actor = 0;  // The number of the actor whose code put it where it lies; 0: none's.
  ObjectId call = {};  // In this call.

  friend bool operator==(const HandleHolder&, const HandleHolder&) = default;
};

class HandlePlaces {
 public:
  using Table = std::unordered_map<const void*, HandleHolder>;

  // The code that runs on this thread has put a handle at `place`.
  void Add(const void* place);

  // One that lies at `place` is under way.
  void AddUnderWay(const void* place);

  void Remove(const void* place);
  void Move(const void* from, const void* to) {
    Remove(from);
    Add(to);
  }

  Table All() const;

 private:
  void Put(const void* place, const HandleHolder& holder);

  mutable Mutex mutex_{"handle_places"};
  Table places_ ABSL_GUARDED_BY(mutex_);
};

// A handle to an actor; its places are null when they are not remembered.
template <typename T>
concept RemembersPlaces = requires(const T& handle) {
  { handle.places() } -> std::same_as<HandlePlaces*>;
};

namespace runtime_internal {

// Calls `visit` with each handle in a value that is a handle, or a container or map of handles.
template <typename T, typename Visit>
void EachHandle(const T& value, const Visit& visit) {
  if constexpr (RemembersPlaces<T>) {
    if (HandlePlaces* const places = value.places(); places != nullptr) [[unlikely]]
      visit(*places, &value);
  } else if constexpr (requires { requires RemembersPlaces<typename T::value_type>; }) {
    for (const auto& each : value) EachHandle(each, visit);
  } else if constexpr (requires { requires RemembersPlaces<typename T::mapped_type>; }) {
    for (const auto& [key, each] : value) EachHandle(each, visit);
  }
}

}  // namespace runtime_internal

// The runtime has taken over a value: the handles in it are under way.
template <typename T>
void LeaveHandles(const T& value) {
  runtime_internal::EachHandle(value, [](HandlePlaces& places, const void* place) { places.AddUnderWay(place); });
}

// The code that runs on this thread is about to get a value.
template <typename T>
void TakeHandles(const T& value) {
  runtime_internal::EachHandle(value, [](HandlePlaces& places, const void* place) { places.Add(place); });
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
