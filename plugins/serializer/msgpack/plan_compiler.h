// plugins/serializer/msgpack/plan_compiler.h -- makes the plan of a type, and of all types it needs.
//
// core/interface/basic_plan_compiler.h says how: a type that cannot be written gets a plan with a refusal.
#pragma once

#include "core/interface/basic_plan_compiler.h"
#include "core/interface/type_descriptor.h"
#include "plugins/serializer/msgpack/plan.h"

namespace manta::messagepack {

class PlanCompiler final : public BasicPlanCompiler<Plan> {
 private:
  void Compile(Plan& plan) override;
  void CompileNumber(Plan& plan);
  void CompileStruct(Plan& plan);
  void CompileVariant(Plan& plan);
};

}  // namespace manta::messagepack

// SPDX-License-Identifier: Apache-2.0
