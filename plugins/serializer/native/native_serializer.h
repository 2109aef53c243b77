// plugins/serializer/native/native_serializer.h -- values as their bytes in memory, for the same architecture.
//
// Each type is worked out once, into a plan: runs of memory to copy, and what lies elsewhere. Writing and reading run
// the plan. README.md describes the format. It does not evolve: bytes are read by the type that wrote them.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "core/interface/plan_cache.h"
#include "core/interface/serializer.h"
#include "plugins/serializer/native/plan_compiler.h"

namespace manta {

class NativeSerializer final : public Serializer {
 public:
  // Levels of containers, choices and conversions inside one another: what Write refuses to exceed, and Read too,
  // even if its limits allow more.
  static constexpr uint32_t kDepthMax = ReadLimits{}.depth_max;

  std::string_view format() const override { return "native"; }

  absl::Status Write(const TypeDescriptor& type, const void* value, SerialSink& sink) override;
  absl::Status Read(const TypeDescriptor& type, const SerialSource& source, const ReadLimits& limits, void* binder,
                    void* value) override;

 private:
  PlanCache<native::PlanCompiler> plans_{"native_plan_cache"};
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
