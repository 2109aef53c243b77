// tests/conformance/serializer_generated_types.h -- types that are made while the suite runs, and values of them.
//
//   const GeneratedType& type = *DrawType();       // Inside a property: RapidCheck draws it, and shrinks it.
//   GeneratedValue value(type);
//   value.Draw();
//
// A type is a struct of fields, which are of some thirty types of C++, of structs made in the same way, or arrays of
// those. A serializer sees no difference to a type of a program.
//
// Memory    Types live as long as the process, as descriptors must.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "core/interface/type_descriptor.h"

namespace manta::conformance {

struct GeneratedType;

// What a field holds: a type of C++, or a generated one.
struct FieldType {
  DescriptorAccessor type = nullptr;
  const GeneratedType* generated = nullptr;  // Null for a type of C++.
};

struct GeneratedType {
  TypeDescriptor descriptor;
  std::string name;
  std::deque<std::string> field_names;
  std::vector<FieldDescriptor> fields;
  std::vector<FieldType> field_types;
  uint64_t array_count = 0;  // Not a struct, but an array of field_types[0].
};

// REQUIRES: inside a property.
const GeneratedType* DrawType();

// "struct1 {a: int32, b: struct2}".
std::string InWords(const GeneratedType& type);

class GeneratedValue {
 public:
  explicit GeneratedValue(const GeneratedType& type);  // A default value.
  GeneratedValue(const GeneratedValue&) = delete;
  GeneratedValue& operator=(const GeneratedValue&) = delete;
  ~GeneratedValue();

  void Draw();  // REQUIRES: inside a property.
  void* get() { return memory_.get(); }
  std::string Print() const;  // Equal for equal values, and only for these.

 private:
  static constexpr size_t kAlignmentBytes = 64;
  struct Free {
    void operator()(void* memory) const { ::operator delete(memory, std::align_val_t(kAlignmentBytes)); }
  };

  const GeneratedType& type_;
  std::unique_ptr<void, Free> memory_;
};

}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
