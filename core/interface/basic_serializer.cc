#include "core/interface/basic_serializer.h"

#include <bit>
#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>

#include "core/base/ids.h"
#include "core/base/text.h"
#include "core/interface/described_value.h"

namespace manta {
namespace {

using Code = absl::StatusCode;

// What a list, a tree or a hash table adds to an element, at most, as an estimate for the limit.
constexpr uint64_t kNodeBytes = 32;
constexpr uint64_t kBlobAlignmentBytes = 64;

// Whether a container's elements are read and written as one run of bytes.
bool IsRun(const TypeDescriptor& type) {
  const ContainerOps& ops = *type.container;
  if (type.kind == TypeKind::kString) return true;
  return type.kind == TypeKind::kSequence && ops.data != nullptr && ops.resize != nullptr && type.element().plain != 0;
}

uint64_t RunElementBytes(const TypeDescriptor& type) {
  return type.kind == TypeKind::kString ? 1 : type.element().size_bytes;
}

// What both directions share: levels, and the first error.
class Walk {
 public:
  explicit Walk(uint32_t depth_max) : depth_max_(depth_max) {}

  absl::Status TakeStatus() { return std::move(status_); }

 protected:
  template <typename... Parts>
  bool Fail(Code code, const TypeDescriptor& type, const Parts&... parts) {
    if (status_.ok()) status_ = MakeStatus(code, where(), type.name, ": ", parts...);
    return false;
  }
  bool NoMemory(const TypeDescriptor& type) { return Fail(Code::kResourceExhausted, type, "there is no memory"); }
  bool Enter(const TypeDescriptor& type) {
    if (depth_ < depth_max_) return ++depth_, true;
    return Fail(Code::kInvalidArgument, type, "the value nests more than ", depth_max_, " levels deep");
  }
  bool Leave() { return --depth_, true; }

  virtual std::string where() const { return ""; }
  virtual ~Walk() = default;

  bool in_wire_ = false;  // What a conversion made cannot be borrowed.

 private:
  const uint32_t depth_max_;
  uint32_t depth_ = 0;
  absl::Status status_;
};

class Writer final : public Walk {
 public:
  Writer(BasicSerializer& format, SerialSink& sink) : Walk(ReadLimits{}.depth_max), format_(format), sink_(sink) {}

  bool Put(const TypeDescriptor& type, const void* value) {
    switch (type.kind) {
      case TypeKind::kUnit:
        return Number(type, 0);
      case TypeKind::kBool:
      case TypeKind::kInt:
      case TypeKind::kUint:
      case TypeKind::kEnum:
        return Number(type, WholeNumber(type, value));
      case TypeKind::kFloat:
        return Bytes(type, value, type.size_bytes);
      case TypeKind::kStruct:
        return Struct(type, value);
      case TypeKind::kArray:
        return Row(type.element(), value, type.count);
      case TypeKind::kString:
      case TypeKind::kSequence:
      case TypeKind::kSet:
      case TypeKind::kMap:
        return IsRun(type) ? Run(type, value) : Enter(type) && Container(type, value) && Leave();
      case TypeKind::kOptional:
      case TypeKind::kVariant:
        return Enter(type) && Choice(type, value) && Leave();
      case TypeKind::kWire:
        return Enter(type) && Wire(type, value) && Leave();
      case TypeKind::kMessage:
        return Message(type, value);
      case TypeKind::kReference: {
        const ObjectId id = type.reference->id(value);
        sink_.AddReference(id);
        return Bytes(type, &id, sizeof(id));
      }
      case TypeKind::kBlob:
        return RunOfBytes(type, type.blob->bytes(value), 1, /*payload=*/!in_wire_);
      case TypeKind::kLocalOnly:
        break;
    }
    return Fail(Code::kUnimplemented, type, "stays in its process");
  }

 private:
  struct Visit {
    Writer& writer;
    const TypeDescriptor& type;
    uint64_t left_count;
  };

  static uint64_t WholeNumber(const TypeDescriptor& type, const void* value) {
    uint64_t bits = 0;
    std::memcpy(&bits, value, type.size_bytes);  // Little-endian: the lowest bytes come first.
    const TypeDescriptor& number = type.kind == TypeKind::kEnum ? type.element() : type;
    if (number.kind != TypeKind::kInt) return bits;
    const int shift = 64 - 8 * static_cast<int>(type.size_bytes);
    const int64_t integer = static_cast<int64_t>(bits << shift) >> shift;
    return static_cast<uint64_t>(integer) << 1 ^ static_cast<uint64_t>(integer >> 63);
  }

