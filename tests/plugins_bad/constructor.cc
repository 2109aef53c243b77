// A plugin that is right in all but its constructors.
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <memory>
#include <stdexcept>

#include "core/plugin/export.h"
#include "tests/plugins_bad/idle_store.h"
#include "tests/plugins_bad/marker.h"

namespace {

// Without what TSan does at _exit: it would say that the program left in the middle of dlopen, and change the code.
[[maybe_unused, noreturn]] void Exit(int code) {
  syscall(SYS_exit_group, code);
  __builtin_unreachable();
}

class Constructor {
 public:
  Constructor() {
#if defined(BAD_THROWS)
    throw std::runtime_error("no license found");
#elif defined(BAD_EXITS)
    Exit(3);
#elif defined(BAD_EXITS_WITH_0)
    Exit(0);
#elif defined(BAD_CRASHES)
    std::raise(SIGSEGV);
#elif defined(BAD_NEVER_ENDS)
    while (true) pause();
#elif defined(BAD_FREES_TWICE)
    for (int i = 0; i < 2; ++i) std::free(block_);
#else
#error "say how the constructor is bad"
#endif
  }

#if defined(BAD_FREES_TWICE)
 private:
  void* const block_ = std::malloc(64);
#endif
};

const Constructor constructor;

absl::StatusOr<std::unique_ptr<manta::ObjectStore>> MakeStore(const manta::Host&, std::span<const std::byte>) {
  return std::make_unique<bad::IdleStore>();
}

}  // namespace

MANTA_PLUGIN(manta::ObjectStore, MakeStore, .name = "test.object_store.constructor", .summary = "Bad constructors")

// SPDX-License-Identifier: Apache-2.0
