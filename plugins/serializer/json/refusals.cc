#include "plugins/serializer/json/refusals.h"

#include "core/base/text.h"
#include "core/interface/described_value.h"

namespace manta::json {
namespace {

constexpr size_t kPathBytesMax = 300;

}  // namespace

absl::Status CheckType(const TypeDescriptor& type) {
  if (type.fields.size() > kFieldCountMax && type.kind == TypeKind::kStruct) {
    return MakeStatus(absl::StatusCode::kUnimplemented, type.name, " has ", type.fields.size(), " fields, and at most ",
                      kFieldCountMax, " can be written: move some of them into a struct of their own");
  }
  if (type.kind == TypeKind::kWire && type.element().construct == nullptr) {
    return MakeStatus(absl::StatusCode::kUnimplemented, "the Codec of ", type.name, " has the wire type ",
                      type.element().name, ", which has no default value: choose one that has");
  }
  if (type.kind == TypeKind::kLocalOnly || type.kind < TypeKind::kUnit || type.kind > TypeKind::kLocalOnly) {
    return MakeStatus(absl::StatusCode::kUnimplemented, "the format has no words for ", type.name, ", a type of kind ",
                      static_cast<uint32_t>(type.kind));
  }
  return absl::OkStatus();
}

absl::Status CheckPart(const TypeDescriptor& part, const TypeDescriptor& holder) {
  if (part.construct != nullptr || IsBuildable(part)) return absl::OkStatus();
  return MakeStatus(absl::StatusCode::kUnimplemented, part.name, " in ", holder.name,
                    " has no default value, and more in it than the fields it shows or a variant that begins with such "
                    "a type: give it a default value or a manta::Codec");
}

void PrependToPath(std::string_view part, std::string& path) {
  if (path.size() > kPathBytesMax) return;
  path = Concat(part, path.empty() || path.front() == '[' ? "" : ".", path);
}

}  // namespace manta::json

// SPDX-License-Identifier: Apache-2.0