  bool Full(const TypeDescriptor& type) { return Fail(Code::kResourceExhausted, type, "the sink is full"); }
  bool Number(const TypeDescriptor& type, uint64_t number) { return format_.PutNumber(number, sink_) || Full(type); }
  bool Bytes(const TypeDescriptor& type, const void* bytes, uint64_t size_bytes) {
    return sink_.Append({static_cast<const std::byte*>(bytes), size_bytes}) || Full(type);
  }

  bool RunOfBytes(const TypeDescriptor& type, std::span<const std::byte> bytes, uint64_t element_bytes, bool payload) {
    if (!Number(type, bytes.size() / element_bytes)) return false;
    return payload ? Number(type, sink_.AddPayload(bytes)) : Bytes(type, bytes.data(), bytes.size());
  }

  bool Run(const TypeDescriptor& type, const void* value) {
    const uint64_t element_bytes = RunElementBytes(type);
    const std::span<const std::byte> bytes(static_cast<const std::byte*>(type.container->data(value)),
                                           type.container->size(value) * element_bytes);
    return RunOfBytes(type, bytes, element_bytes, !in_wire_ && bytes.size() >= Serializer::kPayloadBytesMin);
  }

  bool Struct(const TypeDescriptor& type, const void* value) {
    for (const FieldDescriptor& field : type.fields) {
      if (!Put(field.type(), static_cast<const std::byte*>(value) + field.offset_bytes)) return false;
    }
    return !type.fields.empty() || Number(type, 0);
  }

  bool Row(const TypeDescriptor& element, const void* first, uint64_t count) {
    for (uint64_t i = 0; i < count; ++i) {
      if (!Put(element, static_cast<const std::byte*>(first) + i * element.size_bytes)) return false;
    }
    return true;
  }

  bool Container(const TypeDescriptor& type, const void* value) {
    Visit visit = {*this, type, type.container->size(value)};
    if (!Number(type, visit.left_count)) return false;
    const auto put = [](void* context, const void* key_or_element, const void* mapped) {
      auto& [writer, type, left_count] = *static_cast<Visit*>(context);
      if (left_count-- == 0) return false;
      if (type.kind != TypeKind::kMap) return writer.Put(type.element(), key_or_element);
      return writer.Put(type.key(), key_or_element) && writer.Put(type.element(), mapped);
    };
    if (type.container->visit(value, put, &visit) && visit.left_count == 0) return true;
    return Fail(Code::kInvalidArgument, type, "shows another number of elements than its size");
  }

  bool Choice(const TypeDescriptor& type, const void* value) {
    const uint64_t index = type.choice->index(value);
    if (type.kind == TypeKind::kOptional) {
      return Number(type, index) && (index == 0 || Put(type.element(), type.choice->get(value)));
    }
    if (index >= type.fields.size()) return Fail(Code::kInvalidArgument, type, "holds no alternative");
    return Number(type, index) && Put(type.fields[index].type(), type.choice->get(value));
  }

  bool Wire(const TypeDescriptor& type, const void* value) {
    const TypeDescriptor& wire_type = type.element();
    TemporaryValue wire(wire_type);
    if (wire.memory() == nullptr || !wire_type.construct(wire.memory())) return NoMemory(type);
    wire.set_made();
    if (!type.wire->to_wire(value, wire.memory()))
      return Fail(Code::kInvalidArgument, type, "its Codec's ToWire threw");
    const bool was_in_wire = std::exchange(in_wire_, true);
    const bool put = Put(wire_type, wire.memory());
    in_wire_ = was_in_wire;
    return put;
  }

  bool Message(const TypeDescriptor& type, const void* value) {
    const uint64_t size_bytes = type.message->size_bytes(value);
    if (!Number(type, size_bytes)) return false;
    std::byte* const out = sink_.Append(size_bytes);
    if (out == nullptr) return Full(type);
    return type.message->write(value, {out, size_bytes}) ||
           Fail(Code::kInvalidArgument, type, "did not write its own bytes");
  }

