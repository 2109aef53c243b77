// plugins/serializer/native/plan_compiler.h -- makes the plan of a type, and of all types it needs.
//
// Threads   One thread at a time.
// Memory    The plans belong to the compiler.
// Errors    A type that cannot be written gets a plan with a refusal.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

#include "core/interface/type_descriptor.h"
#include "plugins/serializer/native/plan.h"

namespace manta::native {

class PlanCompiler {
 public:
  using Plan = native::Plan;

  // The type's plan, made now or before. Its address does not change.
  const Plan& PlanOf(const TypeDescriptor& type);

 private:
  using Plans = std::unordered_map<const TypeDescriptor*, std::unique_ptr<Plan>>;

  const Plan* Find(const TypeDescriptor& type);
  void Compile(Plan& plan);
  void AddBuild(Plan& plan);
  void AddPart(Plan& plan, const TypeDescriptor& type, uint64_t offset_bytes, const std::string& path);
  void AddArray(Plan& plan, const TypeDescriptor& type, uint64_t offset_bytes, const std::string& path);
  void AddOp(Plan& plan, const TypeDescriptor& type, uint64_t offset_bytes, const std::string& path);
  bool AddContent(Op& op);
  void Refuse(const std::string& refusal);
  void WantBuildable(const TypeDescriptor& type, const TypeDescriptor& holder);

  Plans plans_;  // Made and whole.
  Plans new_;    // Of the PlanOf that runs: they may not be whole yet.
  std::string refusal_;
};

}  // namespace manta::native

// SPDX-License-Identifier: Apache-2.0
