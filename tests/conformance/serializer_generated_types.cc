#include "tests/conformance/serializer_generated_types.h"

#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <deque>
#include <map>
#include <new>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <variant>

#include "core/base/text.h"
#include "core/interface/serializer.h"
#include "glog/logging.h"
#include "tests/support/any_value.h"
#include "tests/support/choices.h"
#include "tests/support/serial_values.h"

namespace manta::conformance {
namespace {

using namespace serial_values;  // NOLINT: the types of the fields.

// Chooses what RapidCheck draws, and so shrinks.
class DrawnChoices final : public Choices {
 public:
  uint64_t Below(uint64_t limit) override {
    return limit == 0 ? *rc::gen::arbitrary<uint64_t>() : *rc::gen::inRange<uint64_t>(0, limit);
  }
};

constexpr DescriptorAccessor kFieldTypes[] = {
    &Describe<bool>,
    &Describe<int8_t>,
    &Describe<int16_t>,
    &Describe<int32_t>,
    &Describe<int64_t>,
    &Describe<uint8_t>,
    &Describe<uint16_t>,
    &Describe<uint32_t>,
    &Describe<uint64_t>,
    &Describe<float>,
    &Describe<double>,
    &Describe<char>,
    &Describe<std::string>,
    &Describe<Color>,
    &Describe<Point>,
    &Describe<Padded>,
    &Describe<Empty>,
    &Describe<Text>,
    &Describe<Account>,
    &Describe<Tree>,
    &Describe<Array<float>>,
    &Describe<std::vector<bool>>,
    &Describe<std::vector<double>>,
    &Describe<std::vector<Padded>>,
    &Describe<std::vector<std::string>>,
    &Describe<std::optional<std::optional<int32_t>>>,
    &Describe<std::map<std::string, std::vector<Point>>>,
    &Describe<std::unordered_map<int64_t, std::optional<std::string>>>,
    &Describe<std::set<int16_t>>,
    &Describe<std::tuple<int8_t, std::string, bool>>,
    &Describe<std::variant<int32_t, std::string, std::vector<Account>, std::optional<Tree>>>,
};

// Accessors are functions without arguments: there are some, and each stands for one nested type.
constexpr size_t kSlotCount = 512;
const TypeDescriptor* slots[kSlotCount];
size_t slot_count = 0;

template <size_t kSlot>
const TypeDescriptor& InSlot() {
  return *slots[kSlot];
}

template <size_t... kSlot>
constexpr std::array<DescriptorAccessor, kSlotCount> MakeAccessors(std::index_sequence<kSlot...>) {
  return {&InSlot<kSlot>...};
}

constexpr std::array<DescriptorAccessor, kSlotCount> kAccessors = MakeAccessors(std::make_index_sequence<kSlotCount>());

uint64_t RoundUp(uint64_t size_bytes, uint64_t alignment_bytes) {
  return (size_bytes + alignment_bytes - 1) / alignment_bytes * alignment_bytes;
}

// Lays the fields out as a compiler does.
void LayOut(GeneratedType& type) {
  TypeDescriptor& d = type.descriptor;
  uint64_t end = 0;
  uint64_t content_bytes = 0;
  d.plain = 1;
  for (const FieldType& field : type.field_types) {
    const TypeDescriptor& part = field.type();
    end = RoundUp(end, part.alignment_bytes);
    type.field_names.push_back(Concat("field", type.fields.size()));
    type.fields.push_back({.name = type.field_names.back(), .offset_bytes = end, .type = field.type});
    end += part.size_bytes;
    content_bytes += part.size_bytes;
    d.alignment_bytes = std::max(d.alignment_bytes, part.alignment_bytes);
    d.plain &= part.plain;
  }
  d.kind = TypeKind::kStruct;
  d.size_bytes = RoundUp(end, d.alignment_bytes);
  d.plain &= content_bytes == d.size_bytes ? 1 : 0;
  d.fields = type.fields;
}

FieldType Nested(const GeneratedType& type) {
  slots[slot_count] = &type.descriptor;
  return {.type = kAccessors[slot_count++], .generated = &type};
}

GeneratedType* NewType() {
  static std::deque<GeneratedType>& types = *new std::deque<GeneratedType>;  // Never destroyed, as descriptors are not.
  GeneratedType& type = types.emplace_back();
  type.name = Concat("Generated", types.size());
  type.descriptor.name = type.name;
  return &type;
}

const GeneratedType* DrawStruct(int levels) {
  constexpr int kPlainKinds = static_cast<int>(std::size(kFieldTypes));
  const auto kinds = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, kPlainKinds + (levels > 0 ? 6 : 0)));
  GeneratedType* const type = NewType();
  for (size_t i = 0; i < std::min<size_t>(kinds.size(), 12); ++i) {
    if (kinds[i] < kPlainKinds || slot_count + 2 > kSlotCount) {
      type->field_types.push_back({.type = kFieldTypes[kinds[i] % kPlainKinds]});
      continue;
    }
    const GeneratedType* part = DrawStruct(levels - 1);
    if (kinds[i] % 2 == 0) {
      GeneratedType* const array = NewType();
      array->array_count = 3;
      array->field_types.push_back(Nested(*part));
      array->descriptor.kind = TypeKind::kArray;
      array->descriptor.count = array->array_count;
      array->descriptor.element = array->field_types[0].type;
      array->descriptor.size_bytes = array->array_count * part->descriptor.size_bytes;
      array->descriptor.alignment_bytes = part->descriptor.alignment_bytes;
      array->descriptor.plain = part->descriptor.plain;
      part = array;
    }
    type->field_types.push_back(Nested(*part));
  }
  // A struct without fields is a unit, which has a byte in memory, as in C++.
  if (type->field_types.empty()) type->field_types.push_back({.type = &Describe<int32_t>});
  LayOut(*type);
  return type;
}