  BasicSerializer& format_;
  SerialSink& sink_;
};

class Reader final : public Walk {
 public:
  Reader(BasicSerializer& format, const SerialSource& source, const ReadLimits& limits, void* binder)
      : Walk(limits.depth_max),
        format_(format),
        source_(source),
        left_(source.stream),
        binder_(binder),
        budget_bytes_(limits.decode_bytes_max) {}

  // Fills a value that is there.
  bool Fill(const TypeDescriptor& type, void* value) {
    switch (type.kind) {
      case TypeKind::kUnit:
        return Zero(type);
      case TypeKind::kBool:
      case TypeKind::kInt:
      case TypeKind::kUint:
      case TypeKind::kEnum:
        return WholeNumber(type, value);
      case TypeKind::kFloat: {
        std::span<const std::byte> bytes;
        if (!Bytes(type, type.size_bytes, bytes)) return false;
        std::memcpy(value, bytes.data(), bytes.size());
        return true;
      }
      case TypeKind::kStruct:
        for (const FieldDescriptor& field : type.fields) {
          if (!Fill(field.type(), static_cast<std::byte*>(value) + field.offset_bytes)) return false;
        }
        return !type.fields.empty() || Zero(type);
      case TypeKind::kArray:
        return Row(type.element(), value, type.count);
      case TypeKind::kString:
      case TypeKind::kSequence:
      case TypeKind::kSet:
      case TypeKind::kMap:
        return IsRun(type) ? Run(type, value) : Enter(type) && Container(type, value) && Leave();
      case TypeKind::kOptional:
      case TypeKind::kVariant:
        return Enter(type) && Choice(type, value) && Leave();
      case TypeKind::kWire:
        return Replace(type, value);
      case TypeKind::kMessage: {
        std::span<const std::byte> bytes;
        if (!CountedBytes(type, 1, false, bytes) || !Account(type, 1, bytes.size())) return false;
        return type.message->read(value, bytes) || Malformed(type, "these bytes are no ", type.message->format);
      }
      case TypeKind::kReference: {
        std::span<const std::byte> bytes;
        if (!Bytes(type, sizeof(ObjectId), bytes)) return false;
        ObjectId id;
        std::memcpy(&id, bytes.data(), sizeof(id));
        return type.reference->bind(value, id, binder_) || Malformed(type, "object ", id.ToHex(), " is refused");
      }
      case TypeKind::kBlob:
        return Blob(type, value);
      case TypeKind::kLocalOnly:
        break;
    }
    return Fail(Code::kUnimplemented, type, "stays in its process");
  }

  bool Finish(const TypeDescriptor& type) {
    return left_.empty() || Malformed(type, "the value ends here, and ", left_.size(), " bytes are left");
  }

 private:
  std::string where() const override { return Concat("byte ", source_.stream.size() - left_.size(), ", "); }

  template <typename... Parts>
  bool Malformed(const TypeDescriptor& type, const Parts&... parts) {
    return Fail(Code::kInvalidArgument, type, parts...);
  }

  bool Number(const TypeDescriptor& type, uint64_t& number) {
    return format_.TakeNumber(left_, number) ||
           Malformed(type, "a number is wanted, ", left_.size(), " bytes are left");
  }
  bool Zero(const TypeDescriptor& type) {
    uint64_t number = 0;
    return Number(type, number) && (number == 0 || Malformed(type, "0 is wanted, and not ", number));
  }
  bool Bytes(const TypeDescriptor& type, uint64_t size_bytes, std::span<const std::byte>& bytes) {
    if (size_bytes > left_.size()) return Malformed(type, size_bytes, " bytes are wanted, ", left_.size(), " are left");
    bytes = left_.first(size_bytes);
    left_ = left_.subspan(size_bytes);
    return true;
  }
  bool Account(const TypeDescriptor& type, uint64_t count, uint64_t each_bytes) {
    if (each_bytes == 0 || count <= budget_bytes_ / each_bytes) return budget_bytes_ -= count * each_bytes, true;
    return Fail(Code::kResourceExhausted, type, count, " times ", each_bytes, " bytes of memory are wanted, ",
                budget_bytes_, " are left of decode_bytes_max");
  }

