// plugins/serializer/msgpack/plan_compiler.h -- makes the plan of a type, and of all types it needs.
//
// Threads   One thread at a time.
// Memory    The plans belong to the compiler.
// Errors    A type that cannot be written gets a plan with a refusal.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>

#include "core/interface/type_descriptor.h"
#include "plugins/serializer/msgpack/plan.h"

namespace manta::messagepack {

class PlanCompiler {
 public:
  using Plan = messagepack::Plan;

  // The type's plan, made now or before. Its address does not change.
  const Plan& PlanOf(const TypeDescriptor& type);

 private:
  using Plans = std::unordered_map<const TypeDescriptor*, std::unique_ptr<Plan>>;

  const Plan* Find(const TypeDescriptor& type);
  const Plan* FindBuildable(const TypeDescriptor& type, const TypeDescriptor& holder);
  void Compile(Plan& plan);
  void CompileNumber(Plan& plan);
  void CompileStruct(Plan& plan);
  void CompileVariant(Plan& plan);
  void Refuse(const std::string& refusal);

  Plans plans_;  // Made and whole.
  Plans new_;    // Of the PlanOf that runs: they may not be whole yet.
  std::string refusal_;
};

}  // namespace manta::messagepack

// SPDX-License-Identifier: Apache-2.0
