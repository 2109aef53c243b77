// tests/support/relacy_atomics.h -- lets Relacy play the atomics of a lock-free structure, and explores scenarios.
//
//   template <class Atomics>
//   struct TwoPush : rl::test_suite<TwoPush<Atomics>, 2> {         // Two threads.
//     Stack<Atomics> stack;
//     void before() {}                                             // Before they start.
//     void thread(unsigned index) { stack.Push(index); }
//     void after() { RelacyCheck(stack.Count() == 2); }            // After both ended.
//   };
//   EXPECT_EQ(Explore<TwoPush<RelacyAtomics>>(), "");              // All interleavings.
//   EXPECT_NE(Explore<TwoPush<RelaxedAtomics>>(), "");             // The orders matter, and Relacy sees it.
//   EXPECT_EQ(ExploreSome<LongStory<RelacyAtomics>>(10'000), "");  // Random interleavings.
//
// Shapes    A scenario is constructed anew for each interleaving. It may use operator new; what is left allocated after
//           `after` is a fault, like a data race on a Plain, a failed RelacyCheck, use after free and a livelock.
//           Scenarios are templates over the atomics, so that the same text shows that weaker orders are found wrong.
// Threads   One real one: include this header in test sources alone, one per program (it replaces operator new).
// Cost      A microsecond or so per operation. Full search grows exponentially: 2 or 3 threads of a few operations;
//           beyond that explore at random. Sanitizers cannot follow its stack switches: nothing is explored there.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>

// The parts of <relacy/relacy.hpp>, in its order, without those that redefine new, assert, pthread_create and the like.
// clang-format off
#include <relacy/base.hpp>
#include <relacy/context.hpp>
#include <relacy/context_base_impl.hpp>
#include <relacy/backoff.hpp>
#include <relacy/atomic_fence.hpp>
#include <relacy/atomic.hpp>
#include <relacy/var.hpp>
#include <relacy/thread_local.hpp>
#include <relacy/test_suite.hpp>
#include <relacy/dyn_thread.hpp>
#include <relacy/stdlib/mutex.hpp>
#include <relacy/stdlib/condition_variable.hpp>
#include <relacy/stdlib/semaphore.hpp>
#include <relacy/stdlib/event.hpp>
// clang-format on

// Relacy replaces operator new and delete by inline functions, and these not. All must be its own, in libstdc++ too:
// what comes from its memory may not go to free().
void operator delete(void* memory, std::size_t) noexcept { ::operator delete(memory); }
void operator delete[](void* memory, std::size_t) noexcept { ::operator delete[](memory); }

namespace manta {

[[gnu::used]] inline void* (*const kOwnNew)(std::size_t) = &::operator new;
[[gnu::used]] inline void* (*const kOwnNewArray)(std::size_t) = &::operator new[];
[[gnu::used]] inline void (*const kOwnDelete)(void*) = &::operator delete;
[[gnu::used]] inline void (*const kOwnDeleteArray)(void*) = &::operator delete[];

// How Relacy reports where it is: the caller's line. clang 14 has no std::source_location.
struct RelacyPlace {
  const char* function;
  const char* file;
  unsigned line;

  static constexpr RelacyPlace current(const char* function = __builtin_FUNCTION(), const char* file = __builtin_FILE(),
                                       unsigned line = __builtin_LINE()) {
    return {function, file, line};
  }
};

inline rl::debug_info ToRelacy(const RelacyPlace& place) { return {place.function, place.file, place.line}; }

inline void RelacyCheck(bool holds, const RelacyPlace& place = RelacyPlace::current()) {
  if (!holds) rl::ctx().fail_test("RelacyCheck", rl::test_result_user_assert_failed, ToRelacy(place));
}

// std::atomic's operations on Relacy's. kRelaxed: every order is taken as relaxed, a planted fault.
template <typename T, bool kRelaxed>
class RelacyAtomic {
 public:
  using Order = std::memory_order;
  using Place = RelacyPlace;

  RelacyAtomic() : value_(T()) {}
  RelacyAtomic(T value) : value_(value) {}  // NOLINT: as std::atomic.

