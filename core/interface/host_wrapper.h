// core/interface/host_wrapper.h -- forwards to another host; a subclass changes what it wants.
//
//   class HostWithDisk final : public HostWrapper {  // The same world, with another disk.
//    public:
//     HostWithDisk(const Host& inner, Disk& disk) : HostWrapper(inner), disk_(disk) {}
//     Disk& disk() const override { return disk_; }
//    private:
//     Disk& disk_;
//   };
//
// Memory    The inner host is not owned and outlives the wrapper.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/status/statusor.h"
#include "core/interface/host.h"

namespace manta {

class HostWrapper : public Host {
 public:
  explicit HostWrapper(const Host& inner) : inner_(inner) {}

  Clock& clock() const override { return inner_.clock(); }
  Random& random() const override { return inner_.random(); }
  Executor& executor() const override { return inner_.executor(); }
  Disk& disk() const override { return inner_.disk(); }
  Metrics& metrics() const override { return inner_.metrics(); }
  MemoryBudget& memory() const override { return inner_.memory(); }
  void Log(LogLevel level, std::string_view event, std::string_view facts) const override {
    inner_.Log(level, event, facts);
  }

 protected:
  const Host& inner() const { return inner_; }

  absl::StatusOr<void*> TakeInnerPlugin(std::string_view role, std::string_view interface_name,
                                        uint32_t interface_version) const override {
    // A subclass may name the protected member of its base, and the pointer then works on any Host.
    struct Access : Host {
      using Host::TakeInnerPlugin;
    };
    return (inner_.*&Access::TakeInnerPlugin)(role, interface_name, interface_version);
  }

 private:
  const Host& inner_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
