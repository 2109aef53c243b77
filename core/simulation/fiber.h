// core/simulation/fiber.h -- switches one system thread between several stacks.
//
// Sanitizers are told of each switch, so that AddressSanitizer knows the stack and ThreadSanitizer takes each fiber for
// a thread. Exceptions being handled stay with their fiber. A page below each stack traps its overflow.
//
// Threads   All fibers of one system thread are used by that thread only.
// Cost      About half a microsecond a switch: the system saves a signal mask.
#pragma once

#include <ucontext.h>

#include <cstddef>

namespace manta {

class Fiber {
 public:
  // Stands for the system thread's own stack; for the caller of the first SwitchTo.
  Fiber();

  // A stack that will run `entry(context)`, which must not return: it ends with SwitchTo(..., kLast).
  Fiber(size_t stack_bytes, void (*entry)(void*), void* context);

  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  // REQUIRES: not running. What lives on its stack is not destroyed.
  ~Fiber();

  // Below the caller's frame. REQUIRES: this fiber runs, and has a stack of its own.
  size_t StackBytesLeft() const;

  enum class Leave { kComesBack, kLast };

  // Stops running this fiber and runs `next`; returns when this one is switched to again.
  // REQUIRES: this fiber is the one that runs, and `next` is another.
  void SwitchTo(Fiber& next, Leave leave);

 private:
  // As the C++ ABI lays out what a thread knows of its exceptions.
  struct Exceptions {
    void* caught = nullptr;
    unsigned int uncaught_count = 0;
  };

  static void Enter(unsigned int high, unsigned int low);

  // Tells the sanitizers that this fiber runs now.
  void Arrived();

  ucontext_t context_ = {};
  void (*entry_)(void*) = nullptr;
  void* entry_context_ = nullptr;
  Exceptions exceptions_;        // While not running.
  std::byte* mapped_ = nullptr;  // The guard page and the stack; null for a system thread's own.
  size_t mapped_bytes_ = 0;
  const void* stack_bottom_ = nullptr;  // For AddressSanitizer. A system thread's own is learned at its first switch.
  size_t stack_bytes_ = 0;
  void* fake_stack_ = nullptr;    // AddressSanitizer's, while not running.
  Fiber* came_from_ = nullptr;    // Whose switch made this one run.
  void* thread_state_ = nullptr;  // ThreadSanitizer's.
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
