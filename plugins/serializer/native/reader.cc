#include "plugins/serializer/native/reader.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "core/interface/described_value.h"
#include "plugins/serializer/native/format.h"

namespace manta::native {
namespace {

// What a list, a tree or a hash table adds to an element, at most, as an estimate for the limit.
constexpr uint64_t kNodeBytes = 32;

// Where payloads start (serializer.h), and hence blobs.
constexpr uint64_t kBlobAlignmentBytes = 64;

void ReleaseKeeper(void* keeper) { static_cast<PayloadKeeper*>(keeper)->Release(); }

uint64_t PlusNode(uint64_t size_bytes) {
  return size_bytes > UINT64_MAX - kNodeBytes ? UINT64_MAX : size_bytes + kNodeBytes;
}

}  // namespace

Reader::Reader(const SerialSource& source, const ReadLimits& limits, uint32_t depth_max, void* binder)
    : begin_(source.stream.data()),
      cursor_(begin_),
      end_(begin_ + source.stream.size()),
      payloads_(source.payloads),
      keeper_(source.keeper),
      binder_(binder),
      decode_bytes_max_(limits.decode_bytes_max),
      depth_max_(std::min(limits.depth_max, depth_max)),
      budget_bytes_(limits.decode_bytes_max),
      depth_left_(depth_max_) {}

template <typename... Parts>
bool Reader::Refuse(const Op& op, const Parts&... parts) {
  status_ = MakeStatus(absl::StatusCode::kInvalidArgument, "byte ", cursor_ - begin_, ", ",
                       op.path.empty() ? "" : Concat("field ", op.path, ", "), op.type->name, ": ", parts...);
  return false;
}

bool Reader::Short(const Op& op, uint64_t wanted_bytes) {
  return Refuse(op, wanted_bytes, " bytes are wanted, ", left_bytes(), " are left");
}

bool Reader::NoMemory(const TypeDescriptor& type) {
  status_ = MakeStatus(absl::StatusCode::kResourceExhausted, "byte ", cursor_ - begin_, ", ", type.name,
                       ": no memory, or its own code threw");
  return false;
}

bool Reader::TooDeep(const Op& op) { return Refuse(op, "the value nests more than ", depth_max_, " levels deep"); }

bool Reader::OverBudget(const Op& op, uint64_t count, uint64_t each_bytes) {
  status_ = MakeStatus(absl::StatusCode::kResourceExhausted, "byte ", cursor_ - begin_, ", ", op.type->name, ": ",
                       count, " times ", each_bytes, " bytes of memory, and ", budget_bytes_, " of decode_bytes_max ",
                       decode_bytes_max_, " are left: raise it, if the bytes are to be trusted");
  return false;
}

bool Reader::TakeLongCount(const Op& op, uint64_t& count) {
  if (left_bytes() < sizeof(count)) return Short(op, sizeof(count));
  std::memcpy(&count, cursor_, sizeof(count));
  if (count < kLongCount) return Refuse(op, "the count ", count, " is written in nine bytes, and fits in one");
  cursor_ += sizeof(count);
  return true;
}

bool Reader::TakeElementCount(const Op& op, uint64_t least_bytes, uint64_t taken_bytes, uint64_t& count) {
  if (!TakeCount(op, count)) return false;
  if (!Fits(count, least_bytes, left_bytes())) {
    return Refuse(op, count, " elements take at least ", least_bytes, " bytes each, and ", left_bytes(), " are left");
  }
  return Account(op, count, taken_bytes);
}

bool Reader::TakePayload(const Op& op, std::span<const std::byte>& payload) {
  uint64_t index = 0;
  if (!TakeCount(op, index)) return false;
  if (index >= payloads_.size()) {
    return Refuse(op, "payload ", index, " is wanted, and there are ", payloads_.size());
  }
  if (index < next_payload_) return Refuse(op, "payload ", index, " comes after payload ", next_payload_ - 1);
  next_payload_ = index + 1;
  payload = payloads_[index];
  return true;
}

bool Reader::CheckBools(const Op& op, const std::byte* bytes) {
  for (const uint64_t offset : op.bool_offsets_bytes) {
    if (static_cast<uint8_t>(bytes[offset]) > 1) {
      cursor_ = bytes + offset;
      return Refuse(op, "a bool is 0 or 1, and not ", static_cast<int>(bytes[offset]));
    }
  }
  return true;
}

bool Reader::Finish() {
  if (cursor_ == end_) return true;
  status_ = MakeStatus(absl::StatusCode::kInvalidArgument, "byte ", cursor_ - begin_, ": the value ends here, and ",
                       left_bytes(), " bytes are left");
  return false;
}

bool Reader::Fill(const Plan& plan, void* value) {
  auto* const base = static_cast<std::byte*>(value);
  for (const Op& op : plan.ops) {
    std::byte* const part = base + op.offset_bytes;
    bool filled = false;
    switch (op.code) {
      case OpCode::kCopy:
        filled = FillCopy(op, base);
        break;
      case OpCode::kPlainPayload:
        filled = FillPlainPayload(op, part);
        break;
      case OpCode::kRun:
        filled = FillRun(op, part);
        break;
      case OpCode::kSequence:
        filled = FillSequence(op, part);
        break;
      case OpCode::kMap:
        filled = FillMap(op, part);
        break;
      case OpCode::kArray:
        filled = FillRow(*op.element, part, op.type->count);
        break;
      case OpCode::kOptional:
        filled = FillOptional(op, part);
        break;
      case OpCode::kVariant:
        filled = FillVariant(op, part);
        break;
      case OpCode::kWire:
        filled = FillWire(op, part);
        break;
      case OpCode::kMessage:
        filled = FillMessage(op, part);
        break;
      case OpCode::kReference:
        filled = FillReference(op, part);
        break;
      case OpCode::kBlob:
        filled = FillBlob(op, part);
        break;
    }
    if (!filled) return false;
  }
  return true;
}

bool Reader::FillCopy(const Op& op, std::byte* value) {
  if (left_bytes() < op.copy_bytes) return Short(op, op.copy_bytes);
  if (!CheckBools(op, cursor_)) return false;
  for (const Piece& piece : op.pieces) {
    CopyBytes(value + piece.offset_bytes, cursor_, piece.size_bytes);
    cursor_ += piece.size_bytes;
  }
  return true;
}

bool Reader::FillPlainPayload(const Op& op, std::byte* part) {
  std::span<const std::byte> bytes;
  if (inline_) {
    if (left_bytes() < op.type->size_bytes) return Short(op, op.type->size_bytes);
    bytes = {cursor_, op.type->size_bytes};
    cursor_ += bytes.size();
  } else {
    if (!TakePayload(op, bytes)) return false;
    if (bytes.size() != op.type->size_bytes) {
      return Refuse(op, "its payload has ", bytes.size(), " bytes, and ", op.type->size_bytes, " are wanted");
    }
  }
  std::memcpy(part, bytes.data(), bytes.size());
  return true;
}

bool Reader::FillRun(const Op& op, void* container) {
  const ContainerOps& ops = *op.type->container;
  uint64_t count = 0;
  if (!TakeCount(op, count)) return false;
  std::span<const std::byte> bytes;
  if (count < op.payload_count_min || inline_) {
    if (!Fits(count, op.element_bytes, left_bytes())) {
      return Refuse(op, count, " elements of ", op.element_bytes, " bytes are wanted, ", left_bytes(), " are left");
    }
    bytes = {cursor_, count * op.element_bytes};
    if (op.element != nullptr && op.element->fixed && !op.element->ops[0].bool_offsets_bytes.empty()) {
      for (uint64_t i = 0; i < count; ++i) {
        if (!CheckBools(op.element->ops[0], cursor_ + i * op.element_bytes)) return false;
      }
    }
    cursor_ += bytes.size();
  } else {
    if (!TakePayload(op, bytes)) return false;
    if (!Fits(count, op.element_bytes, bytes.size()) || count * op.element_bytes != bytes.size()) {
      return Refuse(op, count, " elements of ", op.element_bytes, " bytes are wanted, and its payload has ",
                    bytes.size(), " bytes");
    }
  }
  if (!Account(op, count, op.element_bytes)) return false;
  // What lies in the stream may be misaligned.
  const bool aligned = (reinterpret_cast<uintptr_t>(bytes.data()) & (op.element_alignment_bytes - 1)) == 0;
  if (ops.assign != nullptr && aligned) {
    return ops.assign(container, bytes.data(), count) || NoMemory(*op.type);
  }
  if (ops.resize != nullptr) {
    void* const first = ops.resize(container, count);
    if (count == 0) return true;
    if (first == nullptr) return NoMemory(*op.type);
    std::memcpy(first, bytes.data(), bytes.size());
    return true;
  }
  // Elements without a default value: each is copied to where it can be moved from.
  ops.clear(container);
  if (!ops.reserve(container, count)) return NoMemory(*op.type);
  TemporaryValue element(*op.element->type);
  if (element.memory() == nullptr) return NoMemory(*op.type);
  for (uint64_t i = 0; i < count; ++i) {
    std::memcpy(element.memory(), bytes.data() + i * op.element_bytes, op.element_bytes);
    if (!ops.insert(container, element.memory(), nullptr)) return NoMemory(*op.type);
  }
  return true;
}

bool Reader::FillSequence(const Op& op, void* container) {
  const ContainerOps& ops = *op.type->container;
  const bool in_a_row = op.type->kind == TypeKind::kSequence && ops.data != nullptr && ops.resize != nullptr;
  const uint64_t element_bytes = op.element->type->size_bytes;
  uint64_t count = 0;
  if (!Enter(op) || !TakeElementCount(op, op.element->least_element_bytes(),
                                      in_a_row ? element_bytes : PlusNode(element_bytes), count)) {
    return false;
  }
  if (!in_a_row) {
    if (!FillByInsert(op, container, count)) return false;
  } else {
    void* const first = ops.resize(container, count);
    if (count != 0 && first == nullptr) return NoMemory(*op.type);
    if (!FillRow(*op.element, static_cast<std::byte*>(first), count)) return false;
  }
  Leave();
  return true;
}

bool Reader::FillRow(const Plan& element, std::byte* first, uint64_t count) {
  const uint64_t stride = element.type->size_bytes;
  for (uint64_t i = 0; i < count; ++i) {
    if (!TakeEmptyElement(element) || !Fill(element, first + i * stride)) return false;
  }
  return true;
}

bool Reader::FillByInsert(const Op& op, void* container, uint64_t count) {
  const ContainerOps& ops = *op.type->container;
  ops.clear(container);
  if (!ops.reserve(container, count)) return NoMemory(*op.type);
  TemporaryValue element(*op.element->type);
  if (element.memory() == nullptr) return NoMemory(*op.element->type);
  for (uint64_t i = 0; i < count; ++i) {
    if (!BuildElement(*op.element, element.memory())) return false;
    element.set_made();
    if (!ops.insert(container, element.memory(), nullptr)) {
      if (op.type->kind == TypeKind::kSequence) return NoMemory(*op.type);
      return Refuse(op, "element ", i, " equals an earlier one, or there is no memory for it");
    }
    element.Destroy();
  }
  return true;
}

bool Reader::FillMap(const Op& op, void* container) {
  const ContainerOps& ops = *op.type->container;
  const TypeDescriptor& key_type = *op.key->type;
  const TypeDescriptor& mapped_type = *op.element->type;
  const uint64_t pair_bytes = PlusNode(key_type.size_bytes + mapped_type.size_bytes);
  uint64_t count = 0;
  if (!Enter(op) || !TakeElementCount(op, op.key->least_element_bytes() + op.element->least_bytes, pair_bytes, count)) {
    return false;
  }
  ops.clear(container);
  if (!ops.reserve(container, count)) return NoMemory(*op.type);
  TemporaryValue key(key_type);
  TemporaryValue mapped(mapped_type);
  if (key.memory() == nullptr || mapped.memory() == nullptr) return NoMemory(*op.type);
  for (uint64_t i = 0; i < count; ++i) {
    if (!BuildElement(*op.key, key.memory())) return false;
    key.set_made();
    if (!Build(*op.element, mapped.memory())) return false;
    mapped.set_made();
    if (!ops.insert(container, key.memory(), mapped.memory())) {
      return Refuse(op, "key ", i, " equals an earlier one, or there is no memory for it");
    }
    key.Destroy();
    mapped.Destroy();
  }
  Leave();
  return true;
}

bool Reader::FillOptional(const Op& op, void* choice) {
  uint64_t there = 0;
  if (!TakeByte(op, there)) return false;
  if (there > 1) {
    --cursor_;
    return Refuse(op, "0 for nothing or 1 for something is wanted, and not ", there);
  }
  if (there == 0) {
    op.type->choice->emplace(choice, 0);
    return true;
  }
  return FillChoice(op, *op.element, choice, 1);
}

bool Reader::FillVariant(const Op& op, void* choice) {
  uint64_t index = 0;
  if (!TakeCount(op, index)) return false;
  if (index >= op.alternatives.size()) {
    return Refuse(op, "alternative ", index, " is wanted, and there are ", op.alternatives.size());
  }
  return FillChoice(op, *op.alternatives[index], choice, index);
}

bool Reader::FillChoice(const Op& op, const Plan& element, void* choice, uint64_t index) {
  const ChoiceOps& ops = *op.type->choice;
  // A unique_ptr's element takes memory of its own; others lie in the choice, which has been counted.
  const bool lies_inside = op.type->size_bytes > sizeof(void*) && op.type->size_bytes > element.type->size_bytes;
  if (!Enter(op) || (!lies_inside && !Account(op, 1, element.type->size_bytes))) return false;
  if (element.build == BuildBy::kConstruct) {
    void* const made = ops.emplace(choice, index);
    if (made == nullptr) return NoMemory(*element.type);
    if (!Fill(element, made)) return false;
  } else {
    TemporaryValue made(*element.type);
    if (made.memory() == nullptr) return NoMemory(*element.type);
    if (!Build(element, made.memory())) return false;
    made.set_made();
    if (!ops.assign(choice, index, made.memory())) return NoMemory(*element.type);
  }
  Leave();
  return true;
}

bool Reader::Build(const Plan& plan, void* memory) {
  const TypeDescriptor& type = *plan.type;
  switch (plan.build) {
    case BuildBy::kConstruct:
      if (!type.construct(memory)) return NoMemory(type);
      break;
    case BuildBy::kCopy:
      break;
    case BuildBy::kWire:
      return BuildFromWire(plan.ops[0], memory);
    case BuildBy::kParts:
      return BuildParts(plan, static_cast<std::byte*>(memory));
  }
  if (Fill(plan, memory)) return true;
  type.destroy(memory);
  return false;
}

bool Reader::BuildParts(const Plan& plan, std::byte* memory) {
  const uint64_t count = plan.element != nullptr ? plan.type->count : plan.parts.size();
  const auto part = [&](uint64_t i) -> BuildPart {
    if (plan.element == nullptr) return plan.parts[i];
    return {.offset_bytes = i * plan.element->type->size_bytes, .plan = plan.element};
  };
  for (uint64_t i = 0; i < count; ++i) {
    if (Build(*part(i).plan, memory + part(i).offset_bytes)) continue;
    for (; i > 0; --i) part(i - 1).plan->type->destroy(memory + part(i - 1).offset_bytes);
    return false;
  }
  return true;
}

bool Reader::BuildFromWire(const Op& op, void* memory) {
  if (!Enter(op)) return false;
  const std::byte* const begin = cursor_;
  TemporaryValue wire(*op.element->type);
  if (wire.memory() == nullptr) return NoMemory(*op.element->type);
  const bool was_inline = std::exchange(inline_, true);
  const bool built = Build(*op.element, wire.memory());
  inline_ = was_inline;
  if (!built) return false;
  wire.set_made();
  if (!op.type->wire->from_wire(memory, wire.memory())) {
    cursor_ = begin;
    return Refuse(op, "its Codec's FromWire makes no value of what is written here");
  }
  Leave();
  return true;
}

// An element of a container takes a byte at least.
bool Reader::BuildElement(const Plan& plan, void* memory) { return TakeEmptyElement(plan) && Build(plan, memory); }

bool Reader::TakeEmptyElement(const Plan& plan) {
  if (!plan.empty) return true;
  if (cursor_ != end_ && *cursor_ == std::byte{0}) {
    ++cursor_;
    return true;
  }
  status_ = MakeStatus(absl::StatusCode::kInvalidArgument, "byte ", cursor_ - begin_, ", ", plan.type->name,
                       ": an element without content is a byte of 0");
  return false;
}

bool Reader::FillWire(const Op& op, void* value) {
  const TypeDescriptor& type = *op.type;
  TemporaryValue made(type);
  if (made.memory() == nullptr) return NoMemory(type);
  if (!BuildFromWire(op, made.memory())) return false;
  made.set_made();
  type.destroy(value);
  if (type.relocate(value, made.memory())) return true;
  // Its move threw, and the place must not stay empty.
  if (type.construct == nullptr || !type.construct(value)) std::abort();
  return NoMemory(type);
}

bool Reader::FillMessage(const Op& op, void* message) {
  uint64_t size_bytes = 0;
  if (!TakeCount(op, size_bytes)) return false;
  if (size_bytes > left_bytes()) return Short(op, size_bytes);
  if (!Account(op, 1, size_bytes)) return false;
  if (!op.type->message->read(message, {cursor_, size_bytes})) {
    return Refuse(op, "these ", size_bytes, " bytes are no ", op.type->message->format, " message of this type");
  }
  cursor_ += size_bytes;
  return true;
}

bool Reader::FillReference(const Op& op, void* reference) {
  ObjectId id;
  if (left_bytes() < sizeof(id)) return Short(op, sizeof(id));
  std::memcpy(&id, cursor_, sizeof(id));
  if (!op.type->reference->bind(reference, id, binder_)) {
    return Refuse(op, "the reader refuses a reference to object ", id.ToHex());
  }
  cursor_ += sizeof(id);
  return true;
}

bool Reader::FillBlob(const Op& op, void* blob) {
  const BlobOps& ops = *op.type->blob;
  uint64_t count = 0;
  if (!TakeCount(op, count)) return false;
  std::span<const std::byte> bytes;
  if (inline_) {
    if (!Fits(count, op.element_bytes, left_bytes())) {
      return Refuse(op, count, " elements of ", op.element_bytes, " bytes are wanted, ", left_bytes(), " are left");
    }
    bytes = {cursor_, count * op.element_bytes};
    cursor_ += bytes.size();
  } else {
    if (!TakePayload(op, bytes)) return false;
    if (!Fits(count, op.element_bytes, bytes.size()) || count * op.element_bytes != bytes.size()) {
      return Refuse(op, count, " elements of ", op.element_bytes, " bytes are wanted, and its payload has ",
                    bytes.size(), " bytes");
    }
    if (keeper_ != nullptr && !bytes.empty() && reinterpret_cast<uintptr_t>(bytes.data()) % kBlobAlignmentBytes == 0) {
      keeper_->Retain();
      if (ops.adopt(blob, bytes, &ReleaseKeeper, keeper_)) return true;
      keeper_->Release();
      return NoMemory(*op.type);
    }
  }
  if (!Account(op, count, op.element_bytes)) return false;
  std::byte* const copy = ops.allocate(blob, bytes.size());
  if (copy == nullptr) return NoMemory(*op.type);
  if (!bytes.empty()) std::memcpy(copy, bytes.data(), bytes.size());
  return true;
}

}  // namespace manta::native

// SPDX-License-Identifier: Apache-2.0
