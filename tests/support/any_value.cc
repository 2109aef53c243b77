#include "tests/support/any_value.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <new>
#include <span>
#include <string_view>
#include <vector>

namespace manta {
namespace {

void Require(bool good) {
  if (!good) std::abort();
}

// Memory for a value, and the value once there is one.
class Place {
 public:
  explicit Place(const TypeDescriptor& type)
      : type_(type), memory_(::operator new (type.size_bytes, std::align_val_t{type.alignment_bytes})) {}
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() {
    Clear();
    ::operator delete (memory_, std::align_val_t{type_.alignment_bytes});
  }

  void* memory() const { return memory_; }
  void set_made() { made_ = true; }
  void Clear() {
    if (made_) type_.destroy(memory_);
    made_ = false;
  }

 private:
  const TypeDescriptor& type_;
  void* const memory_;
  bool made_ = false;  // Set by set_made; unset by Clear.
};

class Generator {
 public:
  Generator(Choices& choices, const GenerateOptions& options)
      : choices_(choices), options_(options), values_left_(options.value_count_max), depth_left_(options.depth_max) {}

  void Fill(const TypeDescriptor& type, void* value) {
    switch (type.kind) {
      case TypeKind::kBool:
        *static_cast<bool*>(value) = choices_.Below(2) != 0;
        break;
      case TypeKind::kInt:
      case TypeKind::kUint:
      case TypeKind::kFloat:
        FillNumber(type, value);
        break;
      case TypeKind::kEnum:
        FillEnum(type, value);
        break;
      case TypeKind::kString:
        FillText(type, value);
        break;
      case TypeKind::kStruct:
        for (const FieldDescriptor& field : type.fields) Fill(field.type(), At(value, field.offset_bytes));
        break;
      case TypeKind::kArray:
        for (uint64_t i = 0; i < type.count; ++i) Fill(type.element(), At(value, i * type.element().size_bytes));
        break;
      case TypeKind::kSequence:
      case TypeKind::kSet:
      case TypeKind::kMap:
        FillContainer(type, value);
        break;
      case TypeKind::kOptional:
      case TypeKind::kVariant:
        FillChoice(type, value);
        break;
      case TypeKind::kWire:
        FillWire(type, value);
        break;
      case TypeKind::kReference:
        Require(type.reference->bind(value, ObjectId(choices_.Below(0), choices_.Below(1000), 1), options_.binder));
        break;
      case TypeKind::kBlob:
        FillBlob(type, value);
        break;
      case TypeKind::kUnit:
      case TypeKind::kMessage:
      case TypeKind::kLocalOnly:
        break;
    }
  }

 private:
  static void* At(void* value, uint64_t offset_bytes) { return static_cast<std::byte*>(value) + offset_bytes; }

  // Makes a value in raw memory.
  void Make(const TypeDescriptor& type, void* memory) {
    if (type.construct != nullptr) {
      Require(type.construct(memory));
      Fill(type, memory);
    } else if (type.kind == TypeKind::kWire) {
      // What the wire type's default stands for is the last attempt.
      if (!FromWire(type, memory, true) && !FromWire(type, memory, true)) Require(FromWire(type, memory, false));
    } else if (type.kind == TypeKind::kArray) {
      for (uint64_t i = 0; i < type.count; ++i) Make(type.element(), At(memory, i * type.element().size_bytes));
    } else {
      Require(type.kind == TypeKind::kStruct);
      for (const FieldDescriptor& field : type.fields) Make(field.type(), At(memory, field.offset_bytes));
    }
  }

  bool FromWire(const TypeDescriptor& type, void* memory, bool filled) {
    Place wire(type.element());
    Require(type.element().construct(wire.memory()));
    wire.set_made();
    if (filled) Fill(type.element(), wire.memory());
    return type.wire->from_wire(memory, wire.memory());
  }

  void FillWire(const TypeDescriptor& type, void* value) {
    Place made(type);
    if (!FromWire(type, made.memory(), true)) return;
    made.set_made();
    type.destroy(value);
    Require(type.relocate(value, made.memory()));
  }

  void FillNumber(const TypeDescriptor& type, void* value) {
    if (type.kind == TypeKind::kFloat && choices_.OneIn(2)) {
      using Limits = std::numeric_limits<double>;
      constexpr std::array<double, 8> kReals = {
          -0.0, 0.1, 1, -1.5, 1e30, Limits::infinity(), -Limits::infinity(), Limits::quiet_NaN()};
      const double real = kReals[choices_.Below(kReals.size())];
      const auto narrow = static_cast<float>(real);
      std::memcpy(value, type.size_bytes == 4 ? static_cast<const void*>(&narrow) : &real, type.size_bytes);
      return;
    }
    const uint64_t edge = choices_.Below(4);
    uint64_t bits = 0;
    if (edge == 1) bits = choices_.Below(256);
    if (edge == 2) bits = choices_.Below(0);
    // The signed type's smallest and largest numbers, and all ones.
    if (edge == 3 && choices_.Below(2) == 0) bits = UINT64_MAX << (8 * type.size_bytes - 1);
    if (edge == 3 && choices_.Below(2) == 0) bits = ~bits;
    std::memcpy(value, &bits, type.size_bytes);
  }

