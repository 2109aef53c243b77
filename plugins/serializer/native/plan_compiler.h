// plugins/serializer/native/plan_compiler.h -- makes the plan of a type, and of all types it needs.
//
// core/interface/basic_plan_compiler.h says how: a type that cannot be written gets a plan with a refusal.
#pragma once

#include <cstdint>
#include <string>

#include "core/interface/basic_plan_compiler.h"
#include "core/interface/type_descriptor.h"
#include "plugins/serializer/native/plan.h"

namespace manta::native {

class PlanCompiler final : public BasicPlanCompiler<Plan> {
 private:
  void Compile(Plan& plan) override;
  void AddBuild(Plan& plan);
  void AddPart(Plan& plan, const TypeDescriptor& type, uint64_t offset_bytes, const std::string& path);
  void AddArray(Plan& plan, const TypeDescriptor& type, uint64_t offset_bytes, const std::string& path);
  void AddOp(Plan& plan, const TypeDescriptor& type, uint64_t offset_bytes, const std::string& path);
  bool AddContent(Op& op);
};

}  // namespace manta::native

// SPDX-License-Identifier: Apache-2.0
