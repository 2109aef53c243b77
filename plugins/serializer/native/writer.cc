#include "plugins/serializer/native/writer.h"

#include <utility>

#include "core/base/text.h"
#include "core/interface/described_value.h"

namespace manta::native {

// What VisitElement is handed.
struct Writer::Visit {
  Writer& writer;
  const Op& op;
  uint64_t left;
};

bool Writer::Full() {
  if (status_.ok()) {
    status_ = MakeStatus(absl::StatusCode::kResourceExhausted,
                         "the sink is full: the value needs more room than it was given");
  }
  return false;
}

bool Writer::NoMemory(const Op& op) {
  status_ = MakeStatus(absl::StatusCode::kResourceExhausted, "no memory for a temporary ", op.type->element().name,
                       " of ", op.type->element().size_bytes, " bytes, made from ", op.type->name);
  return false;
}

bool Writer::Refuse(const Op& op, const char* why) {
  status_ = MakeStatus(absl::StatusCode::kInvalidArgument, op.path.empty() ? "" : Concat("field ", op.path, ": "),
                       "this ", op.type->name, " ", why);
  return false;
}

bool Writer::TooDeep(const Op& op) {
  status_ = MakeStatus(absl::StatusCode::kInvalidArgument, "the value nests more than ", depth_max_,
                       " levels deep, at a ", op.type->name, ": flatten it, or hold parts of it by reference");
  return false;
}

bool Writer::PutNumber(uint64_t count) {
  std::byte* const out = sink_.Append(CountBytes(count));
  if (out == nullptr) return Full();
  PutCount(out, count);
  return true;
}

bool Writer::PutBytes(uint64_t count, std::span<const std::byte> bytes) {
  std::byte* const out = sink_.Append(CountBytes(count) + bytes.size());
  if (out == nullptr) return Full();
  std::byte* const after = PutCount(out, count);
  if (!bytes.empty()) std::memcpy(after, bytes.data(), bytes.size());
  return true;
}

bool Writer::PutPayload(std::span<const std::byte> bytes) {
  // The index is appended afterwards: a sink that had no room for the payload has none for the index.
  return PutNumber(sink_.AddPayload(bytes));
}

bool Writer::WriteCopy(const Op& op, const std::byte* value) {
  std::byte* out = sink_.Append(op.copy_bytes);
  if (out == nullptr) return Full();
  for (const Piece& piece : op.pieces) {
    CopyBytes(out, value + piece.offset_bytes, piece.size_bytes);
    out += piece.size_bytes;
  }
  return true;
}

bool Writer::WriteElement(const Plan& plan, const void* element) {
  if (!plan.empty) return Write(plan, element);
  std::byte* const out = sink_.Append(1);
  if (out == nullptr) return Full();
  *out = std::byte{0};
  return true;
}

bool Writer::Write(const Plan& plan, const void* value) {
  const auto* const base = static_cast<const std::byte*>(value);
  for (const Op& op : plan.ops) {
    const std::byte* const part = base + op.offset_bytes;
    bool written = false;
    switch (op.code) {
      case OpCode::kCopy:
        written = WriteCopy(op, base);
        break;
      case OpCode::kPlainPayload: {
        const std::span<const std::byte> bytes(part, op.type->size_bytes);
        written = inline_ ? sink_.Append(bytes) || Full() : PutPayload(bytes);
        break;
      }
      case OpCode::kRun:
        written = WriteRun(op, part);
        break;
      case OpCode::kSequence:
        written = WriteSequence(op, part);
        break;
      case OpCode::kMap:
        written = WriteMap(op, part);
        break;
      case OpCode::kArray:
        written = WriteRow(*op.element, part, op.type->count);
        break;
      case OpCode::kOptional:
        written = WriteOptional(op, part);
        break;
      case OpCode::kVariant:
        written = WriteVariant(op, part);
        break;
      case OpCode::kWire:
        written = WriteWire(op, part);
        break;
      case OpCode::kMessage:
        written = WriteMessage(op, part);
        break;
      case OpCode::kReference:
        written = WriteReference(op, part);
        break;
      case OpCode::kBlob:
        written = WriteBlob(op, part);
        break;
    }
    if (!written) return false;
  }
  return true;
}

bool Writer::WriteRun(const Op& op, const void* container) {
  const ContainerOps& ops = *op.type->container;
  const uint64_t count = ops.size(container);
  const std::span<const std::byte> bytes(static_cast<const std::byte*>(ops.data(container)), count * op.element_bytes);
  if (count < op.payload_count_min || inline_) return PutBytes(count, bytes);
  return PutNumber(count) && PutPayload(bytes);
}

bool Writer::WriteSequence(const Op& op, const void* container) {
  const ContainerOps& ops = *op.type->container;
  const uint64_t count = ops.size(container);
  if (!Enter(op) || !PutNumber(count)) return false;
  // A set's elements may lie in a row too, but only a sequence's data() is its elements by contract.
  const bool in_a_row = op.type->kind == TypeKind::kSequence && ops.data != nullptr;
  const bool written = in_a_row ? WriteRow(*op.element, static_cast<const std::byte*>(ops.data(container)), count)
                                : WriteVisited(op, container, count);
  Leave();
  return written;
}

bool Writer::WriteMap(const Op& op, const void* container) {
  const uint64_t count = op.type->container->size(container);
  if (!Enter(op) || !PutNumber(count) || !WriteVisited(op, container, count)) return false;
  Leave();
  return true;
}

bool Writer::WriteRow(const Plan& element, const std::byte* first, uint64_t count) {
  const uint64_t stride = element.type->size_bytes;
  if (!element.fixed) {
    for (uint64_t i = 0; i < count; ++i) {
      if (!WriteElement(element, first + i * stride)) return false;
    }
    return true;
  }
  // An element's pieces are parts of it, so that this is no more than the elements are in memory.
  std::byte* out = sink_.Append(count * element.fixed_bytes);
  if (out == nullptr) return Full();
  for (uint64_t i = 0; i < count; ++i) {
    for (const Piece& piece : element.ops[0].pieces) {
      CopyBytes(out, first + i * stride + piece.offset_bytes, piece.size_bytes);
      out += piece.size_bytes;
    }
  }
  return true;
}

bool Writer::VisitElement(void* visit, const void* key_or_element, const void* mapped) {
  auto& [writer, op, left] = *static_cast<Visit*>(visit);
  if (left == 0) return false;
  --left;
  if (op.key == nullptr) return writer.WriteElement(*op.element, key_or_element);
  // A pair takes a byte at least, as an element does.
  return op.key->empty ? writer.WriteElement(*op.key, key_or_element) && writer.Write(*op.element, mapped)
                       : writer.Write(*op.key, key_or_element) && writer.Write(*op.element, mapped);
}

bool Writer::WriteVisited(const Op& op, const void* container, uint64_t count) {
  Visit visit = {.writer = *this, .op = op, .left = count};
  const bool visited = op.type->container->visit(container, &VisitElement, &visit);
  if (visited && visit.left == 0) return true;
  return status_.ok() ? Refuse(op, "shows another number of elements than its size: it must not change meanwhile")
                      : false;
}

bool Writer::WriteOptional(const Op& op, const void* choice) {
  const void* const element = op.type->choice->get(choice);
  std::byte* const out = sink_.Append(1);
  if (out == nullptr) return Full();
  *out = static_cast<std::byte>(element != nullptr);
  if (element == nullptr) return true;
  if (!Enter(op) || !Write(*op.element, element)) return false;
  Leave();
  return true;
}

bool Writer::WriteVariant(const Op& op, const void* choice) {
  const uint64_t index = op.type->choice->index(choice);
  if (index >= op.alternatives.size()) {
    return Refuse(op, "holds no alternative, since an assignment to it threw: give it a value");
  }
  if (!Enter(op) || !PutNumber(index) || !Write(*op.alternatives[index], op.type->choice->get(choice))) return false;
  Leave();
  return true;
}

bool Writer::WriteWire(const Op& op, const void* value) {
  const TypeDescriptor& wire_type = *op.element->type;
  if (!Enter(op)) return false;
  TemporaryValue wire(wire_type);
  if (wire.memory() == nullptr || !wire_type.construct(wire.memory())) return NoMemory(op);
  wire.set_made();
  if (!op.type->wire->to_wire(value, wire.memory())) return Refuse(op, "was not converted: its Codec's ToWire threw");
  const bool was_inline = std::exchange(inline_, true);
  const bool written = Write(*op.element, wire.memory());
  inline_ = was_inline;
  Leave();
  return written;
}

bool Writer::WriteMessage(const Op& op, const void* message) {
  const uint64_t size_bytes = op.type->message->size_bytes(message);
  if (size_bytes > UINT64_MAX - kLongCountBytes) return Full();
  std::byte* const out = sink_.Append(CountBytes(size_bytes) + size_bytes);
  if (out == nullptr) return Full();
  if (op.type->message->write(message, {PutCount(out, size_bytes), size_bytes})) return true;
  return Refuse(op, "did not write its own bytes: check that it is complete");
}

bool Writer::WriteReference(const Op& op, const void* reference) {
  const ObjectId id = op.type->reference->id(reference);
  sink_.AddReference(id);
  std::byte* const out = sink_.Append(sizeof(id));
  if (out == nullptr) return Full();
  std::memcpy(out, &id, sizeof(id));
  return true;
}

bool Writer::WriteBlob(const Op& op, const void* blob) {
  const std::span<const std::byte> bytes = op.type->blob->bytes(blob);
  const uint64_t count = bytes.size() / op.element_bytes;
  return inline_ ? PutBytes(count, bytes) : PutNumber(count) && PutPayload(bytes);
}

}  // namespace manta::native

// SPDX-License-Identifier: Apache-2.0