  void FillEnum(const TypeDescriptor& type, void* value) {
    if (type.plain != 0) return FillNumber(type.element(), value);
    const uint64_t first_or_second = choices_.Below(2);  // Not every pattern of bits is a value.
    std::memcpy(value, &first_or_second, type.size_bytes);
  }

  // Plain words, with now and then a byte that is no text.
  void FillText(const TypeDescriptor& type, void* value) {
    constexpr std::string_view kPieces[] = {"a", "word", "\"\\\n\t", "\xc3\xa9", "\xf0\x9f\x90\x9f", "\xff", {"\0", 1}};
    std::string text;
    for (uint64_t left = choices_.Below(5); left > 0; --left) text += kPieces[choices_.Below(std::size(kPieces))];
    if (const uint64_t long_bytes = LongRow(1); long_bytes != 0) text.assign(long_bytes, 't');
    void* const bytes = type.container->resize(value, text.size());
    if (!text.empty()) std::memcpy(bytes, text.data(), text.size());
  }

  // How many elements a long row has; mostly 0: this row is none.
  uint64_t LongRow(uint64_t element_bytes) {
    if (options_.long_row_bytes == 0 || !choices_.OneIn(64)) return 0;
    return (options_.long_row_bytes + element_bytes - 1) / element_bytes + choices_.Below(3) - 1;
  }

  uint64_t ElementCount() {
    if (depth_left_ == 0) return 0;
    const uint64_t count = std::min(choices_.Below(options_.element_count_max + 1), values_left_);
    values_left_ -= count;
    return count;
  }

  void FillContainer(const TypeDescriptor& type, void* container) {
    const ContainerOps& ops = *type.container;
    const TypeDescriptor& element = type.element();
    if (ops.data != nullptr && ops.resize != nullptr && element.plain != 0) {
      if (const uint64_t count = LongRow(element.size_bytes); count != 0) {
        std::memset(ops.resize(container, count), static_cast<int>(choices_.Below(128)), count * element.size_bytes);
        return;
      }
    }
    const uint64_t count = ElementCount();
    --depth_left_;
    ops.clear(container);
    for (uint64_t i = 0; i < count; ++i) {
      Place first(type.kind == TypeKind::kMap ? type.key() : element);
      Make(type.kind == TypeKind::kMap ? type.key() : element, first.memory());
      first.set_made();
      const uint64_t size = ops.size(container);
      bool inserted = false;
      if (type.kind == TypeKind::kMap) {
        Place mapped(element);
        Make(element, mapped.memory());
        mapped.set_made();
        inserted = ops.insert(container, first.memory(), mapped.memory());
      } else {
        inserted = ops.insert(container, first.memory(), nullptr);
      }
      Require(ops.size(container) == size + (inserted ? 1 : 0));
    }
    ++depth_left_;
  }

  void FillChoice(const TypeDescriptor& type, void* choice) {
    const bool optional = type.kind == TypeKind::kOptional;
    const bool end = depth_left_ == 0 || values_left_ == 0;
    const uint64_t index = end ? 0 : choices_.Below(optional ? 2 : type.fields.size());
    if (optional && index == 0) {
      type.choice->emplace(choice, 0);
      return;
    }
    if (!end) --values_left_;
    const TypeDescriptor& element = optional ? type.element() : type.fields[index].type();
    Place made(element);
    if (!end) --depth_left_;
    Make(element, made.memory());
    if (!end) ++depth_left_;
    made.set_made();
    Require(type.choice->assign(choice, index, made.memory()));
  }

  void FillBlob(const TypeDescriptor& type, void* blob) {
    const uint64_t element_bytes = type.element().size_bytes;
    uint64_t count = LongRow(element_bytes);
    if (count == 0) count = choices_.Below(options_.element_count_max + 1);
    std::byte* const bytes = type.blob->allocate(blob, count * element_bytes);
    if (count != 0) std::memset(bytes, static_cast<int>(choices_.Below(128)), count * element_bytes);
  }

  Choices& choices_;
  const GenerateOptions& options_;
  uint64_t values_left_;
  uint32_t depth_left_;
};

class Printer {
 public:
  explicit Printer(std::string& out) : out_(out) {}

