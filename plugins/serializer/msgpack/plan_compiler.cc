#include "plugins/serializer/msgpack/plan_compiler.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "core/base/text.h"
#include "core/interface/described_value.h"
#include "plugins/serializer/msgpack/format.h"

namespace manta::messagepack {
namespace {

// Types stand inside one another at most this deep by value; only codecs that name each other go deeper.
constexpr int kNestingMax = 1000;

// What runs of it are bytes: uint8, std::byte, char. (Runs of int8 are numbers.)
bool IsByte(const TypeDescriptor& type) {
  return (type.kind == TypeKind::kUint && type.size_bytes == 1) || type.name == "char";
}

// Whether values of the type may be written as nil, so that nil around them would say too little. Every optional
// counts, however it is written: types that contain themselves have an answer, too.
bool MayBeNil(const TypeDescriptor& type, int nesting = 0) {
  if (nesting > kNestingMax || type.kind == TypeKind::kUnit || type.kind == TypeKind::kOptional) return true;
  return type.kind == TypeKind::kWire && MayBeNil(type.element(), nesting + 1);
}

BuildBy HowBuilt(const TypeDescriptor& type) {
  if (type.kind == TypeKind::kWire) return BuildBy::kWire;
  if (type.construct != nullptr || !IsBuildable(type)) return BuildBy::kConstruct;
  return type.plain != 0 ? BuildBy::kCopy : BuildBy::kParts;
}

// No value is written in fewer bytes.
uint64_t LeastBytes(const TypeDescriptor& type, int nesting = 0) {
  if (nesting > kNestingMax) return 1;
  switch (type.kind) {
    case TypeKind::kFloat:
      return 1;  // A whole number, by other writers.
    case TypeKind::kArray:
      return 1 + type.count * LeastBytes(type.element(), nesting + 1);
    case TypeKind::kWire:
      return LeastBytes(type.element(), nesting + 1);
    case TypeKind::kVariant:
      return 3;  // [index, value]
    case TypeKind::kReference:
      return 2 + sizeof(ObjectId);
    default:
      return 1;
  }
}

}  // namespace

void PlanCompiler::Compile(Plan& plan) {
  const TypeDescriptor& type = *plan.type;
  plan.build = HowBuilt(type);
  plan.least_bytes = LeastBytes(type);
  switch (type.kind) {
    case TypeKind::kUnit:
      plan.form = Form::kNil;
      break;
    case TypeKind::kBool:
    case TypeKind::kInt:
    case TypeKind::kUint:
    case TypeKind::kFloat:
    case TypeKind::kEnum:
      CompileNumber(plan);
      break;
    case TypeKind::kString:
      plan.form = Form::kText;
      break;
    case TypeKind::kStruct:
      CompileStruct(plan);
      break;
    case TypeKind::kArray:
      plan.form = IsByte(type.element()) ? Form::kByteArray : Form::kArray;
      plan.element = Find(type.element());
      break;
    case TypeKind::kSequence:
    case TypeKind::kSet:
      // A set's elements may lie in a row too, but only a sequence's data() is its elements by contract.
      plan.in_a_row = type.kind == TypeKind::kSequence && type.container->data != nullptr;
      plan.form = plan.in_a_row && IsByte(type.element()) ? Form::kBytes : Form::kSequence;
      plan.element = FindElement(type.element(), type);
      break;
    case TypeKind::kMap:
      plan.form = Form::kMap;
      plan.key = FindElement(type.key(), type);
      plan.element = FindElement(type.element(), type);
      break;
    case TypeKind::kOptional:
      plan.form = MayBeNil(type.element()) ? Form::kBracketed : Form::kOptional;
      plan.element = FindElement(type.element(), type);
      break;
    case TypeKind::kVariant:
      CompileVariant(plan);
      break;
    case TypeKind::kWire:
      plan.form = Form::kWire;
      plan.element = FindWire(type);
      break;
    case TypeKind::kMessage:
      plan.form = Form::kMessage;
      break;
    case TypeKind::kReference:
      plan.form = Form::kReference;
      break;
    case TypeKind::kBlob:
      plan.form = Form::kBlob;
      break;
    default:
      Refuse(Concat("MessagePack has no words for ", type.name, ", a type of kind ", static_cast<uint32_t>(type.kind)));
  }
}

void PlanCompiler::CompileNumber(Plan& plan) {
  const TypeDescriptor& type = *plan.type;
  const TypeDescriptor& number = type.kind == TypeKind::kEnum ? type.element() : type;
  const auto width = static_cast<uint32_t>(std::countr_zero(number.size_bytes));  // 0 to 3 for 1 to 8 bytes.
  const auto form = [](Form first, uint32_t offset) {
    return static_cast<Form>(static_cast<uint32_t>(first) + offset);
  };
  switch (number.kind) {
    case TypeKind::kBool:  // Enumerations may be made of bools.
      plan.form = Form::kBool;
      break;
    case TypeKind::kInt:
      plan.form = form(Form::kInt8, width);
      break;
    case TypeKind::kUint:
      plan.form = form(Form::kUint8, width);
      break;
    default:
      plan.form = form(Form::kFloat32, width - 2);
  }
}

void PlanCompiler::CompileStruct(Plan& plan) {
  const TypeDescriptor& type = *plan.type;
  const bool named =
      !type.fields.empty() && std::none_of(type.fields.begin(), type.fields.end(),
                                           [](const FieldDescriptor& field) { return field.name.empty(); });
  plan.form = named ? Form::kStruct : Form::kTuple;
  plan.fields.reserve(type.fields.size());
  for (const FieldDescriptor& part : type.fields) {
    Field field = {.plan = Find(part.type()), .offset_bytes = part.offset_bytes, .written = {}, .name = part.name};
    if (named) {
      std::byte head[kHeadBytesMax + kSlackBytes];
      const auto head_bytes = static_cast<size_t>(PutTextHead(head, part.name.size()) - head);
      field.written_bytes = head_bytes + part.name.size();
      if (field.is_short()) {
        std::memcpy(field.written, head, head_bytes);
        std::memcpy(field.written + head_bytes, part.name.data(), part.name.size());
      }
    }
    plan.fields.push_back(field);
  }
  if (!named) return;
  for (const Field& field : plan.fields) plan.by_name.push_back(&field);
  std::sort(plan.by_name.begin(), plan.by_name.end(), [](const Field* a, const Field* b) { return a->name < b->name; });
  const auto twice = std::adjacent_find(plan.by_name.begin(), plan.by_name.end(),
                                        [](const Field* a, const Field* b) { return a->name == b->name; });
  if (twice != plan.by_name.end()) {
    Refuse(Concat(type.name, " has two fields named ", Quoted((*twice)->name), ": rename one of them"));
  }
}

void PlanCompiler::CompileVariant(Plan& plan) {
  plan.form = Form::kVariant;
  for (const FieldDescriptor& alternative : plan.type->fields) {
    plan.fields.push_back({.plan = FindElement(alternative.type(), *plan.type), .written = {}, .name = {}});
  }
}

}  // namespace manta::messagepack

// SPDX-License-Identifier: Apache-2.0