  T load(Order order = Order::seq_cst, const Place& place = Place::current()) const {
    return value_.load(Map(order), ToRelacy(place));
  }
  void store(T value, Order order = Order::seq_cst, const Place& place = Place::current()) {
    value_.store(value, Map(order), ToRelacy(place));
  }
  T exchange(T value, Order order = Order::seq_cst, const Place& place = Place::current()) {
    return value_.exchange(value, Map(order), ToRelacy(place));
  }
  bool compare_exchange_strong(T& expected, T value, Order order = Order::seq_cst,
                               const Place& place = Place::current()) {
    return value_.compare_exchange_strong(expected, value, Map(order), ToRelacy(place));
  }
  bool compare_exchange_strong(T& expected, T value, Order order, Order failure,
                               const Place& place = Place::current()) {
    const rl::debug_info info = ToRelacy(place);
    return value_.compare_exchange_strong(expected, value, Map(order), info, Map(failure), info);
  }
  bool compare_exchange_weak(T& expected, T value, Order order = Order::seq_cst,
                             const Place& place = Place::current()) {
    return value_.compare_exchange_weak(expected, value, Map(order), ToRelacy(place));
  }
  bool compare_exchange_weak(T& expected, T value, Order order, Order failure, const Place& place = Place::current()) {
    const rl::debug_info info = ToRelacy(place);
    return value_.compare_exchange_weak(expected, value, Map(order), info, Map(failure), info);
  }
  template <typename Difference>
  T fetch_add(Difference difference, Order order = Order::seq_cst, const Place& place = Place::current()) {
    return value_.fetch_add(difference, Map(order), ToRelacy(place));
  }
  template <typename Difference>
  T fetch_sub(Difference difference, Order order = Order::seq_cst, const Place& place = Place::current()) {
    return value_.fetch_sub(difference, Map(order), ToRelacy(place));
  }
  T fetch_and(T bits, Order order = Order::seq_cst, const Place& place = Place::current()) {
    return value_.fetch_and(bits, Map(order), ToRelacy(place));
  }
  T fetch_or(T bits, Order order = Order::seq_cst, const Place& place = Place::current()) {
    return value_.fetch_or(bits, Map(order), ToRelacy(place));
  }

 private:
  static rl::memory_order Map(Order order) {
    if (kRelaxed) return rl::mo_relaxed;
    switch (order) {
      case Order::relaxed:
        return rl::mo_relaxed;
      case Order::consume:
        return rl::mo_consume;
      case Order::acquire:
        return rl::mo_acquire;
      case Order::release:
        return rl::mo_release;
      case Order::acq_rel:
        return rl::mo_acq_rel;
      default:
        return rl::mo_seq_cst;
    }
  }

  rl::atomic<T> value_;
};

template <bool kRelaxed>
struct BasicRelacyAtomics {
  static constexpr size_t kApartBytes = alignof(std::max_align_t);  // Relacy's own memory is no further aligned.

  template <typename T>
  using Atomic = RelacyAtomic<T, kRelaxed>;

  template <typename T>
  class Plain {
   public:
    Plain() : value_(T()) {}
    explicit Plain(T value) : value_(value) {}

    T Get(const RelacyPlace& place = RelacyPlace::current()) const { return value_(ToRelacy(place)).load(); }
    void Set(T value, const RelacyPlace& place = RelacyPlace::current()) { value_(ToRelacy(place)).store(value); }

   private:
    rl::var<T> value_;
  };
};

using RelacyAtomics = BasicRelacyAtomics<false>;
using RelaxedAtomics = BasicRelacyAtomics<true>;

// Whether Explore explores in this build.
constexpr bool kRelacyExplores =
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    false;
#else
    true;
#endif

namespace relacy_internal {

// rl::simulate() with one kind of search, since each takes long to compile.
template <class Scenario, class Search>
std::string Explore(rl::test_params params) {
  if (!kRelacyExplores) return "";
  rl::ostringstream told;  // Relacy writes while operator new is its own: these strings use malloc.
  rl::ostringstream progress;
  rl::ostringstream state;
  params.output_stream = &told;
  params.progress_stream = &progress;
  params.execution_depth_limit = 10'000;
  if (rl::run_test<Scenario, Search>(params, state, false) == rl::test_result_success) return "";
  params.initial_state = state.str();  // Once more, with its history.
  params.collect_history = true;
  rl::run_test<Scenario, Search>(params, state, true);
  return told.str().c_str();
}

}  // namespace relacy_internal

// Runs a scenario in all interleavings. Returns "" when all are right, else what is wrong, with its history.
template <class Scenario>
std::string Explore() {
  rl::test_params params;
  params.search_type = rl::fair_full_search_scheduler_type;
  return relacy_internal::Explore<Scenario, rl::full_search_scheduler<Scenario::params::thread_count>>(params);
}

// The same with so many random interleavings, always the same ones.
template <class Scenario>
std::string ExploreSome(uint64_t count) {
  rl::test_params params;
  params.search_type = rl::random_scheduler_type;
  params.iteration_count = count;
  return relacy_internal::Explore<Scenario, rl::random_scheduler<Scenario::params::thread_count>>(params);
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
