#include "core/simulation/fiber.h"

#include <cxxabi.h>
#include <glog/logging.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <utility>

#if defined(__SANITIZE_ADDRESS__)
#define MANTA_FIBER_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define MANTA_FIBER_ASAN 1
#endif
#endif
#if defined(__SANITIZE_THREAD__)
#define MANTA_FIBER_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define MANTA_FIBER_TSAN 1
#endif
#endif

#ifdef MANTA_FIBER_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef MANTA_FIBER_TSAN
#include <sanitizer/tsan_interface.h>
#endif

namespace manta {

Fiber::Fiber() {
#ifdef MANTA_FIBER_TSAN
  thread_state_ = __tsan_get_current_fiber();
#endif
}

Fiber::Fiber(size_t stack_bytes, void (*entry)(void*), void* context) : entry_(entry), entry_context_(context) {
  const auto page_bytes = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  stack_bytes_ = (stack_bytes + page_bytes - 1) / page_bytes * page_bytes;
  mapped_bytes_ = stack_bytes_ + page_bytes;
  void* const mapped = mmap(nullptr, mapped_bytes_, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK | MAP_NORESERVE, -1, 0);
  PCHECK(mapped != MAP_FAILED) << "no memory for a fiber's stack of " << stack_bytes_ << " bytes";
  mapped_ = static_cast<std::byte*>(mapped);
  PCHECK(mprotect(mapped_, page_bytes, PROT_NONE) == 0) << "a fiber's guard page cannot be made";
  stack_bottom_ = mapped_ + page_bytes;
#ifdef MANTA_FIBER_ASAN
  // An earlier stack at this place may have left its marks.
  __asan_unpoison_memory_region(stack_bottom_, stack_bytes_);
#endif
#ifdef MANTA_FIBER_TSAN
  thread_state_ = __tsan_create_fiber(0);
#endif
  PCHECK(getcontext(&context_) == 0);
  context_.uc_stack.ss_sp = const_cast<void*>(stack_bottom_);
  context_.uc_stack.ss_size = stack_bytes_;
  context_.uc_link = nullptr;
  const auto self = reinterpret_cast<uintptr_t>(this);  // makecontext passes ints only.
  makecontext(&context_, reinterpret_cast<void (*)()>(&Fiber::Enter), 2, static_cast<unsigned int>(self >> 32),
              static_cast<unsigned int>(self));
}

Fiber::~Fiber() {
  if (mapped_ == nullptr) return;
#ifdef MANTA_FIBER_TSAN
  __tsan_destroy_fiber(thread_state_);
#endif
  PCHECK(munmap(mapped_, mapped_bytes_) == 0);
}

size_t Fiber::StackBytesLeft() const {
  const auto here = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
  return here - reinterpret_cast<uintptr_t>(stack_bottom_);
}

void Fiber::Enter(unsigned int high, unsigned int low) {
  auto* const self = reinterpret_cast<Fiber*>(uintptr_t{high} << 32 | low);
  self->Arrived();
  self->entry_(self->entry_context_);
  LOG(FATAL) << "a fiber's entry returned";
}

void Fiber::Arrived() {
#ifdef MANTA_FIBER_ASAN
  __sanitizer_finish_switch_fiber(fake_stack_, &came_from_->stack_bottom_, &came_from_->stack_bytes_);
#endif
}

void Fiber::SwitchTo(Fiber& next, Leave leave) {
  CHECK(&next != this) << "a fiber switches to itself";
  // The globals are opaque to programs; their two fields are part of the C++ ABI (2.2.2), hence the same everywhere.
  auto* const exceptions = reinterpret_cast<Exceptions*>(abi::__cxa_get_globals());
  exceptions_ = std::exchange(*exceptions, next.exceptions_);
  next.came_from_ = this;
#ifdef MANTA_FIBER_ASAN
  __sanitizer_start_switch_fiber(leave == Leave::kLast ? nullptr : &fake_stack_, next.stack_bottom_, next.stack_bytes_);
#endif
#ifdef MANTA_FIBER_TSAN
  // The switch orders what comes before and after it, as it does in truth. Races are found on real threads.
  __tsan_switch_to_fiber(next.thread_state_, 0);
#endif
  (void)leave;
  PCHECK(swapcontext(&context_, &next.context_) == 0);
  Arrived();
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
