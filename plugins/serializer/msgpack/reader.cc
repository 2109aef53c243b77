#include "plugins/serializer/msgpack/reader.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <type_traits>

#include "core/interface/described_value.h"

namespace manta::messagepack {
namespace {

// What a list, a tree or a hash table adds to an element, at most, as an estimate for the limit.
constexpr uint64_t kNodeBytes = 32;

uint64_t PlusNode(uint64_t size_bytes) {
  return size_bytes > UINT64_MAX - kNodeBytes ? UINT64_MAX : size_bytes + kNodeBytes;
}

std::string_view AsText(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

Reader::Reader(const SerialSource& source, const ReadLimits& limits, uint32_t depth_max, void* binder)
    : input_(source.stream),
      binder_(binder),
      decode_bytes_max_(limits.decode_bytes_max),
      depth_max_(std::min(limits.depth_max, depth_max)),
      budget_bytes_(limits.decode_bytes_max),
      depth_left_(depth_max_) {}

absl::Status Reader::status() const {
  if (type_ == nullptr) return MakeStatus(code_, "byte ", position_, ": ", text_);
  return MakeStatus(code_, "byte ", position_, ", ", path_.empty() ? "" : Concat("field ", path_, ", "), type_->name,
                    ": ", text_);
}

template <typename... Parts>
bool Reader::Refuse(const Plan& plan, const Parts&... parts) {
  code_ = absl::StatusCode::kInvalidArgument;
  position_ = input_.position();
  type_ = plan.type;
  text_ = Concat(parts...);
  return false;
}

bool Reader::Mismatch(const Plan& plan, std::string_view wanted) {
  return Refuse(plan, wanted, " is wanted, and ", input_.Describe());
}

bool Reader::NoMemory(const Plan& plan) {
  Refuse(plan, "no memory, or its own code threw");
  code_ = absl::StatusCode::kResourceExhausted;
  return false;
}

bool Reader::TooDeep(const Plan& plan) {
  return Refuse(plan, "the value nests more than ", depth_max_, " levels deep");
}

bool Reader::TooMany(const Plan& plan, uint64_t count, uint64_t least_bytes) {
  return Refuse(plan, count, " elements take at least ", least_bytes, " bytes each, and ", input_.left_bytes(),
                " are left");
}

bool Reader::OverBudget(const Plan& plan, uint64_t count, uint64_t each_bytes) {
  Refuse(plan, count, " times ", each_bytes, " bytes of memory, and ", budget_bytes_, " of decode_bytes_max ",
         decode_bytes_max_, " are left: raise it, if the bytes are to be trusted");
  code_ = absl::StatusCode::kResourceExhausted;
  return false;
}

bool Reader::In(const Field& field) {
  if (!field.name.empty()) path_ = Concat(field.name, path_.empty() || path_[0] == '[' ? "" : ".", path_);
  return false;
}

bool Reader::In(uint64_t element_index) {
  path_ = Concat("[", element_index, "]", path_.empty() || path_[0] == '[' ? "" : ".", path_);
  return false;
}

bool Reader::Finish() {
  if (input_.left_bytes() == 0) return true;
  code_ = absl::StatusCode::kInvalidArgument;
  position_ = input_.position();
  text_ = Concat("the value ends here, and ", input_.left_bytes(), " bytes are left");
  return false;
}

bool Reader::Fill(const Plan& plan, void* value) {
  auto* const bytes = static_cast<std::byte*>(value);
  switch (plan.form) {
    case Form::kNil:
      return input_.TakeByte(kNil) || Mismatch(plan, "nil");
    case Form::kText:
      return FillText(plan, value);
    case Form::kBytes:
      return input_.IsArray() ? FillSequence(plan, value) : FillText(plan, value);
    case Form::kByteArray:
      return FillByteArray(plan, bytes);
    case Form::kArray:
      return FillArray(plan, bytes);
    case Form::kSequence:
      return FillSequence(plan, value);
    case Form::kMap:
      return FillMap(plan, value);
    case Form::kStruct:
    case Form::kTuple: {
      FieldSet there(plan.fields.size());
      return TakeFields(plan, bytes, there, false);
    }
    case Form::kOptional:
    case Form::kBracketed:
      return FillOptional(plan, value);
    case Form::kVariant:
      return FillVariant(plan, value);
    case Form::kWire:
      return FillWire(plan, value);
    case Form::kMessage:
      return FillMessage(plan, value);
    case Form::kReference:
      return FillReference(plan, value);
    case Form::kBlob:
      return FillBlob(plan, value);
    default:
      return FillNumber(plan, value);
  }
}

template <typename Number>
bool Reader::TakeNumber(const Plan& plan, Number& number) {
  if constexpr (std::is_same_v<Number, bool>) {
    return input_.TakeBool(number) || Mismatch(plan, "true or false");
  } else if constexpr (std::is_floating_point_v<Number>) {
    return input_.TakeFloat(number) || Mismatch(plan, "a number that it can hold");
  } else {
    const std::byte* const before = input_.cursor();
    Integer integer;
    if (!input_.TakeInteger(integer)) return Mismatch(plan, "an integer");
    constexpr uint64_t kMost = static_cast<uint64_t>(std::numeric_limits<Number>::max());
    const bool fits = integer.negative ? static_cast<int64_t>(integer.bits) >=
                                             static_cast<int64_t>(std::numeric_limits<Number>::min())
                                       : integer.bits <= kMost;
    if (fits) {
      number = static_cast<Number>(integer.bits);
      return true;
    }
    input_.set_cursor(before);
    return Mismatch(plan, "an integer that it can hold");
  }
}

template <typename Number>
bool Reader::FillNumbers(const Plan& element, std::byte* first, uint64_t count) {
  for (uint64_t i = 0; i < count; ++i) {
    Number number{};
    if (!TakeNumber(element, number)) return In(i);
    std::memcpy(first + i * sizeof(Number), &number, sizeof(Number));
  }
  return true;
}

bool Reader::FillNumber(const Plan& plan, void* value) {
  return ByForm(plan.form, [&](auto number) {
    if (!TakeNumber(plan, number)) return false;
    std::memcpy(value, &number, sizeof(number));
    return true;
  });
}

bool Reader::TakeFields(const Plan& plan, std::byte* value, FieldSet& there, bool build) {
  return plan.form == Form::kStruct ? TakeNamed(plan, value, there, build) : TakeUnnamed(plan, value, there, build);
}

bool Reader::TakeNamed(const Plan& plan, std::byte* value, FieldSet& there, bool build) {
  uint64_t count = 0;
  if (!input_.TakeMapHead(count)) return Mismatch(plan, "a map of its fields");
  size_t next = 0;  // Writers of the same type write the fields in order.
  for (uint64_t i = 0; i < count; ++i) {
    size_t index = next;
    const bool expected = next < plan.fields.size() && plan.fields[next].is_short() && !there.Has(next) &&
                          input_.TakeSame(plan.fields[next].written, plan.fields[next].written_bytes);
    if (!expected) {
      if (!FindField(plan, there, index)) return false;
      if (index == plan.fields.size()) {
        if (!input_.Skip()) return Mismatch(plan, "the value of a field that it has not");
        continue;
      }
    }
    const Field& field = plan.fields[index];
    if (!FillOrBuild(*field.plan, value + field.offset_bytes, build)) return In(field);
    there.Add(index);
    next = index + 1;
  }
  return true;
}

// Takes a name; `index` is that of no field when the type has none of that name.
bool Reader::FindField(const Plan& plan, const FieldSet& there, size_t& index) {
  index = plan.fields.size();
  const std::byte* const before = input_.cursor();
  std::span<const std::byte> bytes;
  if (!input_.TakeBytes(bytes)) return input_.Skip() || Mismatch(plan, "the name of a field");
  const std::string_view name = AsText(bytes);
  const auto found = std::lower_bound(plan.by_name.begin(), plan.by_name.end(), name,
                                      [](const Field* field, std::string_view than) { return field->name < than; });
  if (found == plan.by_name.end() || (*found)->name != name) return true;
  index = static_cast<size_t>(*found - plan.fields.data());
  if (!there.Has(index)) return true;
  input_.set_cursor(before);
  return Refuse(plan, "the field ", name, " comes twice");
}

bool Reader::TakeUnnamed(const Plan& plan, std::byte* value, FieldSet& there, bool build) {
  uint64_t count = 0;
  if (!input_.TakeArrayHead(count)) return Mismatch(plan, "an array of its fields");
  for (uint64_t i = 0; i < count; ++i) {
    if (i >= plan.fields.size()) {
      if (!input_.Skip()) return Mismatch(plan, "the value of a field that it has not");
      continue;
    }
    const Field& field = plan.fields[i];
    if (!FillOrBuild(*field.plan, value + field.offset_bytes, build)) return field.name.empty() ? In(i) : In(field);
    there.Add(i);
  }
  return true;
}

bool Reader::BuildParts(const Plan& plan, std::byte* memory) {
  if (plan.element != nullptr) return BuildArray(plan, memory);
  FieldSet there(plan.fields.size());
  if (TakeFields(plan, memory, there, true) && BuildMissing(plan, memory, there)) return true;
  for (size_t i = 0; i < plan.fields.size(); ++i) {
    if (there.Has(i)) plan.fields[i].plan->type->destroy(memory + plan.fields[i].offset_bytes);
  }
  return false;
}

bool Reader::BuildMissing(const Plan& plan, std::byte* memory, FieldSet& there) {
  for (size_t i = 0; i < plan.fields.size(); ++i) {
    if (there.Has(i)) continue;
    const Field& field = plan.fields[i];
    const TypeDescriptor& type = *field.plan->type;
    if (type.construct == nullptr) {
      return Refuse(plan, "field ", field.name.empty() ? Concat(i) : std::string(field.name),
                    " is missing, and its type ", type.name, " has no default value");
    }
    if (!type.construct(memory + field.offset_bytes)) return NoMemory(*field.plan);
    there.Add(i);
  }
  return true;
}

bool Reader::BuildArray(const Plan& plan, std::byte* first) {
  if (!TakeArrayHead(plan)) return false;
  const TypeDescriptor& type = *plan.element->type;
  for (uint64_t i = 0; i < plan.type->count; ++i) {
    if (Build(*plan.element, first + i * type.size_bytes)) continue;
    for (uint64_t made = i; made > 0; --made) type.destroy(first + (made - 1) * type.size_bytes);
    return In(i);
  }
  return true;
}

bool Reader::TakeArrayHead(const Plan& plan) {
  const std::byte* const before = input_.cursor();
  uint64_t count = 0;
  if (input_.TakeArrayHead(count) && count == plan.type->count) return true;
  input_.set_cursor(before);
  return Mismatch(plan, Concat("an array of ", plan.type->count));
}

bool Reader::FillArray(const Plan& plan, std::byte* first) {
  return TakeArrayHead(plan) && FillRow(*plan.element, first, plan.type->count);
}

bool Reader::FillByteArray(const Plan& plan, std::byte* first) {
  if (input_.IsArray()) return FillArray(plan, first);
  const std::byte* const before = input_.cursor();
  std::span<const std::byte> bytes;
  if (input_.TakeBytes(bytes) && bytes.size() == plan.type->size_bytes) {
    std::memcpy(first, bytes.data(), bytes.size());
    return true;
  }
  input_.set_cursor(before);
  return Mismatch(plan, Concat("a run of ", plan.type->size_bytes, " bytes"));
}

bool Reader::FillRow(const Plan& element, std::byte* first, uint64_t count) {
  if (IsNumber(element.form)) {
    return ByForm(element.form, [&](auto number) { return FillNumbers<decltype(number)>(element, first, count); });
  }
  const uint64_t stride = element.type->size_bytes;
  for (uint64_t i = 0; i < count; ++i) {
    if (!Fill(element, first + i * stride)) return In(i);
  }
  return true;
}

// Text, and contiguous sequences of bytes.
bool Reader::FillText(const Plan& plan, void* container) {
  const ContainerOps& ops = *plan.type->container;
  std::span<const std::byte> bytes;
  if (!input_.TakeBytes(bytes)) return Mismatch(plan, plan.form == Form::kText ? "text" : "a run of bytes");
  if (!Account(plan, bytes.size(), 1)) return false;
  if (ops.assign != nullptr) return ops.assign(container, bytes.data(), bytes.size()) || NoMemory(plan);
  void* const first = ops.resize(container, bytes.size());
  if (bytes.empty()) return true;
  if (first == nullptr) return NoMemory(plan);
  std::memcpy(first, bytes.data(), bytes.size());
  return true;
}

bool Reader::FillSequence(const Plan& plan, void* container) {
  const ContainerOps& ops = *plan.type->container;
  const bool in_a_row = plan.in_a_row && ops.resize != nullptr;
  const bool numbers = in_a_row && IsNumber(plan.element->form);
  const uint64_t element_bytes = plan.element->type->size_bytes;
  uint64_t count = 0;
  if (!input_.TakeArrayHead(count)) return Mismatch(plan, "an array");
  if (!CheckFits(plan, count, plan.element->least_bytes) ||
      !Account(plan, count, in_a_row ? element_bytes : PlusNode(element_bytes)) || (!numbers && !Enter(plan))) {
    return false;
  }
  ops.clear(container);
  if (in_a_row) {
    void* const first = ops.resize(container, count);
    if (count != 0 && first == nullptr) return NoMemory(plan);
    if (!FillRow(*plan.element, static_cast<std::byte*>(first), count)) return false;
  } else if (!FillByInsert(plan, container, count)) {
    return false;
  }
  if (!numbers) Leave();
  return true;
}

bool Reader::FillByInsert(const Plan& plan, void* container, uint64_t count) {
  const ContainerOps& ops = *plan.type->container;
  if (!ops.reserve(container, count)) return NoMemory(plan);
  TemporaryValue element(*plan.element->type);
  if (element.memory() == nullptr) return NoMemory(*plan.element);
  for (uint64_t i = 0; i < count; ++i) {
    if (!Build(*plan.element, element.memory())) return In(i);
    element.set_made();
    if (!ops.insert(container, element.memory(), nullptr)) {
      if (plan.type->kind == TypeKind::kSequence) return NoMemory(plan);
      return Refuse(plan, "element ", i, " equals an earlier one, or there is no memory for it");
    }
    element.Destroy();
  }
  return true;
}

bool Reader::FillMap(const Plan& plan, void* container) {
  const ContainerOps& ops = *plan.type->container;
  const TypeDescriptor& key_type = *plan.key->type;
  const TypeDescriptor& mapped_type = *plan.element->type;
  uint64_t count = 0;
  if (!input_.TakeMapHead(count)) return Mismatch(plan, "a map");
  if (!CheckFits(plan, count, plan.key->least_bytes + plan.element->least_bytes) ||
      !Account(plan, count, PlusNode(key_type.size_bytes + mapped_type.size_bytes)) || !Enter(plan)) {
    return false;
  }
  ops.clear(container);
  if (!ops.reserve(container, count)) return NoMemory(plan);
  TemporaryValue key(key_type);
  TemporaryValue mapped(mapped_type);
  if (key.memory() == nullptr || mapped.memory() == nullptr) return NoMemory(plan);
  for (uint64_t i = 0; i < count; ++i) {
    if (!Build(*plan.key, key.memory())) return In(i);
    key.set_made();
    if (!Build(*plan.element, mapped.memory())) return In(i);
    mapped.set_made();
    if (!ops.insert(container, key.memory(), mapped.memory())) {
      return Refuse(plan, "key ", i, " equals an earlier one, or there is no memory for it");
    }
    key.Destroy();
    mapped.Destroy();
  }
  Leave();
  return true;
}

bool Reader::FillOptional(const Plan& plan, void* choice) {
  bool there = false;
  if (plan.form == Form::kBracketed) {
    const std::byte* const before = input_.cursor();
    uint64_t count = 0;
    if (!input_.TakeArrayHead(count) || count > 1) {
      input_.set_cursor(before);
      return Mismatch(plan, "an array of one for something or of none for nothing");
    }
    there = count == 1;
  } else {
    there = !input_.TakeByte(kNil);
  }
  if (there) return FillChoice(plan, *plan.element, choice, 1);
  plan.type->choice->emplace(choice, 0);
  return true;
}

bool Reader::FillVariant(const Plan& plan, void* choice) {
  const std::byte* const before = input_.cursor();
  uint64_t count = 0;
  if (!input_.TakeArrayHead(count) || count != 2) {
    input_.set_cursor(before);
    return Mismatch(plan, "an array of an alternative's index and its value");
  }
  Integer index;
  if (!input_.TakeInteger(index)) return Mismatch(plan, "the index of an alternative");
  if (index.negative || index.bits >= plan.fields.size()) {
    input_.set_cursor(before);
    return Refuse(plan, "alternative ", index.negative ? Concat(static_cast<int64_t>(index.bits)) : Concat(index.bits),
                  " is wanted, and there are ", plan.fields.size());
  }
  return FillChoice(plan, *plan.fields[index.bits].plan, choice, index.bits);
}

bool Reader::FillChoice(const Plan& plan, const Plan& element, void* choice, uint64_t index) {
  const ChoiceOps& ops = *plan.type->choice;
  // A unique_ptr's element takes memory of its own; others lie in the choice, which has been counted.
  const bool lies_inside = plan.type->size_bytes > sizeof(void*) && plan.type->size_bytes > element.type->size_bytes;
  if (!Enter(plan) || (!lies_inside && !Account(plan, 1, element.type->size_bytes))) return false;
  if (element.build == BuildBy::kConstruct) {
    void* const made = ops.emplace(choice, index);
    if (made == nullptr) return NoMemory(element);
    if (!Fill(element, made)) return false;
  } else {
    TemporaryValue made(*element.type);
    if (made.memory() == nullptr) return NoMemory(element);
    if (!Build(element, made.memory())) return false;
    made.set_made();
    if (!ops.assign(choice, index, made.memory())) return NoMemory(element);
  }
  Leave();
  return true;
}

bool Reader::Build(const Plan& plan, void* memory) {
  const TypeDescriptor& type = *plan.type;
  switch (plan.build) {
    case BuildBy::kConstruct:
      if (!type.construct(memory)) return NoMemory(plan);
      break;
    case BuildBy::kCopy:
      std::memset(memory, 0, type.size_bytes);
      break;
    case BuildBy::kWire:
      return BuildFromWire(plan, memory);
    case BuildBy::kParts:
      return BuildParts(plan, static_cast<std::byte*>(memory));
  }
  if (Fill(plan, memory)) return true;
  type.destroy(memory);
  return false;
}

bool Reader::BuildFromWire(const Plan& plan, void* memory) {
  if (!Enter(plan)) return false;
  const std::byte* const begin = input_.cursor();
  TemporaryValue wire(*plan.element->type);
  if (wire.memory() == nullptr) return NoMemory(*plan.element);
  if (!Build(*plan.element, wire.memory())) return false;
  wire.set_made();
  if (!plan.type->wire->from_wire(memory, wire.memory())) {
    input_.set_cursor(begin);
    return Refuse(plan, "its Codec's FromWire makes no value of what is written here");
  }
  Leave();
  return true;
}

bool Reader::FillWire(const Plan& plan, void* value) {
  const TypeDescriptor& type = *plan.type;
  TemporaryValue made(type);
  if (made.memory() == nullptr) return NoMemory(plan);
  if (!BuildFromWire(plan, made.memory())) return false;
  made.set_made();
  type.destroy(value);
  if (type.relocate(value, made.memory())) return true;
  // Its move threw, and the place must not stay empty.
  if (type.construct == nullptr || !type.construct(value)) std::abort();
  return NoMemory(plan);
}

bool Reader::FillMessage(const Plan& plan, void* message) {
  const std::byte* const before = input_.cursor();
  const MessageOps& ops = *plan.type->message;
  std::span<const std::byte> bytes;
  if (!input_.TakeBytes(bytes)) return Mismatch(plan, "a run of bytes");
  if (!Account(plan, bytes.size(), 1)) return false;
  if (ops.read(message, bytes)) return true;
  input_.set_cursor(before);
  return Refuse(plan, "these ", bytes.size(), " bytes are no ", ops.format, " message of this type");
}

bool Reader::FillReference(const Plan& plan, void* reference) {
  const std::byte* const before = input_.cursor();
  std::array<std::byte, sizeof(ObjectId)> bytes;
  if (!input_.TakeExtension(kReferenceExtension, bytes)) {
    return Mismatch(plan, Concat("an extension of type ", kReferenceExtension, " and 16 bytes"));
  }
  ObjectId id;
  std::memcpy(&id, bytes.data(), sizeof(id));
  if (plan.type->reference->bind(reference, id, binder_)) return true;
  input_.set_cursor(before);
  return Refuse(plan, "the reader refuses a reference to object ", id.ToHex());
}

bool Reader::FillBlob(const Plan& plan, void* blob) {
  const std::byte* const before = input_.cursor();
  const uint64_t element_bytes = plan.type->element().size_bytes;
  std::span<const std::byte> bytes;
  if (!input_.TakeBytes(bytes) || bytes.size() % element_bytes != 0) {
    input_.set_cursor(before);
    return Mismatch(plan, Concat("a run of elements of ", element_bytes, " bytes"));
  }
  if (!Account(plan, bytes.size(), 1)) return false;
  std::byte* const copy = plan.type->blob->allocate(blob, bytes.size());
  if (copy == nullptr) return NoMemory(plan);
  if (!bytes.empty()) std::memcpy(copy, bytes.data(), bytes.size());
  return true;
}

}  // namespace manta::messagepack

// SPDX-License-Identifier: Apache-2.0
