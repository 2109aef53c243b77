#include "plugins/serializer/json/reader.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <optional>

#include "core/interface/described_value.h"
#include "plugins/serializer/json/base64.h"
#include "plugins/serializer/json/characters.h"
#include "plugins/serializer/json/numbers.h"
#include "plugins/serializer/json/shape.h"

namespace manta::json {
namespace {

// What a list, a tree or a hash table adds to an element, at most, as an estimate for the limit.
constexpr uint64_t kNodeBytes = 32;

// How many elements a row begins with.
constexpr uint64_t kFirstElements = 4;

// Of alternatives.
constexpr TypeDescriptor kIndexType = [] {
  TypeDescriptor type;
  type.kind = TypeKind::kUint;
  type.size_bytes = sizeof(uint64_t);
  type.name = "index";
  return type;
}();

std::string_view TextOf(const SerialSource& source) {
  return {reinterpret_cast<const char*>(source.stream.data()), source.stream.size()};
}

// Position of the field of that name; the fields' number: there is none.
size_t FindField(const TypeDescriptor& type, const StringToken& key, size_t expected) {
  char unescaped[256];
  std::string_view name = key.text;
  if (key.escaped) {
    if (key.size_bytes > sizeof(unescaped)) return type.fields.size();
    Unescape(key.text, unescaped);
    name = {unescaped, key.size_bytes};
  }
  // Fields mostly come in order.
  if (expected < type.fields.size() && type.fields[expected].name == name) return expected;
  size_t index = 0;
  while (index < type.fields.size() && type.fields[index].name != name) ++index;
  return index;
}

void DestroyMade(const TypeDescriptor& type, std::byte* memory, const auto& made) {
  for (size_t i = 0; i < type.fields.size(); ++i) {
    if (made[i]) type.fields[i].type().destroy(memory + type.fields[i].offset_bytes);
  }
}

}  // namespace

Reader::Reader(const SerialSource& source, const ReadLimits& limits, uint32_t depth_max, void* binder)
    : scanner_(TextOf(source)),
      binder_(binder),
      decode_bytes_max_(limits.decode_bytes_max),
      depth_max_(std::min(limits.depth_max, depth_max)),
      budget_bytes_(limits.decode_bytes_max),
      depth_left_(depth_max_) {}

absl::Status Reader::StatusOf(const TypeDescriptor& type) const {
  return Annotate(status_, Concat("json: ", type.name, path_.empty() ? "" : ", at ", path_));
}

template <typename... Parts>
bool Reader::Fail(absl::StatusCode code, const TypeDescriptor& type, const Parts&... parts) {
  status_ = MakeStatus(code, "byte ", scanner_.offset(), ", ", type.name, ": ", parts...);
  return false;
}

template <typename... Parts>
bool Reader::Refuse(const TypeDescriptor& type, const Parts&... parts) {
  return Fail(absl::StatusCode::kInvalidArgument, type, parts...);
}

bool Reader::Malformed(const TypeDescriptor& type) { return Refuse(type, scanner_.problem()); }

bool Reader::Wanted(const TypeDescriptor& type, std::string_view what) {
  scanner_.Wanted(what);
  return Malformed(type);
}

bool Reader::NoMemory(const TypeDescriptor& type) {
  return Fail(absl::StatusCode::kResourceExhausted, type, "no memory, or its own code threw");
}

bool Reader::OverBudget(const TypeDescriptor& type, uint64_t size_bytes) {
  return Fail(absl::StatusCode::kResourceExhausted, type, size_bytes, " bytes of memory are wanted, and ",
              budget_bytes_, " of decode_bytes_max ", decode_bytes_max_,
              " are left: raise it, if the bytes are to be trusted");
}

bool Reader::TooDeep(const TypeDescriptor& type) {
  return Refuse(type, "the value nests more than ", depth_max_, " levels deep");
}

bool Reader::CheckedType(const TypeDescriptor& type) {
  status_ = CheckType(type);
  return status_.ok();
}

bool Reader::CheckedPart(const TypeDescriptor& part, const TypeDescriptor& holder) {
  status_ = CheckPart(part, holder);
  return status_.ok();
}

bool Reader::Inside(std::string_view part) {
  PrependToPath(part, path_);
  return false;
}

bool Reader::Finish() {
  if (scanner_.AtEnd()) return true;
  status_ = MakeStatus(absl::StatusCode::kInvalidArgument, "byte ", scanner_.offset(), ": the value ends here, and ",
                       scanner_.left_bytes(), " bytes are left");
  return false;
}

bool Reader::Fill(const TypeDescriptor& type, void* value) {
  switch (type.kind) {
    case TypeKind::kUnit:
      return scanner_.TakeIf("null") || Wanted(type, "null");
    case TypeKind::kBool:
      return FillBool(type, value);
    case TypeKind::kInt:
    case TypeKind::kUint:
      return FillWhole(type, value);
    case TypeKind::kFloat:
      return FillFloat(type, value);
    case TypeKind::kEnum:
      return Fill(type.element(), value);
    case TypeKind::kString:
      return FillText(type, value);
    case TypeKind::kStruct:
      return FillStruct(type, static_cast<std::byte*>(value), nullptr);
    case TypeKind::kArray:
      return FillArray(type, static_cast<std::byte*>(value));
    case TypeKind::kSequence:
    case TypeKind::kSet:
      return FillSequence(type, value);
    case TypeKind::kMap:
      return FillMap(type, value);
    case TypeKind::kOptional:
      return FillOptional(type, value);
    case TypeKind::kVariant:
      return FillVariant(type, value);
    case TypeKind::kWire:
      return FillWire(type, value);
    case TypeKind::kMessage:
      return FillMessage(type, value);
    case TypeKind::kReference:
      return FillReference(type, value);
    case TypeKind::kBlob:
      return FillBlob(type, value);
    case TypeKind::kLocalOnly:
      break;
  }
  return CheckedType(type);
}

bool Reader::FillBool(const TypeDescriptor& type, void* value) {
  const bool is_true = scanner_.TakeIf("true");
  if (!is_true && !scanner_.TakeIf("false")) return Wanted(type, "true or false");
  std::memcpy(value, &is_true, sizeof(is_true));
  return true;
}

bool Reader::FillWhole(const TypeDescriptor& type, void* value) {
  NumberToken token;
  if (!scanner_.AtNumber()) return Wanted(type, "a whole number");
  if (!scanner_.TakeNumber(token)) return Malformed(type);
  if (token.whole && WholeFromText(type, token.text, value)) return true;
  return Refuse(type, "a whole number that fits into it is wanted, and here is ", Quoted(token.text.substr(0, 40)));
}

bool Reader::FillFloat(const TypeDescriptor& type, void* value) {
  if (scanner_.AtNumber()) {
    NumberToken token;
    if (!scanner_.TakeNumber(token)) return Malformed(type);
    return FloatFromText(type, token.text, value) ||
           Refuse(type, Quoted(token.text.substr(0, 40)), " is too large or too small for it");
  }
  StringToken token;
  if (scanner_.Peek() != '"') return Wanted(type, "a number");
  if (!scanner_.TakeString(token)) return Malformed(type);
  return FloatFromWord(type, token.text, value) ||
         Refuse(type, R"(a number, "nan", "inf" or "-inf" is wanted, and here is )", Quoted(token.text.substr(0, 40)));
}

bool Reader::FillText(const TypeDescriptor& type, void* value) {
  StringToken token;
  return scanner_.TakeString(token) ? FillTextFrom(type, token, value) : Malformed(type);
}

bool Reader::FillTextFrom(const TypeDescriptor& type, const StringToken& token, void* value) {
  const ContainerOps& ops = *type.container;
  if (!Account(type, token.size_bytes)) return false;
  if (!token.escaped && ops.assign != nullptr) {
    return ops.assign(value, token.text.data(), token.text.size()) || NoMemory(type);
  }
  void* const first = ops.resize(value, token.size_bytes);
  if (token.size_bytes == 0) return true;
  if (first == nullptr) return NoMemory(type);
  Unescape(token.text, static_cast<char*>(first));
  return true;
}

template <typename Element>
bool Reader::TakeList(const TypeDescriptor& type, uint64_t& count, Element element) {
  count = 0;
  if (!Take(type, '[', "a list")) return false;
  if (scanner_.TakeIf(']')) return true;
  do {
    if (!element(count)) return Inside(Concat("[", count, "]"));
    ++count;
  } while (scanner_.TakeIf(','));
  return Take(type, ']', "\",\" or \"]\"");
}

bool Reader::FillField(const TypeDescriptor& type, size_t index, std::byte* value, FieldSet* made) {
  const FieldDescriptor& field = type.fields[index];
  if (made == nullptr || made->test(index)) return Fill(field.type(), value + field.offset_bytes);
  if (!Build(field.type(), value + field.offset_bytes)) return false;
  made->set(index);
  return true;
}

// With `made`: in raw memory, where these fields are already; what else is there in the end is noted.
bool Reader::FillStruct(const TypeDescriptor& type, std::byte* value, FieldSet* made) {
  const size_t field_count = type.fields.size();
  if (field_count > kFieldCountMax) return CheckedType(type);
  if (!HasNames(type)) {
    uint64_t count = 0;
    const auto fill = [&](uint64_t i) {
      return i < field_count ? FillField(type, i, value, made) : Refuse(type, "there are more than ", field_count);
    };
    if (!TakeList(type, count, fill)) return false;
    return count == field_count || Refuse(type, field_count, " parts are wanted, and here are ", count);
  }
  FieldSet seen;
  size_t expected = 0;
  if (!Take(type, '{', "an object")) return false;
  if (scanner_.TakeIf('}')) return true;
  do {
    StringToken key;
    if (!scanner_.TakeKey(key)) return Malformed(type);
    const size_t index = FindField(type, key, expected);
    if (index == field_count) {
      if (!scanner_.Skip()) return Malformed(type);
      continue;
    }
    if (seen.test(index)) return Refuse(type, "field ", type.fields[index].name, " is here twice");
    seen.set(index);
    expected = index + 1;
    if (!FillField(type, index, value, made)) return Inside(type.fields[index].name);
  } while (scanner_.TakeIf(','));
  return Take(type, '}', "\",\" or \"}\"");
}

bool Reader::FillArray(const TypeDescriptor& type, std::byte* value) {
  const TypeDescriptor& element = type.element();
  uint64_t count = 0;
  const auto fill = [&](uint64_t i) {
    return i < type.count ? Fill(element, value + i * element.size_bytes)
                          : Refuse(type, "there are more than ", type.count);
  };
  if (!TakeList(type, count, fill)) return false;
  return count == type.count || Refuse(type, type.count, " elements are wanted, and here are ", count);
}

bool Reader::FillSequence(const TypeDescriptor& type, void* container) {
  const ContainerOps& ops = *type.container;
  ops.clear(container);
  if (!Enter(type) || !WantPart(type.element(), type)) return false;
  bool filled = false;
  if (IsByteRun(type)) {
    std::string_view text;
    uint64_t size_bytes = 0;
    if (!TakeBase64(type, text, size_bytes)) return false;
    void* const first = ops.resize(container, size_bytes);
    if (size_bytes != 0 && first == nullptr) return NoMemory(type);
    filled = DecodeBase64(text, static_cast<std::byte*>(first)) || Refuse(type, "a character is none of base64");
  } else if (type.kind == TypeKind::kSequence && ops.data != nullptr && ops.resize != nullptr) {
    filled = FillRow(type, container);
  } else {
    filled = FillByInsert(type, container);
  }
  Leave();
  return filled;
}

bool Reader::FillRow(const TypeDescriptor& type, void* container) {
  const ContainerOps& ops = *type.container;
  const TypeDescriptor& element = type.element();
  const uint64_t stride = element.size_bytes;
  std::byte* first = nullptr;
  uint64_t room = 0;  // Elements that are there, the last of them with default values.
  // Doubles, but not beyond what the rest of the text can hold, at two bytes each, nor what the limit allows.
  const auto grow = [&]() {
    const uint64_t possible = std::min(scanner_.left_bytes() / 2 + 1, budget_bytes_ / stride);
    const uint64_t more = std::min(std::max(room, kFirstElements), possible);
    if (more == 0) return OverBudget(type, stride);
    room += more;
    first = static_cast<std::byte*>(ops.resize(container, room));
    return first != nullptr || NoMemory(type);
  };
  const auto fill = [&](uint64_t i) {
    return (i < room || grow()) && Account(type, stride) && Fill(element, first + i * stride);
  };
  uint64_t count = 0;
  if (!TakeList(type, count, fill)) return false;
  ops.resize(container, count);
  return true;
}

bool Reader::FillByInsert(const TypeDescriptor& type, void* container) {
  const TypeDescriptor& element_type = type.element();
  TemporaryValue element(element_type);
  if (element.memory() == nullptr) return NoMemory(element_type);
  const auto fill = [&](uint64_t) {
    if (!Account(type, element_type.size_bytes + kNodeBytes) || !Build(element_type, element.memory())) return false;
    element.set_made();
    if (!type.container->insert(container, element.memory(), nullptr)) {
      if (type.kind == TypeKind::kSequence) return NoMemory(type);
      return Refuse(type, "the element equals an earlier one, or there is no memory for it");
    }
    element.Destroy();
    return true;
  };
  uint64_t count = 0;
  return TakeList(type, count, fill);
}

bool Reader::FillMap(const TypeDescriptor& type, void* container) {
  type.container->clear(container);
  if (!Enter(type) || !WantPart(type.key(), type) || !WantPart(type.element(), type)) return false;
  uint64_t count = 0;
  if (type.key().kind != TypeKind::kString) {
    if (!TakeList(type, count, [&](uint64_t) { return FillPair(type, container); })) return false;
  } else {
    if (!Take(type, '{', "an object")) return false;
    if (!scanner_.TakeIf('}')) {
      do {
        if (!FillPair(type, container)) return false;
      } while (scanner_.TakeIf(','));
      if (!Take(type, '}', "\",\" or \"}\"")) return false;
    }
  }
  Leave();
  return true;
}

// "key": mapped, or [key, mapped].
bool Reader::FillPair(const TypeDescriptor& type, void* container) {
  const TypeDescriptor& key_type = type.key();
  const TypeDescriptor& mapped_type = type.element();
  const bool text_key = key_type.kind == TypeKind::kString;
  TemporaryValue key(key_type);
  TemporaryValue mapped(mapped_type);
  if (key.memory() == nullptr || mapped.memory() == nullptr) return NoMemory(type);
  if (!Account(type, key_type.size_bytes + mapped_type.size_bytes + kNodeBytes)) return false;
  StringToken token;
  if (text_key) {
    if (!scanner_.TakeKey(token)) return Malformed(type);
    if (!key_type.construct(key.memory())) return NoMemory(key_type);
    key.set_made();
    if (!FillTextFrom(key_type, token, key.memory())) return false;
  } else {
    if (!Take(type, '[', "a list of key and value")) return false;
    if (!Build(key_type, key.memory())) return Inside("[0]");
    key.set_made();
    if (!Take(type, ',', "\",\"")) return false;
  }
  if (!Build(mapped_type, mapped.memory())) {
    return Inside(text_key ? Concat("[", Quoted(token.text.substr(0, 40)), "]") : std::string("[1]"));
  }
  mapped.set_made();
  if (!text_key && !Take(type, ']', "\"]\"")) return false;
  if (type.container->insert(container, key.memory(), mapped.memory())) return true;
  return Refuse(type, "the key equals an earlier one, or there is no memory for it");
}

bool Reader::FillOptional(const TypeDescriptor& type, void* choice) {
  const TypeDescriptor& element = type.element();
  if (!WantPart(element, type)) return false;
  if (!IsNullable(element)) {
    if (!scanner_.TakeIf("null")) return FillChoice(type, element, choice, 1);
    type.choice->emplace(choice, 0);
    return true;
  }
  if (!Take(type, '[', "a list of one or none")) return false;
  if (scanner_.TakeIf(']')) {
    type.choice->emplace(choice, 0);
    return true;
  }
  return FillChoice(type, element, choice, 1) && Take(type, ']', "\"]\"");
}

bool Reader::FillVariant(const TypeDescriptor& type, void* choice) {
  uint64_t index = 0;
  if (!Take(type, '[', "a list of index and alternative") || !FillWhole(kIndexType, &index)) return false;
  if (index >= type.fields.size()) {
    return Refuse(type, "alternative ", index, " is wanted, and there are ", type.fields.size());
  }
  const TypeDescriptor& alternative = type.fields[index].type();
  if (!Take(type, ',', "\",\"") || !WantPart(alternative, type)) return false;
  if (!FillChoice(type, alternative, choice, index)) return Inside("[1]");
  return Take(type, ']', "\"]\"");
}

bool Reader::FillChoice(const TypeDescriptor& type, const TypeDescriptor& element, void* choice, uint64_t index) {
  const ChoiceOps& ops = *type.choice;
  // A unique_ptr's element takes memory of its own; others lie in the choice, which has been counted.
  const bool lies_inside = type.size_bytes > sizeof(void*) && type.size_bytes > element.size_bytes;
  if (!Enter(type) || (!lies_inside && !Account(type, element.size_bytes))) return false;
  if (element.construct != nullptr) {
    void* const made = ops.emplace(choice, index);
    if (made == nullptr) return NoMemory(element);
    if (!Fill(element, made)) return false;
  } else {
    TemporaryValue made(element);
    if (made.memory() == nullptr) return NoMemory(element);
    if (!Build(element, made.memory())) return false;
    made.set_made();
    if (!ops.assign(choice, index, made.memory())) return NoMemory(element);
  }
  Leave();
  return true;
}

bool Reader::Build(const TypeDescriptor& type, void* memory) {
  if (type.construct == nullptr) {
    if (type.kind == TypeKind::kWire) return BuildFromWire(type, memory);
    return type.kind == TypeKind::kArray ? BuildArray(type, static_cast<std::byte*>(memory))
                                         : BuildStruct(type, static_cast<std::byte*>(memory));
  }
  if (!type.construct(memory)) return NoMemory(type);
  if (Fill(type, memory)) return true;
  type.destroy(memory);
  return false;
}

// Parts with a default value come first, so that only the others must be in the text.
bool Reader::BuildStruct(const TypeDescriptor& type, std::byte* memory) {
  FieldSet made;
  bool filled = CheckedType(type);
  for (size_t i = 0; filled && i < type.fields.size(); ++i) {
    const TypeDescriptor& part = type.fields[i].type();
    if (part.construct == nullptr) continue;
    made[i] = part.construct(memory + type.fields[i].offset_bytes);
    if (!made[i]) filled = NoMemory(part);
  }
  filled = filled && FillStruct(type, memory, &made);
  for (size_t i = 0; filled && i < type.fields.size(); ++i) {
    if (!made[i]) filled = Refuse(type, "field ", type.fields[i].name, " is missing, and has no default value");
  }
  if (!filled) DestroyMade(type, memory, made);
  return filled;
}

bool Reader::BuildArray(const TypeDescriptor& type, std::byte* memory) {
  const TypeDescriptor& element = type.element();
  uint64_t made_count = 0;
  const auto build = [&](uint64_t i) {
    if (i >= type.count) return Refuse(type, "there are more than ", type.count);
    if (!Build(element, memory + i * element.size_bytes)) return false;
    made_count = i + 1;
    return true;
  };
  uint64_t count = 0;
  if (TakeList(type, count, build) &&
      (count == type.count || Refuse(type, type.count, " elements are wanted, and here are ", count))) {
    return true;
  }
  for (; made_count > 0; --made_count) element.destroy(memory + (made_count - 1) * element.size_bytes);
  return false;
}

bool Reader::BuildFromWire(const TypeDescriptor& type, void* memory) {
  const TypeDescriptor& wire_type = type.element();
  if (wire_type.construct == nullptr) return CheckedType(type);
  if (!Enter(type)) return false;
  TemporaryValue wire(wire_type);
  if (wire.memory() == nullptr) return NoMemory(wire_type);
  if (!Build(wire_type, wire.memory())) return false;
  wire.set_made();
  if (!type.wire->from_wire(memory, wire.memory())) {
    return Refuse(type, "its Codec's FromWire makes no value of what is written before this");
  }
  Leave();
  return true;
}

bool Reader::FillWire(const TypeDescriptor& type, void* value) {
  TemporaryValue made(type);
  if (made.memory() == nullptr) return NoMemory(type);
  if (!BuildFromWire(type, made.memory())) return false;
  made.set_made();
  type.destroy(value);
  if (type.relocate(value, made.memory())) return true;
  // Its move threw, and the place must not stay empty.
  if (type.construct == nullptr || !type.construct(value)) std::abort();
  return NoMemory(type);
}

bool Reader::TakeBase64(const TypeDescriptor& type, std::string_view& text, uint64_t& size_bytes) {
  StringToken token;
  if (!scanner_.TakeString(token)) return Malformed(type);
  const std::optional<uint64_t> decoded_bytes = Base64Bytes(token.text);
  if (!decoded_bytes)
    return Refuse(type, "base64 with padding is wanted, and here are ", token.text.size(), " characters");
  text = token.text;
  size_bytes = *decoded_bytes;
  return Account(type, size_bytes);
}

bool Reader::FillMessage(const TypeDescriptor& type, void* message) {
  std::string_view text;
  uint64_t size_bytes = 0;
  if (!TakeBase64(type, text, size_bytes)) return false;
  const std::unique_ptr<std::byte[]> bytes(new (std::nothrow) std::byte[size_bytes]);
  if (bytes == nullptr) return NoMemory(type);
  if (!DecodeBase64(text, bytes.get())) return Refuse(type, "a character is none of base64");
  if (type.message->read(message, {bytes.get(), size_bytes})) return true;
  return Refuse(type, "these ", size_bytes, " bytes are no ", type.message->format, " message of this type");
}

bool Reader::FillReference(const TypeDescriptor& type, void* reference) {
  StringToken key, hex;
  if (!Take(type, '{', "an object")) return false;
  if (!scanner_.TakeKey(key)) return Malformed(type);
  if (key.text != kReferenceKey) return Refuse(type, "the key ", Quoted(kReferenceKey), " is wanted");
  if (!scanner_.TakeString(hex)) return Malformed(type);
  const std::optional<ObjectId> id = ObjectId::FromHex(hex.text);
  if (!id) return Refuse(type, "32 hexadecimal digits are wanted, and here is ", Quoted(hex.text.substr(0, 40)));
  if (!Take(type, '}', "\"}\"")) return false;
  return type.reference->bind(reference, *id, binder_) ||
         Refuse(type, "the reader refuses a reference to object ", hex.text);
}

bool Reader::FillBlob(const TypeDescriptor& type, void* blob) {
  const TypeDescriptor& element = type.element();
  std::string_view text;
  uint64_t size_bytes = 0;
  if (IsByteRun(type)) {
    if (!TakeBase64(type, text, size_bytes)) return false;
  } else {
    // Its memory is taken once, so the elements are counted first. They are plain: the count is not much dearer than
    // they are.
    uint64_t count = 0;
    if (!scanner_.CountElements(count)) return Malformed(type);
    if (count > UINT64_MAX / element.size_bytes) return OverBudget(type, UINT64_MAX);
    size_bytes = count * element.size_bytes;
    if (!Account(type, size_bytes)) return false;
  }
  std::byte* const first = type.blob->allocate(blob, size_bytes);
  if (first == nullptr) return NoMemory(type);
  if (IsByteRun(type)) return DecodeBase64(text, first) || Refuse(type, "a character is none of base64");
  if (size_bytes != 0) std::memset(first, 0, size_bytes);
  uint64_t count = 0;
  return TakeList(type, count, [&](uint64_t i) {
    std::byte* const place = first + i * element.size_bytes;
    if (element.construct != nullptr && !element.construct(place)) return NoMemory(element);
    return Fill(element, place);
  });
}

}  // namespace manta::json

// SPDX-License-Identifier: Apache-2.0
