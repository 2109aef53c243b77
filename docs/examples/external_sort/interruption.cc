#include "docs/examples/external_sort/interruption.h"

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <stdexcept>

namespace external_sort {
namespace {

std::atomic<int> signal_number = 0;  // 0: none has come.
static_assert(std::atomic<int>::is_always_lock_free, "a handler of signals may not wait for a lock");

}  // namespace

void CatchInterruptions() {
  struct sigaction action = {};
  action.sa_handler = [](int number) { signal_number = number; };
  action.sa_flags = SA_RESTART | SA_RESETHAND;
  for (const int number : {SIGINT, SIGTERM}) {
    struct sigaction before = {};
    sigaction(number, nullptr, &before);
    if (before.sa_handler != SIG_IGN) sigaction(number, &action, nullptr);
  }
}

void ThrowIfInterrupted() {
  if (signal_number != 0) throw std::runtime_error("interrupted: nothing of it is left");
}

int EndInterrupted(int code) {
  if (signal_number != 0 && code != EXIT_SUCCESS) std::raise(signal_number);
  return code;
}

}  // namespace external_sort

// SPDX-License-Identifier: Apache-2.0