  bool WholeNumber(const TypeDescriptor& type, void* value) {
    uint64_t bits = 0;
    if (!Number(type, bits)) return false;
    const TypeDescriptor& number = type.kind == TypeKind::kEnum ? type.element() : type;
    const uint64_t max = number.kind == TypeKind::kBool ? 1 : UINT64_MAX >> (64 - 8 * type.size_bytes);
    if (bits > max) return Malformed(type, bits, " is no value of it");
    if (number.kind == TypeKind::kInt) bits = bits >> 1 ^ (0 - (bits & 1));
    std::memcpy(value, &bits, type.size_bytes);
    return true;
  }

  // A count of elements, and their bytes, from the stream or from a payload.
  bool CountedBytes(const TypeDescriptor& type, uint64_t element_bytes, bool payload,
                    std::span<const std::byte>& bytes) {
    uint64_t count = 0;
    if (!Number(type, count)) return false;
    if (count > UINT64_MAX / element_bytes) return Malformed(type, count, " elements are wanted");
    if (!payload && (in_wire_ || count * element_bytes < Serializer::kPayloadBytesMin || type.message != nullptr)) {
      return Bytes(type, count * element_bytes, bytes);
    }
    uint64_t index = 0;
    if (!Number(type, index)) return false;
    if (index >= source_.payloads.size()) {
      return Malformed(type, "payload ", index, " is wanted, and there are ", source_.payloads.size());
    }
    bytes = source_.payloads[index];
    return bytes.size() == count * element_bytes ||
           Malformed(type, count, " elements are wanted, and payload ", index, " has ", bytes.size(), " bytes");
  }

  bool Run(const TypeDescriptor& type, void* value) {
    const uint64_t element_bytes = RunElementBytes(type);
    std::span<const std::byte> bytes;
    if (!CountedBytes(type, element_bytes, false, bytes) || !Account(type, 1, bytes.size())) return false;
    void* const first = type.container->resize(value, bytes.size() / element_bytes);
    if (bytes.empty()) return true;
    if (first == nullptr) return NoMemory(type);
    std::memcpy(first, bytes.data(), bytes.size());
    return true;
  }

  bool Blob(const TypeDescriptor& type, void* value) {
    std::span<const std::byte> bytes;
    if (!CountedBytes(type, 1, /*payload=*/!in_wire_, bytes)) return false;
    const bool aligned = reinterpret_cast<uintptr_t>(bytes.data()) % kBlobAlignmentBytes == 0;
    if (!in_wire_ && source_.keeper != nullptr && aligned && !bytes.empty()) {
      source_.keeper->Retain();
      const auto release = [](void* keeper) { static_cast<PayloadKeeper*>(keeper)->Release(); };
      if (type.blob->adopt(value, bytes, release, source_.keeper)) return true;
      source_.keeper->Release();
      return Malformed(type, bytes.size(), " bytes are no whole number of its elements, or there is no memory");
    }
    if (!Account(type, 1, bytes.size())) return false;
    std::byte* const copy = type.blob->allocate(value, bytes.size());
    if (copy == nullptr)
      return Malformed(type, bytes.size(), " bytes are no whole number of its elements, or there is no memory");
    if (!bytes.empty()) std::memcpy(copy, bytes.data(), bytes.size());
    return true;
  }

  bool Row(const TypeDescriptor& element, void* first, uint64_t count) {
    for (uint64_t i = 0; i < count; ++i) {
      if (!Fill(element, static_cast<std::byte*>(first) + i * element.size_bytes)) return false;
    }
    return true;
  }

  // Makes a value where none is.
  bool Make(const TypeDescriptor& type, void* memory) {
    if (type.kind == TypeKind::kWire) return Enter(type) && FromWire(type, memory) && Leave();
    if (type.construct != nullptr) {
      if (!type.construct(memory)) return NoMemory(type);
      if (Fill(type, memory)) return true;
      type.destroy(memory);
      return false;
    }
    // Without a default value: it is made of its parts.
    const bool is_array = type.kind == TypeKind::kArray;
    if (!is_array && type.kind != TypeKind::kStruct) return Fail(Code::kUnimplemented, type, "has no default value");
    const auto part = [&](uint64_t i) -> FieldDescriptor {
      if (!is_array) return type.fields[i];
      return {.name = {}, .offset_bytes = i * type.element().size_bytes, .type = type.element};
    };
    const uint64_t count = is_array ? type.count : type.fields.size();
    for (uint64_t i = 0; i < count; ++i) {
      if (Make(part(i).type(), static_cast<std::byte*>(memory) + part(i).offset_bytes)) continue;
      for (; i > 0; --i) part(i - 1).type().destroy(static_cast<std::byte*>(memory) + part(i - 1).offset_bytes);
      return false;
    }
    return true;
  }