  void Print(const TypeDescriptor& type, const void* value) {
    switch (type.kind) {
      case TypeKind::kUnit:
        out_ += "unit";
        break;
      case TypeKind::kBool:
        out_ += *static_cast<const bool*>(value) ? "true" : "false";
        break;
      case TypeKind::kInt:
      case TypeKind::kUint:
      case TypeKind::kEnum:
        PrintBits(value, type.size_bytes);
        break;
      case TypeKind::kFloat:
        PrintFloat(value, type.size_bytes);
        break;
      case TypeKind::kString:
        PrintBytes({static_cast<const std::byte*>(type.container->data(value)), type.container->size(value)});
        break;
      case TypeKind::kStruct:
        out_ += '{';
        for (const FieldDescriptor& field : type.fields) PrintPart(field.type(), At(value, field.offset_bytes));
        out_ += '}';
        break;
      case TypeKind::kArray:
        PrintRow(type.element(), value, type.count);
        break;
      case TypeKind::kSequence:
      case TypeKind::kSet:
      case TypeKind::kMap:
        PrintContainer(type, value);
        break;
      case TypeKind::kOptional:
      case TypeKind::kVariant:
        PrintChoice(type, value);
        break;
      case TypeKind::kWire: {
        Place wire(type.element());
        Require(type.element().construct(wire.memory()));
        wire.set_made();
        Require(type.wire->to_wire(value, wire.memory()));
        Print(type.element(), wire.memory());
        break;
      }
      case TypeKind::kMessage: {
        std::vector<std::byte> bytes(type.message->size_bytes(value));
        Require(type.message->write(value, bytes));
        PrintBytes(bytes);
        break;
      }
      case TypeKind::kReference:
        out_ += type.reference->id(value).ToHex();
        break;
      case TypeKind::kBlob:
        PrintBlob(type, value);
        break;
      case TypeKind::kLocalOnly:
        out_ += "local";
        break;
    }
  }

 private:
  static const void* At(const void* value, uint64_t offset_bytes) {
    return static_cast<const std::byte*>(value) + offset_bytes;
  }

  void PrintPart(const TypeDescriptor& type, const void* value) {
    Print(type, value);
    out_ += ' ';
  }

  // Most significant digit first; the same for an unaligned value.
  void PrintBits(const void* value, uint64_t size_bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    uint64_t bits = 0;
    std::memcpy(&bits, value, size_bytes);
    char digits[16];
    for (uint64_t i = 2 * size_bytes; i-- > 0; bits >>= 4) digits[i] = kDigits[bits & 15];
    out_.append(digits, 2 * size_bytes);
  }

  void PrintFloat(const void* value, uint64_t size_bytes) {
    float narrow = 0;
    double wide = 0;
    std::memcpy(size_bytes == 4 ? static_cast<void*>(&narrow) : &wide, value, size_bytes);
    if (std::isnan(size_bytes == 4 ? narrow : wide)) {
      out_ += "nan";
    } else {
      PrintBits(value, size_bytes);
    }
  }

  // Printable ones as they are, others as numbers; the size in front tells all apart.
  void PrintBytes(std::span<const std::byte> bytes) {
    out_ += std::to_string(bytes.size()) + ':';
    out_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }

  void PrintRow(const TypeDescriptor& element, const void* first, uint64_t count) {
    out_ += '[';
    for (uint64_t i = 0; i < count; ++i) PrintPart(element, At(first, i * element.size_bytes));
    out_ += ']';
  }

  void PrintContainer(const TypeDescriptor& type, const void* container) {
    if (type.kind == TypeKind::kSequence && type.container->data != nullptr) {
      return PrintRow(type.element(), type.container->data(container), type.container->size(container));
    }
    struct Visit {
      const TypeDescriptor& type;
      std::string& row;                   // kSequence.
      std::vector<std::string> elements;  // kSet, kMap: to be sorted.
    } visit = {type, out_, {}};
    out_ += '[';
    const bool visited = type.container->visit(
        container,
        [](void* context, const void* key_or_element, const void* mapped) {
          auto& visit = *static_cast<Visit*>(context);
          if (visit.type.kind == TypeKind::kSequence) {
            Printer(visit.row).PrintPart(visit.type.element(), key_or_element);
            return true;
          }
          Printer printer(visit.elements.emplace_back());
          const bool map = visit.type.kind == TypeKind::kMap;
          printer.PrintPart(map ? visit.type.key() : visit.type.element(), key_or_element);
          if (map) printer.PrintPart(visit.type.element(), mapped);
          return true;
        },
        &visit);
    Require(visited);
    std::sort(visit.elements.begin(), visit.elements.end());
    for (const std::string& element : visit.elements) out_ += element;
    out_ += std::to_string(type.container->size(container)) + ']';
  }

  void PrintChoice(const TypeDescriptor& type, const void* choice) {
    const uint64_t index = type.choice->index(choice);
    const void* const element = type.choice->get(choice);
    if (element == nullptr) {
      out_ += "nothing";
      return;
    }
    out_ += std::to_string(index) + '<';
    Print(type.kind == TypeKind::kOptional ? type.element() : type.fields[index].type(), element);
    out_ += '>';
  }

  void PrintBlob(const TypeDescriptor& type, const void* blob) {
    const std::span<const std::byte> bytes = type.blob->bytes(blob);
    PrintRow(type.element(), bytes.data(), bytes.size() / type.element().size_bytes);
  }

  std::string& out_;
};

}  // namespace

void GenerateValue(const TypeDescriptor& type, void* value, Choices& choices, const GenerateOptions& options) {
  Generator(choices, options).Fill(type, value);
}

std::string PrintValue(const TypeDescriptor& type, const void* value) {
  std::string text;
  Printer(text).Print(type, value);
  return text;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