// Calls `visit(field type, offset)` for each part of a type that is made of C++ types.
template <typename Visit>
void ForEachPart(const GeneratedType& type, uint64_t offset_bytes, const Visit& visit) {
  const size_t count = type.array_count != 0 ? type.array_count : type.fields.size();
  for (size_t i = 0; i < count; ++i) {
    const FieldType& field = type.field_types[type.array_count != 0 ? 0 : i];
    const uint64_t at =
        offset_bytes + (type.array_count != 0 ? i * field.type().size_bytes : type.fields[i].offset_bytes);
    if (field.generated != nullptr) {
      ForEachPart(*field.generated, at, visit);
    } else {
      visit(field, at);
    }
  }
}

}  // namespace

const GeneratedType* DrawType() { return DrawStruct(2); }

std::string InWords(const GeneratedType& type) {
  std::string words = type.array_count != 0 ? Concat(type.array_count, " of {") : "{";
  for (const FieldType& field : type.field_types) {
    words += Concat(words.ends_with('{') ? "" : ", ",
                    field.generated != nullptr ? InWords(*field.generated) : std::string(field.type().name));
  }
  return words + "}";
}

GeneratedValue::GeneratedValue(const GeneratedType& type)
    : type_(type),
      memory_(::operator new(type.descriptor.size_bytes, std::align_val_t(kAlignmentBytes), std::nothrow)) {
  CHECK(memory_ != nullptr);
  std::memset(get(), 0, type.descriptor.size_bytes);
  ForEachPart(type_, 0, [this](const FieldType& field, uint64_t offset_bytes) {
    CHECK(field.type().construct(static_cast<std::byte*>(get()) + offset_bytes));
  });
}

GeneratedValue::~GeneratedValue() {
  ForEachPart(type_, 0, [this](const FieldType& field, uint64_t offset_bytes) {
    field.type().destroy(static_cast<std::byte*>(get()) + offset_bytes);
  });
}

void GeneratedValue::Draw() {
  DrawnChoices choices;
  GenerateValue(type_.descriptor, get(), choices,
                {.value_count_max = 200, .long_row_bytes = 2 * Serializer::kPayloadBytesMin, .depth_max = 5});
}

std::string GeneratedValue::Print() const { return PrintValue(type_.descriptor, memory_.get()); }

}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
