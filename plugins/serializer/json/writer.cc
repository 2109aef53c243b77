#include "plugins/serializer/json/writer.h"

#include <algorithm>
#include <memory>
#include <new>
#include <utility>

#include "core/base/text.h"
#include "core/interface/described_value.h"
#include "plugins/serializer/json/base64.h"
#include "plugins/serializer/json/characters.h"
#include "plugins/serializer/json/numbers.h"
#include "plugins/serializer/json/refusals.h"
#include "plugins/serializer/json/shape.h"

namespace manta::json {
namespace {

constexpr std::string_view kEscapedCharacters = "\"\\\b\f\n\r\t";
constexpr std::string_view kEscapeLetters = "\"\\bfnrt";

}  // namespace

// What VisitElement is handed.
struct Writer::Visit {
  Writer& writer;
  const TypeDescriptor& type;
  const TypeDescriptor& element;
  bool on_one_line = false;
  uint64_t index = 0;
  uint64_t left = 0;
};

absl::Status Writer::StatusOf(const TypeDescriptor& type) const {
  return Annotate(status_, Concat("json: ", type.name, path_.empty() ? "" : ", at ", path_));
}

bool Writer::Refuse(const TypeDescriptor& type, const char* why) {
  return Fail(MakeStatus(absl::StatusCode::kInvalidArgument, "this ", type.name, " ", why));
}

bool Writer::CheckedPart(const TypeDescriptor& part, const TypeDescriptor& holder) {
  absl::Status status = CheckPart(part, holder);
  return status.ok() || Fail(std::move(status));
}

bool Writer::Full() {
  return Fail(MakeStatus(absl::StatusCode::kResourceExhausted,
                         "the sink is full: the value needs more room than it was given"));
}

bool Writer::TooDeep(const TypeDescriptor& type) {
  return Fail(MakeStatus(absl::StatusCode::kInvalidArgument, "the value nests more than ", depth_max_,
                         " levels deep, at a ", type.name, ": flatten it, or hold parts of it by reference"));
}

bool Writer::Fail(absl::Status status) {
  status_ = std::move(status);
  return false;
}

bool Writer::NoMemory(const TypeDescriptor& type, uint64_t size_bytes) {
  return Fail(
      MakeStatus(absl::StatusCode::kResourceExhausted, "no memory for the ", size_bytes, " bytes of a ", type.name));
}

bool Writer::Inside(std::string_view part) {
  PrependToPath(part, path_);
  return false;
}

bool Writer::Flush() {
  const std::span<const char> staged(staged_, staged_end_);
  staged_end_ = staged_;
  return sink_.Append(std::as_bytes(staged)) || Full();
}

bool Writer::PutLong(std::string_view text) {
  if (!Flush()) return false;
  return sink_.Append(std::as_bytes(std::span(text))) || Full();
}

bool Writer::PutLineBreak() {
  if (!Put('\n')) return false;
  for (uint32_t i = 0; i < line_level_; ++i) {
    if (!Put(std::string_view("                ", indent_))) return false;
  }
  return true;
}

bool Writer::Open(char bracket, bool on_one_line) {
  if (!on_one_line) ++line_level_;
  return Put(bracket);
}

bool Writer::Separate(bool first, bool on_one_line) {
  if (!first && !Put(',')) return false;
  if (indent_ == 0) return true;
  if (!on_one_line) return PutLineBreak();
  return first || Put(' ');
}

bool Writer::Close(char bracket, bool on_one_line, bool empty) {
  if (!on_one_line) --line_level_;
  if (!on_one_line && !empty && indent_ != 0 && !PutLineBreak()) return false;
  return Put(bracket);
}

bool Writer::Write(const TypeDescriptor& type, const void* value) {
  switch (type.kind) {
    case TypeKind::kUnit:
      return Put("null");
    case TypeKind::kBool:
      return Put(*static_cast<const bool*>(value) ? std::string_view("true") : std::string_view("false"));
    case TypeKind::kInt:
    case TypeKind::kUint:
    case TypeKind::kFloat:
      return WriteNumber(type, value);
    case TypeKind::kEnum:
      return Write(type.element(), value);
    case TypeKind::kString:
      return WriteText({static_cast<const char*>(type.container->data(value)), type.container->size(value)});
    case TypeKind::kStruct:
      return WriteStruct(type, static_cast<const std::byte*>(value));
    case TypeKind::kArray:
      return WriteRow(type.element(), static_cast<const std::byte*>(value), type.count);
    case TypeKind::kSequence:
    case TypeKind::kSet:
      return WriteSequence(type, value);
    case TypeKind::kMap:
      return WriteMap(type, value);
    case TypeKind::kOptional:
      return WriteOptional(type, value);
    case TypeKind::kVariant:
      return WriteVariant(type, value);
    case TypeKind::kWire:
      return WriteWire(type, value);
    case TypeKind::kMessage:
      return WriteMessage(type, value);
    case TypeKind::kReference:
      return WriteReference(type, value);
    case TypeKind::kBlob: {
      const std::span<const std::byte> bytes = type.blob->bytes(value);
      if (IsByteRun(type)) return WriteBase64(bytes);
      return WriteRow(type.element(), bytes.data(), bytes.size() / type.element().size_bytes);
    }
    case TypeKind::kLocalOnly:
      break;
  }
  return Fail(CheckType(type));
}

bool Writer::WriteNumber(const TypeDescriptor& type, const void* value) {
  char* const out = Room(kNumberBytesMax);
  if (out == nullptr) return false;
  staged_end_ = NumberToText(type, value, out);
  return true;
}

bool Writer::WriteText(std::string_view text) {
  if (!Put('"')) return false;
  while (true) {
    const size_t plain_bytes = PlainPrefixBytes(text);
    if (!Put(text.substr(0, plain_bytes))) return false;
    text.remove_prefix(plain_bytes);
    if (text.empty()) return Put('"');
    const unsigned char next = static_cast<unsigned char>(text[0]);
    size_t taken_bytes = 1;
    bool put = false;
    if (next >= 0x80) {
      taken_bytes = Utf8CharacterBytes(text);
      put = taken_bytes != 0 && Put(text.substr(0, taken_bytes));
      if (taken_bytes == 0) {
        taken_bytes = 1;
        put = Put("\\udc") && PutHexByte(next);
      }
    } else if (const size_t letter = kEscapedCharacters.find(text[0]); letter != std::string_view::npos) {
      const char escape[2] = {'\\', kEscapeLetters[letter]};
      put = Put({escape, 2});
    } else {
      put = Put("\\u00") && PutHexByte(next);
    }
    if (!put) return false;
    text.remove_prefix(taken_bytes);
  }
}

bool Writer::PutHexByte(unsigned char byte) {
  constexpr char kHex[] = "0123456789abcdef";
  const char digits[2] = {kHex[byte >> 4], kHex[byte & 15]};
  return Put({digits, 2});
}

bool Writer::WriteBase64(std::span<const std::byte> bytes) {
  constexpr size_t kPieceBytes = kStagedBytes / 4 * 3;
  if (!Put('"')) return false;
  while (!bytes.empty()) {
    const std::span<const std::byte> piece = bytes.first(std::min(bytes.size(), kPieceBytes));
    const size_t characters = Base64Characters(piece.size());
    char* const out = Room(characters);
    if (out == nullptr) return false;
    EncodeBase64(piece, out);
    staged_end_ += characters;
    bytes = bytes.subspan(piece.size());
  }
  return Put('"');
}

bool Writer::WriteStruct(const TypeDescriptor& type, const std::byte* value) {
  const bool by_name = HasNames(type);
  if (type.fields.size() > kFieldCountMax) return Fail(CheckType(type));
  const bool on_one_line = !by_name;
  if (!Open(by_name ? '{' : '[', on_one_line)) return false;
  size_t index = 0;
  for (const FieldDescriptor& field : type.fields) {
    if (!Separate(index == 0, on_one_line)) return false;
    if (by_name && !(WriteText(field.name) && PutColon())) return false;
    if (!Write(field.type(), value + field.offset_bytes)) {
      return Inside(by_name ? std::string(field.name) : Concat("[", index, "]"));
    }
    ++index;
  }
  return Close(by_name ? '}' : ']', on_one_line, index == 0);
}

bool Writer::WriteRow(const TypeDescriptor& element, const std::byte* first, uint64_t count) {
  const bool on_one_line = IsScalar(element);
  if (!Open('[', on_one_line)) return false;
  for (uint64_t i = 0; i < count; ++i) {
    if (!Separate(i == 0, on_one_line)) return false;
    if (!Write(element, first + i * element.size_bytes)) return Inside(Concat("[", i, "]"));
  }
  return Close(']', on_one_line, count == 0);
}

bool Writer::WriteSequence(const TypeDescriptor& type, const void* container) {
  const ContainerOps& ops = *type.container;
  const TypeDescriptor& element = type.element();
  if (!Enter(type) || !WantPart(element, type)) return false;
  // A set's elements may lie in a row too, but only a sequence's data() is its elements by contract.
  const bool in_a_row = type.kind == TypeKind::kSequence && ops.data != nullptr;
  const uint64_t count = ops.size(container);
  const auto* const first = in_a_row ? static_cast<const std::byte*>(ops.data(container)) : nullptr;
  bool written = false;
  if (IsByteRun(type)) {
    written = WriteBase64({first, count});
  } else if (in_a_row) {
    written = WriteRow(element, first, count);
  } else {
    written = WriteVisited(type, container, '[', ']', IsScalar(element));
  }
  Leave();
  return written;
}

bool Writer::WriteMap(const TypeDescriptor& type, const void* container) {
  if (!Enter(type) || !WantPart(type.key(), type) || !WantPart(type.element(), type)) return false;
  const bool text_keys = type.key().kind == TypeKind::kString;
  const bool written = WriteVisited(type, container, text_keys ? '{' : '[', text_keys ? '}' : ']', false);
  Leave();
  return written;
}

bool Writer::WriteVisited(const TypeDescriptor& type, const void* container, char open, char close, bool on_one_line) {
  const uint64_t count = type.container->size(container);
  Visit visit = {.writer = *this, .type = type, .element = type.element(), .on_one_line = on_one_line, .left = count};
  if (!Open(open, on_one_line)) return false;
  const bool visited = type.container->visit(container, &VisitElement, &visit);
  if (visited && visit.left == 0) return Close(close, on_one_line, count == 0);
  return status_.ok() ? Refuse(type, "shows another number of elements than its size: it must not change meanwhile")
                      : false;
}

bool Writer::VisitElement(void* visit, const void* key_or_element, const void* mapped) {
  auto& [writer, type, element, on_one_line, index, left] = *static_cast<Visit*>(visit);
  if (left == 0) return false;
  --left;
  if (!writer.Separate(index == 0, on_one_line)) return false;
  ++index;
  if (type.kind != TypeKind::kMap) {
    return writer.Write(element, key_or_element) || writer.Inside(Concat("[", index - 1, "]"));
  }
  return writer.WritePair(type.key(), key_or_element, element, mapped) || writer.Inside(Concat("[", index - 1, "]"));
}

bool Writer::WritePair(const TypeDescriptor& key_type, const void* key, const TypeDescriptor& mapped_type,
                       const void* mapped) {
  if (key_type.kind == TypeKind::kString) {
    return Write(key_type, key) && PutColon() && Write(mapped_type, mapped);
  }
  return Put('[') && Write(key_type, key) && PutComma() && Write(mapped_type, mapped) && Put(']');
}

bool Writer::WriteOptional(const TypeDescriptor& type, const void* choice) {
  const TypeDescriptor& element_type = type.element();
  const void* const element = type.choice->get(choice);
  const bool in_list = IsNullable(element_type);
  if (!WantPart(element_type, type)) return false;
  if (element == nullptr) return Put(in_list ? std::string_view("[]") : std::string_view("null"));
  if (!Enter(type) || (in_list && !Put('['))) return false;
  if (!Write(element_type, element)) return false;
  Leave();
  return !in_list || Put(']');
}

bool Writer::WriteVariant(const TypeDescriptor& type, const void* choice) {
  const uint64_t index = type.choice->index(choice);
  if (index >= type.fields.size()) {
    return Refuse(type, "holds no alternative, since an assignment to it threw: give it a value");
  }
  const TypeDescriptor& alternative = type.fields[index].type();
  if (!Enter(type) || !WantPart(alternative, type)) return false;
  if (!Put('[') || !Put(Concat(index)) || !PutComma()) return false;
  if (!Write(alternative, type.choice->get(choice))) return Inside("[1]");
  Leave();
  return Put(']');
}

bool Writer::WriteWire(const TypeDescriptor& type, const void* value) {
  const TypeDescriptor& wire_type = type.element();
  if (wire_type.construct == nullptr) return Fail(CheckType(type));
  if (!Enter(type)) return false;
  TemporaryValue wire(wire_type);
  if (wire.memory() == nullptr || !wire_type.construct(wire.memory())) return NoMemory(wire_type, wire_type.size_bytes);
  wire.set_made();
  if (!type.wire->to_wire(value, wire.memory())) return Refuse(type, "was not converted: its Codec's ToWire threw");
  if (!Write(wire_type, wire.memory())) return false;
  Leave();
  return true;
}

bool Writer::WriteMessage(const TypeDescriptor& type, const void* message) {
  const uint64_t size_bytes = type.message->size_bytes(message);
  const std::unique_ptr<std::byte[]> bytes(new (std::nothrow) std::byte[size_bytes]);
  if (bytes == nullptr) return NoMemory(type, size_bytes);
  if (!type.message->write(message, {bytes.get(), size_bytes})) {
    return Refuse(type, "did not write its own bytes: check that it is complete");
  }
  return WriteBase64({bytes.get(), size_bytes});
}

bool Writer::WriteReference(const TypeDescriptor& type, const void* reference) {
  const ObjectId id = type.reference->id(reference);
  sink_.AddReference(id);
  return Put("{\"$object\"") && PutColon() && Put('"') && Put(id.ToHex()) && Put("\"}");
}

}  // namespace manta::json

// SPDX-License-Identifier: Apache-2.0
