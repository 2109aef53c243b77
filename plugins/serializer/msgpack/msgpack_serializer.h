// plugins/serializer/msgpack/msgpack_serializer.h -- values as MessagePack: small, self-describing, in any language.
//
// README.md says which C++ types become what. The format evolves: fields are found by name.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "core/interface/plan_cache.h"
#include "core/interface/serializer.h"
#include "plugins/serializer/msgpack/plan_compiler.h"

namespace manta {

class MsgpackSerializer final : public Serializer {
 public:
  // Levels of containers, choices and conversions inside one another: what Write refuses to exceed, and Read too,
  // even if its limits allow more.
  static constexpr uint32_t kDepthMax = ReadLimits{}.depth_max;

  std::string_view format() const override { return "msgpack"; }

  absl::Status Write(const TypeDescriptor& type, const void* value, SerialSink& sink) override;
  absl::Status Read(const TypeDescriptor& type, const SerialSource& source, const ReadLimits& limits, void* binder,
                    void* value) override;

 private:
  PlanCache<messagepack::PlanCompiler> plans_{"msgpack_plan_cache"};
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
