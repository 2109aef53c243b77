// core/interface/host.h -- all that a plugin gets from the kernel.
//
// A plugin touches the world only through its host: never through globals, system clocks, files or threads of
// its own making. So it runs unchanged under simulation, and the kernel can say what it used.
//
// Threads   All methods are [any-thread], TakeInner excepted.
// Memory    The host, and all it returns by reference, outlive the plugin.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/interface/clock.h"
#include "core/interface/disk.h"
#include "core/interface/executor.h"
#include "core/interface/memory_budget.h"
#include "core/interface/metrics.h"
#include "core/interface/random.h"

namespace manta {

enum class LogLevel : uint32_t { kInfo = 1, kWarning = 2, kError = 3 };

class Host {
 public:
  virtual ~Host() = default;

  virtual Clock& clock() const = 0;
  virtual Random& random() const = 0;
  virtual Executor& executor() const = 0;
  virtual Disk& disk() const = 0;
  virtual Metrics& metrics() const = 0;
  virtual MemoryBudget& memory() const = 0;

  // Logs an event ("store.full") and its facts ("object=03 needs_bytes=4096") on one line, after the plugin's name.
  virtual void Log(LogLevel level, std::string_view event, std::string_view facts) const = 0;

  // Hands over the inner plugin that config put into `role`, one of the roles in the manifest. The caller owns it.
  // REQUIRES: called inside the plugin's create, and once per role.
  //   kNotFound          config left the role empty, and the manifest names no default for it.
  //   kInvalidArgument   the manifest has no such role, or the role's interface is another one.
  //   kFailedPrecondition  the role's plugin was handed over already.
  template <typename Interface>
  absl::StatusOr<std::unique_ptr<Interface>> TakeInner(std::string_view role) const {
    absl::StatusOr<void*> inner = TakeInnerPlugin(role, Interface::kInterfaceName, Interface::kInterfaceVersion);
    if (!inner.ok()) return inner.status();
    return std::unique_ptr<Interface>(static_cast<Interface*>(*inner));
  }

 protected:
  // TakeInner without its type: an owned Interface*, for the interface of that name and version.
  virtual absl::StatusOr<void*> TakeInnerPlugin(std::string_view role, std::string_view interface_name,
                                                uint32_t interface_version) const = 0;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
