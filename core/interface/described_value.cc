#include "core/interface/described_value.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace manta {
namespace {

// Whether the fields and the gaps that alignment makes are all there is to a struct.
bool IsItsFields(const TypeDescriptor& type) {
  std::vector<const FieldDescriptor*> fields;
  for (const FieldDescriptor& field : type.fields) fields.push_back(&field);
  std::sort(fields.begin(), fields.end(),
            [](const FieldDescriptor* a, const FieldDescriptor* b) { return a->offset_bytes < b->offset_bytes; });
  uint64_t end = 0;
  for (const FieldDescriptor* field : fields) {
    const TypeDescriptor& part = field->type();
    if (field->offset_bytes >= end + part.alignment_bytes) return false;
    end = std::max(end, field->offset_bytes + part.size_bytes);
  }
  return type.size_bytes < end + type.alignment_bytes;
}

}  // namespace

bool IsBuildable(const TypeDescriptor& type) {
  if (type.construct != nullptr || type.plain != 0 || type.kind == TypeKind::kWire) return true;
  if (type.kind == TypeKind::kArray) return IsBuildable(type.element());
  return type.kind == TypeKind::kStruct && IsItsFields(type) &&
         std::all_of(type.fields.begin(), type.fields.end(),
                     [](const FieldDescriptor& field) { return IsBuildable(field.type()); });
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
