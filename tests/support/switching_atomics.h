// tests/support/switching_atomics.h -- makes each operation on an atomic a point at which another fiber may go on.
//
// For the compiler's command line (-include) of a build that has a lock-free core run in the simulation: between any
// two of its operations on atomics another fiber may do any number of its own. What is found depends on the order of
// operations alone: memory is sequentially consistent here (weaker orders are for relacy and ThreadSanitizer).
//
// Threads   [one-at-a-time]: fibers of one system thread.
#pragma once

// All that uses std::atomic itself comes before the name changes its meaning.
#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>
#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <bitset>
#include <chrono>
#include <deque>
#include <filesystem>
#include <functional>
#include <future>
#include <iostream>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <sstream>
#include <string>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <variant>
#include <vector>

#include "core/base/mutex.h"
#include "core/simulation/each_seed.h"
#include "core/simulation/simulated_clock.h"
#include "core/simulation/simulated_executor.h"
#include "core/simulation/simulated_random.h"
#include "glog/logging.h"

#define MANTA_SWITCHES_AT_ATOMICS

namespace manta {

// Null: nobody switches.
inline void (*switch_at_atomics)() = nullptr;

}  // namespace manta

namespace std {

template <typename T>
class switching_atomic {
 public:
  constexpr switching_atomic() noexcept = default;
  constexpr switching_atomic(T value) noexcept : value_(value) {}  // NOLINT: as std::atomic.
  switching_atomic(const switching_atomic&) = delete;
  switching_atomic& operator=(const switching_atomic&) = delete;

  T load(memory_order = memory_order_seq_cst) const { return Switch(), value_.load(); }
  void store(T value, memory_order = memory_order_seq_cst) { Switch(), value_.store(value); }
  T exchange(T value, memory_order = memory_order_seq_cst) { return Switch(), value_.exchange(value); }
  template <typename... Orders>
  bool compare_exchange_strong(T& expected, T desired, Orders...) {
    return Switch(), value_.compare_exchange_strong(expected, desired);
  }
  template <typename... Orders>
  bool compare_exchange_weak(T& expected, T desired, Orders...) {
    return Switch(), value_.compare_exchange_strong(expected, desired);
  }
  template <typename U>
  T fetch_add(U by, memory_order = memory_order_seq_cst) {
    return Switch(), value_.fetch_add(by);
  }
  template <typename U>
  T fetch_sub(U by, memory_order = memory_order_seq_cst) {
    return Switch(), value_.fetch_sub(by);
  }
  T fetch_or(T bits, memory_order = memory_order_seq_cst) { return Switch(), value_.fetch_or(bits); }
  T fetch_and(T bits, memory_order = memory_order_seq_cst) { return Switch(), value_.fetch_and(bits); }
  T operator++() { return fetch_add(1) + 1; }
  T operator++(int) { return fetch_add(1); }
  T operator--() { return fetch_sub(1) - 1; }
  operator T() const { return load(); }  // NOLINT: as std::atomic.
  T operator=(T value) {
    store(value);
    return value;
  }

 private:
  static void Switch() {
    if (manta::switch_at_atomics != nullptr) manta::switch_at_atomics();
  }

  atomic<T> value_;
};

}  // namespace std

#define atomic switching_atomic

// SPDX-License-Identifier: Apache-2.0
