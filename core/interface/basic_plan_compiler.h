// core/interface/basic_plan_compiler.h -- makes a serializer's plans of types, where types contain each other.
//
// A type may contain itself, so plans point to one another in circles, and one may be found before it is whole. When
// anything in a type cannot be written, all that was begun for it goes, and its plan is a refusal.
//
//   class PlanCompiler final : public manta::BasicPlanCompiler<Plan> {
//     void Compile(Plan& plan) override;  // Makes it for plan.type; plan.element = Find(type.element()).
//   };
//
// Shapes    A Plan has `const TypeDescriptor* type` and `std::string refusal`, which says, if it is not empty, why
//           values of the type cannot be written.
// Threads   One thread at a time: see core/interface/plan_cache.h.
// Memory    Plans belong to the compiler; their addresses do not change.
//
// Source    docs/adr/0010-serializers.md.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

#include "core/interface/described_value.h"
#include "core/interface/type_descriptor.h"

namespace manta {

template <typename AnyPlan>
class BasicPlanCompiler {
 public:
  using Plan = AnyPlan;

  virtual ~BasicPlanCompiler() = default;

  // The type's plan, made now or before.
  const Plan& PlanOf(const TypeDescriptor& type) {
    if (const auto made = plans_.find(&type); made != plans_.end()) return *made->second;
    refusal_.clear();
    if (type.contains_local_only != 0) {
      Refuse(std::string(type.name) +
             " contains a LocalOnly, which never leaves its process: leave it out of what is sent");
    } else {
      Find(type);
    }
    if (refusal_.empty()) {
      plans_.merge(new_);
    } else {
      // The plans that it needs may be incomplete: they go, and are made again for a type that can be written.
      auto refused = std::make_unique<Plan>();
      refused->type = &type;
      refused->refusal = std::exchange(refusal_, {});
      plans_.emplace(&type, std::move(refused));
    }
    new_.clear();
    return *plans_.at(&type);
  }

 protected:
  // Fills the plan of plan.type.
  virtual void Compile(Plan& plan) = 0;

  // The type's plan, whole or in the making.
  const Plan* Find(const TypeDescriptor& type) {
    if (const auto made = plans_.find(&type); made != plans_.end()) {
      if (!made->second->refusal.empty()) Refuse(made->second->refusal);
      return made->second.get();
    }
    const auto [position, is_new] = new_.try_emplace(&type);
    if (!is_new) return position->second.get();
    position->second = std::make_unique<Plan>();
    Plan* const plan = position->second.get();
    plan->type = &type;
    Compile(*plan);
    return plan;
  }

  // The same for an element of `holder`, which is made in raw memory and then moved in.
  const Plan* FindElement(const TypeDescriptor& type, const TypeDescriptor& holder) {
    if (!IsBuildable(type)) {
      Refuse(std::string(type.name) + " in " + std::string(holder.name) +
             " has no default value, and more in it than the fields it shows or a variant that begins with such a "
             "type: give it a default value or a manta::Codec");
    }
    return Find(type);
  }

  // The same for the wire value that stands for values of `type`, a kWire.
  const Plan* FindWire(const TypeDescriptor& type) {
    const TypeDescriptor& wire = type.element();
    if (wire.construct == nullptr) {
      Refuse("the Codec of " + std::string(type.name) + " has the wire type " + std::string(wire.name) +
             ", which has no default value: choose one that has");
    }
    return Find(wire);
  }

  // The first refusal is the type's.
  void Refuse(std::string refusal) {
    if (refusal_.empty()) refusal_ = std::move(refusal);
  }

 private:
  using Plans = std::unordered_map<const TypeDescriptor*, std::unique_ptr<Plan>>;

  Plans plans_;  // Made and whole.
  Plans new_;    // Of the PlanOf that runs: they may not be whole yet.
  std::string refusal_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