  bool MakeIn(TemporaryValue& temporary, const TypeDescriptor& type) {
    if (temporary.memory() == nullptr) return NoMemory(type);
    if (!Make(type, temporary.memory())) return false;
    temporary.set_made();
    return true;
  }

  bool FromWire(const TypeDescriptor& type, void* memory) {
    TemporaryValue wire(type.element());
    const bool was_in_wire = std::exchange(in_wire_, true);
    const bool made = MakeIn(wire, type.element());
    in_wire_ = was_in_wire;
    return made &&
           (type.wire->from_wire(memory, wire.memory()) || Malformed(type, "its Codec's FromWire refuses this"));
  }

  bool Replace(const TypeDescriptor& type, void* value) {
    TemporaryValue made(type);
    if (!MakeIn(made, type)) return false;
    type.destroy(value);
    if (type.relocate(value, made.memory())) return true;
    // Its move threw, and the place must not stay empty.
    if (type.construct == nullptr || !type.construct(value)) std::abort();
    return NoMemory(type);
  }

  bool Container(const TypeDescriptor& type, void* value) {
    const ContainerOps& ops = *type.container;
    const TypeDescriptor* const key = type.kind == TypeKind::kMap ? &type.key() : nullptr;
    const TypeDescriptor& element = type.element();
    uint64_t count = 0;
    if (!Number(type, count)) return false;
    if (count > left_.size()) return Malformed(type, count, " elements are wanted, ", left_.size(), " bytes are left");
    if (!Account(type, count, element.size_bytes + (key != nullptr ? key->size_bytes : 0) + kNodeBytes)) return false;
    ops.clear(value);
    if (!ops.reserve(value, count)) return NoMemory(type);
    TemporaryValue first(key != nullptr ? *key : element);
    TemporaryValue second(element);
    for (uint64_t i = 0; i < count; ++i) {
      if (!MakeIn(first, key != nullptr ? *key : element) || (key != nullptr && !MakeIn(second, element))) return false;
      if (!ops.insert(value, first.memory(), key != nullptr ? second.memory() : nullptr)) {
        return type.kind == TypeKind::kSequence ? NoMemory(type) : Malformed(type, "element ", i, " is there already");
      }
      first.Destroy();
      second.Destroy();
    }
    return true;
  }

  bool Choice(const TypeDescriptor& type, void* value) {
    uint64_t index = 0;
    if (!Number(type, index)) return false;
    const bool optional = type.kind == TypeKind::kOptional;
    if (index >= (optional ? 2 : type.fields.size())) return Malformed(type, "there is no alternative ", index);
    if (optional && index == 0) {
      type.choice->emplace(value, 0);
      return true;
    }
    const TypeDescriptor& chosen = optional ? type.element() : type.fields[index].type();
    if (!Account(type, 1, chosen.size_bytes)) return false;
    TemporaryValue made(chosen);
    return MakeIn(made, chosen) && (type.choice->assign(value, index, made.memory()) || NoMemory(type));
  }

  BasicSerializer& format_;
  const SerialSource& source_;
  std::span<const std::byte> left_;
  void* const binder_;
  uint64_t budget_bytes_;
};

absl::Status CheckLocal(const TypeDescriptor& type) {
  if (type.contains_local_only == 0) return absl::OkStatus();
  return MakeStatus(Code::kUnimplemented, type.name, " contains a LocalOnly, which stays in its process");
}

}  // namespace

absl::Status BasicSerializer::Write(const TypeDescriptor& type, const void* value, SerialSink& sink) {
  static_assert(std::endian::native == std::endian::little);
  if (absl::Status local = CheckLocal(type); !local.ok()) return local;
  Writer writer(*this, sink);
  static_cast<void>(writer.Put(type, value));
  return writer.TakeStatus();
}

absl::Status BasicSerializer::Read(const TypeDescriptor& type, const SerialSource& source, const ReadLimits& limits,
                                   void* binder, void* value) {
  if (absl::Status local = CheckLocal(type); !local.ok()) return local;
  Reader reader(*this, source, limits, binder);
  static_cast<void>(reader.Fill(type, value) && reader.Finish(type));
  return reader.TakeStatus();
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
