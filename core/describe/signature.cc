#include "core/describe/signature.h"

#include <unordered_map>

#include "core/base/text.h"

namespace manta {
namespace {

// One pass over the type's graph. A type that was met before is mixed in by the order in which it was met, so types
// that contain themselves end.
class Walk {
 public:
  uint64_t Run(const TypeDescriptor& type) {
    Visit(type);
    return hash_;
  }

 private:
  void Mix(uint64_t value) {
    // splitmix64's finaliser over the running state.
    hash_ += value + 0x9e3779b97f4a7c15u;
    hash_ = (hash_ ^ hash_ >> 30) * 0xbf58476d1ce4e5b9u;
    hash_ = (hash_ ^ hash_ >> 27) * 0x94d049bb133111ebu;
    hash_ ^= hash_ >> 31;
  }

  void Mix(std::string_view text) {
    Mix(text.size());
    for (char c : text) Mix(static_cast<unsigned char>(c));
  }

  void Visit(const TypeDescriptor& type) {
    const auto [met, first] = met_.emplace(&type, met_.size());
    if (!first) return Mix(met->second);
    Mix(static_cast<uint64_t>(type.kind));
    Mix(type.name);
    // Only of types that lie in the bytes as they are in memory does the size matter.
    const bool scalar = type.kind == TypeKind::kInt || type.kind == TypeKind::kUint || type.kind == TypeKind::kFloat;
    Mix(scalar || type.plain != 0 ? type.size_bytes : 0);
    Mix(type.count);
    Mix(type.fields.size());
    for (const FieldDescriptor& field : type.fields) {
      Mix(field.name);
      Visit(field.type());
    }
    if (type.key != nullptr) Visit(type.key());
    if (type.element != nullptr) Visit(type.element());
  }

  uint64_t hash_ = 0;
  std::unordered_map<const TypeDescriptor*, uint64_t> met_;
};

}  // namespace

uint64_t TypeSignature(const TypeDescriptor& type) { return Walk().Run(type); }

std::string TypeInWords(const TypeDescriptor& type) {
  std::string words(type.name);
  if (type.kind != TypeKind::kStruct) return words;
  words += " {";
  std::string_view separator = "";
  for (const FieldDescriptor& field : type.fields) {
    words += separator;
    if (!field.name.empty()) words += Concat(field.name, ": ");
    words += field.type().name;
    separator = ", ";
  }
  return words + "}";
}

absl::Status CheckSameType(std::string_view written_name, uint64_t written_signature, const TypeDescriptor& wanted,
                           bool format_evolves) {
  if (written_name != wanted.name) {
    return MakeStatus(absl::StatusCode::kInvalidArgument, "type mismatch: the object holds ", Quoted(written_name),
                      ", and is read as ", Quoted(wanted.name), ": read it as the type it was made with");
  }
  if (format_evolves || written_signature == TypeSignature(wanted)) return absl::OkStatus();
  return MakeStatus(absl::StatusCode::kInvalidArgument, "type mismatch: the object holds another ",
                    Quoted(written_name), " than ", TypeInWords(wanted),
                    ", with which it is read: build writer and reader from the same source, or use a serializer that "
                    "evolves (manta.serializer.msgpack)");
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
