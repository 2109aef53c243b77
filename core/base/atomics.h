// core/base/atomics.h -- what a lock-free structure is made of, so that a model checker can take its place.
//
// A lock-free structure takes its atomics as a template parameter. The program gives it StdAtomics; a test gives it
// RelacyAtomics (tests/support/relacy_atomics.h), which tries the interleavings, and the values that the C++ memory
// model lets a load see, one after another.
//
//   template <class Atomics = StdAtomics>
//   class Stack {
//     typename Atomics::template Atomic<Node*> head_{nullptr};
//     struct Node { typename Atomics::template Plain<uint64_t> value; Node* next; };
//
// Shapes    Atomic<T> is std::atomic<T>: load, store, exchange, compare_exchange_*, fetch_*. Plain<T> is a variable
//           that the atomics around it protect: Get and Set; the checker finds two threads that meet there.
//           There are no fences: ThreadSanitizer cannot see them. An operation's own order says it all.
// Cost      None: StdAtomics are the plain types.
#pragma once

#include <atomic>
#include <cstddef>

#ifdef MANTA_SWITCHES_AT_ATOMICS
#include "core/base/switching_atomic.h"
#endif

namespace manta {

// The runtime's own atomics.
#ifdef MANTA_SWITCHES_AT_ATOMICS
template <typename T>
using Atomic = SwitchingAtomic<T>;
#else
template <typename T>
using Atomic = std::atomic<T>;
#endif

struct StdAtomics {
  // What one thread writes often stands this far from what others read: two lines, as they are fetched in pairs.
  static constexpr size_t kApartBytes = 128;

  template <typename T>
  using Atomic = ::manta::Atomic<T>;

  template <typename T>
  class Plain {
   public:
    Plain() = default;
    explicit Plain(T value) : value_(value) {}

    T Get() const { return value_; }
    void Set(T value) { value_ = value; }

   private:
    T value_{};
  };
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
