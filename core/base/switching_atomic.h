// core/base/switching_atomic.h -- is a std::atomic at whose every operation another thread of a simulation may go on.
//
// For builds that define MANTA_SWITCHES_AT_ATOMICS (tests/simulation): there the runtime's atomics are these, and
// between any two of its operations other fibers may do any number of theirs. What is found depends on the order of
// operations alone: they are sequentially consistent here. Weaker orders are for Relacy and ThreadSanitizer.
//
// Threads   [one-at-a-time]: fibers of one system thread.
#pragma once

#include <atomic>

namespace manta {

// Called before each operation; null: nobody switches.
inline void (*switch_at_atomics)() = nullptr;

template <typename T>
class SwitchingAtomic {
 public:
  constexpr SwitchingAtomic() noexcept = default;
  constexpr SwitchingAtomic(T value) noexcept : value_(value) {}  // NOLINT: as std::atomic.
  SwitchingAtomic(const SwitchingAtomic&) = delete;
  SwitchingAtomic& operator=(const SwitchingAtomic&) = delete;

  T load(std::memory_order = std::memory_order_seq_cst) const { return Switch(), value_.load(); }
  void store(T value, std::memory_order = std::memory_order_seq_cst) { Switch(), value_.store(value); }
  T exchange(T value, std::memory_order = std::memory_order_seq_cst) { return Switch(), value_.exchange(value); }
  template <typename... Orders>
  bool compare_exchange_strong(T& expected, T value, Orders...) {
    return Switch(), value_.compare_exchange_strong(expected, value);
  }
  template <typename... Orders>
  bool compare_exchange_weak(T& expected, T value, Orders...) {
    return Switch(), value_.compare_exchange_strong(expected, value);
  }
  template <typename Difference>
  T fetch_add(Difference difference, std::memory_order = std::memory_order_seq_cst) {
    return Switch(), value_.fetch_add(difference);
  }
  template <typename Difference>
  T fetch_sub(Difference difference, std::memory_order = std::memory_order_seq_cst) {
    return Switch(), value_.fetch_sub(difference);
  }
  T fetch_or(T bits, std::memory_order = std::memory_order_seq_cst) { return Switch(), value_.fetch_or(bits); }
  T fetch_and(T bits, std::memory_order = std::memory_order_seq_cst) { return Switch(), value_.fetch_and(bits); }

 private:
  static void Switch() {
    if (switch_at_atomics != nullptr) switch_at_atomics();
  }

  std::atomic<T> value_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
