#include "plugins/serializer/native/plan_compiler.h"

#include <algorithm>
#include <utility>

#include "core/base/text.h"
#include "core/interface/described_value.h"
#include "core/interface/serializer.h"

namespace manta::native {
namespace {

// Pieces of an array of structs with padding, or of bools, are listed up to this many; longer arrays are a loop.
constexpr uint64_t kUnrolledPieceCountMax = 64;

// Types stand inside one another at most this deep by value; only codecs that name each other go deeper.
constexpr int kNestingMax = 1000;

bool IsNumber(TypeKind kind) {
  return kind == TypeKind::kInt || kind == TypeKind::kUint || kind == TypeKind::kFloat || kind == TypeKind::kEnum;
}

bool IsPlainPayload(const TypeDescriptor& type) {
  return type.plain != 0 && type.size_bytes >= Serializer::kPayloadBytesMin;
}

// Whether values of the type are written in no bytes.
bool IsEmpty(const TypeDescriptor& type, int nesting = 0) {
  if (nesting > kNestingMax) return false;
  switch (type.kind) {
    case TypeKind::kUnit:
      return true;
    case TypeKind::kStruct:
      return std::all_of(type.fields.begin(), type.fields.end(),
                         [&](const FieldDescriptor& field) { return IsEmpty(field.type(), nesting + 1); });
    case TypeKind::kArray:
      return type.count == 0 || IsEmpty(type.element(), nesting + 1);
    case TypeKind::kWire:
      return IsEmpty(type.element(), nesting + 1);
    default:
      return false;
  }
}

// No value is written in fewer bytes.
uint64_t LeastBytes(const TypeDescriptor& type, int nesting = 0) {
  if (nesting > kNestingMax) return 0;
  if (IsPlainPayload(type)) return 1;  // Its payload's index.
  switch (type.kind) {
    case TypeKind::kUnit:
      return 0;
    case TypeKind::kBool:
    case TypeKind::kInt:
    case TypeKind::kUint:
    case TypeKind::kFloat:
    case TypeKind::kEnum:
      return type.size_bytes;
    case TypeKind::kStruct: {
      uint64_t least_bytes = 0;
      for (const FieldDescriptor& field : type.fields) least_bytes += LeastBytes(field.type(), nesting + 1);
      return least_bytes;
    }
    case TypeKind::kArray:
      return type.count * LeastBytes(type.element(), nesting + 1);
    case TypeKind::kWire:
      return LeastBytes(type.element(), nesting + 1);
    case TypeKind::kReference:
      return sizeof(ObjectId);
    default:
      return 1;  // A count or an index.
  }
}

// How many pieces a copy of the type has; more than kUnrolledPieceCountMax when it is not copied, or not so simply.
uint64_t PieceCount(const TypeDescriptor& type) {
  constexpr uint64_t kTooMany = kUnrolledPieceCountMax + 1;
  if (IsPlainPayload(type)) return kTooMany;
  if (type.plain != 0 || IsNumber(type.kind) || type.kind == TypeKind::kBool) return 1;
  if (type.kind == TypeKind::kUnit) return 0;
  uint64_t count = 0;
  if (type.kind == TypeKind::kStruct) {
    for (const FieldDescriptor& field : type.fields) count = std::min(count + PieceCount(field.type()), kTooMany);
    return count;
  }
  if (type.kind != TypeKind::kArray) return kTooMany;
  const uint64_t each = PieceCount(type.element());
  return each == 0 ? 0 : std::min(type.count, kTooMany) * each;
}

void AddPiece(Plan& plan, const TypeDescriptor& type, uint64_t offset_bytes, const std::string& path) {
  if (plan.ops.empty() || plan.ops.back().code != OpCode::kCopy) {
    Op op;
    op.code = OpCode::kCopy;
    op.offset_bytes = offset_bytes;
    op.type = &type;
    op.path = path;
    plan.ops.push_back(std::move(op));
  }
  Op& op = plan.ops.back();
  if (type.kind == TypeKind::kBool) op.bool_offsets_bytes.push_back(op.copy_bytes);
  op.copy_bytes += type.size_bytes;
  if (!op.pieces.empty() && op.pieces.back().offset_bytes + op.pieces.back().size_bytes == offset_bytes) {
    op.pieces.back().size_bytes += type.size_bytes;
  } else {
    op.pieces.push_back({.offset_bytes = offset_bytes, .size_bytes = type.size_bytes});
  }
}

}  // namespace

void PlanCompiler::Compile(Plan& plan) {
  const TypeDescriptor& type = *plan.type;
  plan.empty = IsEmpty(type);
  plan.least_bytes = LeastBytes(type);
  AddPart(plan, type, 0, "");
  plan.fixed = plan.ops.size() == 1 && plan.ops[0].code == OpCode::kCopy;
  if (plan.fixed) {
    const Op& op = plan.ops[0];
    plan.fixed_bytes = op.copy_bytes;
    plan.as_in_memory =
        op.pieces.size() == 1 && op.pieces[0].offset_bytes == 0 && op.pieces[0].size_bytes == type.size_bytes;
  }
  AddBuild(plan);
}

void PlanCompiler::AddBuild(Plan& plan) {
  const TypeDescriptor& type = *plan.type;
  if (type.kind == TypeKind::kWire) {
    plan.build = BuildBy::kWire;
  } else if (type.construct != nullptr || !IsBuildable(type)) {
    return;
  } else if (type.plain != 0) {
    plan.build = BuildBy::kCopy;
  } else {
    plan.build = BuildBy::kParts;
    for (const FieldDescriptor& field : type.fields) {
      plan.parts.push_back({.offset_bytes = field.offset_bytes, .plan = Find(field.type())});
    }
    if (type.kind == TypeKind::kArray) plan.element = Find(type.element());
  }
}

void PlanCompiler::AddPart(Plan& plan, const TypeDescriptor& type, uint64_t offset_bytes, const std::string& path) {
  if (IsPlainPayload(type)) {
    AddOp(plan, type, offset_bytes, path);
  } else if (type.plain != 0 || IsNumber(type.kind) || type.kind == TypeKind::kBool) {
    AddPiece(plan, type, offset_bytes, path);
  } else if (type.kind == TypeKind::kStruct) {
    for (const FieldDescriptor& field : type.fields) {
      AddPart(plan, field.type(), offset_bytes + field.offset_bytes,
              path.empty() || field.name.empty() ? Concat(path, field.name) : Concat(path, ".", field.name));
    }
  } else if (type.kind == TypeKind::kArray) {
    AddArray(plan, type, offset_bytes, path);
  } else if (type.kind != TypeKind::kUnit) {
    AddOp(plan, type, offset_bytes, path);
  }
}

void PlanCompiler::AddArray(Plan& plan, const TypeDescriptor& type, uint64_t offset_bytes, const std::string& path) {
  if (IsEmpty(type)) return;
  if (PieceCount(type) > kUnrolledPieceCountMax) {
    AddOp(plan, type, offset_bytes, path);
    return;
  }
  const TypeDescriptor& element = type.element();
  for (uint64_t i = 0; i < type.count; ++i) AddPart(plan, element, offset_bytes + i * element.size_bytes, path);
}

void PlanCompiler::AddOp(Plan& plan, const TypeDescriptor& type, uint64_t offset_bytes, const std::string& path) {
  Op op;
  op.offset_bytes = offset_bytes;
  op.type = &type;
  op.path = path;
  if (IsPlainPayload(type)) {
    op.code = OpCode::kPlainPayload;
  } else if (!AddContent(op)) {
    return;
  }
  plan.ops.push_back(std::move(op));
}

bool PlanCompiler::AddContent(Op& op) {
  const TypeDescriptor& type = *op.type;
  switch (type.kind) {
    case TypeKind::kString:
      op.code = OpCode::kRun;
      op.element_bytes = 1;
      op.payload_count_min = Serializer::kPayloadBytesMin;
      return true;
    case TypeKind::kSequence:
    case TypeKind::kSet: {
      const TypeDescriptor& element = type.element();
      op.element = FindElement(element, type);
      op.element_bytes = element.size_bytes;
      op.element_alignment_bytes = static_cast<uint32_t>(element.alignment_bytes);
      // An element's plan may be in the making here, when the type contains itself; such an element is no copy.
      const bool in_a_row = type.kind == TypeKind::kSequence && type.container->data != nullptr;
      op.code = in_a_row && op.element->as_in_memory ? OpCode::kRun : OpCode::kSequence;
      if (in_a_row && element.plain != 0) {
        op.code = OpCode::kRun;
        op.payload_count_min = (Serializer::kPayloadBytesMin + op.element_bytes - 1) / op.element_bytes;
      }
      return true;
    }
    case TypeKind::kMap:
      op.code = OpCode::kMap;
      op.key = FindElement(type.key(), type);
      op.element = FindElement(type.element(), type);
      return true;
    case TypeKind::kArray:
      op.code = OpCode::kArray;
      op.element = Find(type.element());
      return true;
    case TypeKind::kOptional:
      op.code = OpCode::kOptional;
      op.element = FindElement(type.element(), type);
      return true;
    case TypeKind::kVariant:
      op.code = OpCode::kVariant;
      for (const FieldDescriptor& alternative : type.fields) {
        op.alternatives.push_back(FindElement(alternative.type(), type));
      }
      return true;
    case TypeKind::kWire:
      op.code = OpCode::kWire;
      op.element = FindWire(type);
      return true;
    case TypeKind::kMessage:
      op.code = OpCode::kMessage;
      return true;
    case TypeKind::kReference:
      op.code = OpCode::kReference;
      return true;
    case TypeKind::kBlob:
      op.code = OpCode::kBlob;
      op.element_bytes = type.element().size_bytes;
      return true;
    default:
      Refuse(Concat("the format has no words for ", type.name, ", a type of kind ", static_cast<uint32_t>(type.kind)));
      return false;
  }
}

}  // namespace manta::native

// SPDX-License-Identifier: Apache-2.0
