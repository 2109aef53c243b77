#include "plugins/serializer/msgpack/writer.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/interface/described_value.h"

namespace manta::messagepack {
namespace {

[[gnu::always_inline]] inline std::byte* PutByForm(Form form, std::byte* out, const std::byte* from) {
  return ByForm(form, [&](auto number) { return PutNumber<decltype(number)>(out, from); });
}

}  // namespace

// What VisitElement is handed.
struct Writer::Visit {
  Writer& writer;
  const Plan& plan;
  uint64_t left;
};

absl::Status Writer::status() const {
  return MakeStatus(code_, path_.empty() ? "" : Concat("field ", path_, ": "), text_);
}

bool Writer::Full() {
  if (code_ == absl::StatusCode::kOk) {
    code_ = absl::StatusCode::kResourceExhausted;
    text_ = "the sink is full: the value needs more room than it was given";
  }
  return false;
}

bool Writer::NoMemory(const Plan& plan) {
  code_ = absl::StatusCode::kResourceExhausted;
  text_ = Concat("no memory for a temporary ", plan.element->type->name, " of ", plan.element->type->size_bytes,
                 " bytes, made from ", plan.type->name);
  return false;
}

bool Writer::Refuse(const Plan& plan, const char* why) {
  code_ = absl::StatusCode::kInvalidArgument;
  text_ = Concat("this ", plan.type->name, " ", why);
  return false;
}

bool Writer::TooDeep(const Plan& plan) {
  code_ = absl::StatusCode::kInvalidArgument;
  text_ = Concat("the value nests more than ", depth_max_, " levels deep, at a ", plan.type->name,
                 ": flatten it, or hold parts of it by reference");
  return false;
}

bool Writer::TooMany(const Plan& plan, uint64_t count) {
  code_ = absl::StatusCode::kInvalidArgument;
  text_ = Concat("this ", plan.type->name, " has ", count, " elements or bytes, and MessagePack counts to ", kCountMax,
                 ": divide it, or use manta.serializer.native");
  return false;
}

bool Writer::In(const Field& field) {
  path_ = Concat(field.name, path_.empty() || field.name.empty() ? "" : ".", path_);
  return false;
}

bool Writer::Close() {
  if (limit_ == nullptr) return true;
  std::byte* const limit = limit_;
  limit_ = nullptr;
  if (limit != buffer_ + kBufferBytes) {
    sink_.Trim(static_cast<uint64_t>(limit - out_));
    out_ = nullptr;
    return true;
  }
  const auto gathered_bytes = static_cast<uint64_t>(out_ - buffer_);
  out_ = nullptr;
  return sink_.Append({buffer_, gathered_bytes}) || Full();
}

bool Writer::Reopen(size_t wanted_bytes) {
  if (!Close()) return false;
  const uint64_t room_bytes = sink_.room_bytes();
  if (room_bytes >= wanted_bytes) {
    out_ = sink_.Append(room_bytes);
    limit_ = out_ + room_bytes;
  } else {
    out_ = buffer_;
    limit_ = buffer_ + kBufferBytes;
  }
  return true;
}

// Bytes after a head, which kPutHead writes.
template <std::byte* (*kPutHead)(std::byte*, uint64_t)>
[[gnu::always_inline]] inline bool Writer::Put(const Plan& plan, std::span<const std::byte> bytes) {
  const size_t size_bytes = bytes.size();
  if (size_bytes > kShortRunBytesMax || size_bytes + kHeadBytesMax + kSlackBytes > static_cast<size_t>(limit_ - out_)) {
    return PutLong<kPutHead>(plan, bytes);
  }
  std::byte* const out = kPutHead(out_, size_bytes);
  if (size_bytes != 0) std::memcpy(out, bytes.data(), size_bytes);
  out_ = out + size_bytes;
  return true;
}

// Bytes that the room is too small for go to the sink at once.
template <std::byte* (*kPutHead)(std::byte*, uint64_t)>
[[gnu::noinline]] bool Writer::PutLong(const Plan& plan, std::span<const std::byte> bytes) {
  if (!CheckCount(plan, bytes.size()) || !Close()) return false;
  std::byte head[kHeadBytesMax + kSlackBytes];
  const auto head_bytes = static_cast<size_t>(kPutHead(head, bytes.size()) - head);
  std::byte* const out = sink_.Append(head_bytes + bytes.size());
  if (out == nullptr) return Full();
  std::memcpy(out, head, head_bytes);
  if (!bytes.empty()) std::memcpy(out + head_bytes, bytes.data(), bytes.size());
  return true;
}

[[gnu::always_inline]] inline bool Writer::WriteText(const Plan& plan, const void* container) {
  return Put<PutTextHead>(plan, plan.type->container->text(container));
}

[[gnu::always_inline]] inline bool Writer::WritePart(const Plan& plan, const std::byte* value) {
  if (plan.form == Form::kText) return WriteText(plan, value);
  if (!IsNumber(plan.form)) return Write(plan, value);
  if (!Room()) return false;
  out_ = PutByForm(plan.form, out_, value);
  return true;
}

bool Writer::PutNil() {
  if (!Room()) return false;
  out_ = PutByte(out_, kNil);
  return true;
}

bool Writer::Write(const Plan& plan, const void* value) {
  const auto* const bytes = static_cast<const std::byte*>(value);
  switch (plan.form) {
    case Form::kNil:
      return PutNil();
    case Form::kText:
      return WriteText(plan, value);
    case Form::kBytes: {
      const ContainerOps& ops = *plan.type->container;
      return WriteBytes(plan, {static_cast<const std::byte*>(ops.data(value)), ops.size(value)});
    }
    case Form::kByteArray:
      return WriteBytes(plan, {bytes, plan.type->size_bytes});
    case Form::kArray:
      if (!CheckCount(plan, plan.type->count) || !Room()) return false;
      out_ = PutArrayHead(out_, plan.type->count);
      return WriteRow(*plan.element, bytes, plan.type->count);
    case Form::kSequence:
      return WriteSequence(plan, value);
    case Form::kMap:
      return WriteMap(plan, value);
    case Form::kStruct:
      return WriteStruct(plan, bytes);
    case Form::kTuple:
      return WriteTuple(plan, bytes);
    case Form::kOptional:
    case Form::kBracketed:
      return WriteOptional(plan, value);
    case Form::kVariant:
      return WriteVariant(plan, value);
    case Form::kWire:
      return WriteWire(plan, value);
    case Form::kMessage:
      return WriteMessage(plan, value);
    case Form::kReference:
      return WriteReference(plan, value);
    case Form::kBlob:
      return WriteBytes(plan, plan.type->blob->bytes(value));
    default:
      if (!Room()) return false;
      out_ = PutByForm(plan.form, out_, bytes);
      return true;
  }
}

bool Writer::WriteStruct(const Plan& plan, const std::byte* value) {
  if (!Room()) return false;
  out_ = PutMapHead(out_, plan.fields.size());
  for (const Field& field : plan.fields) {
    if (!Room()) return false;
    if (field.is_short()) {
      std::memcpy(out_, field.written, Field::kShortBytes);
      out_ += field.written_bytes;
    } else {
      if (!Put<PutTextHead>(plan, std::as_bytes(std::span(field.name))) || !Room()) return false;
    }
    if (!WritePart(*field.plan, value + field.offset_bytes)) return In(field);
  }
  return true;
}

bool Writer::WriteTuple(const Plan& plan, const std::byte* value) {
  if (!Room()) return false;
  out_ = PutArrayHead(out_, plan.fields.size());
  for (const Field& field : plan.fields) {
    if (!WritePart(*field.plan, value + field.offset_bytes)) return In(field);
  }
  return true;
}

template <typename Number>
bool Writer::WriteNumbers(const std::byte* first, uint64_t count) {
  constexpr uint64_t kPortion = (kBufferBytes - kSlackBytes) / kNumberBytesMax;
  while (count != 0) {
    const uint64_t portion = std::min(count, kPortion);
    if (!Room(portion * kNumberBytesMax + kSlackBytes)) return false;
    std::byte* out = out_;
    for (uint64_t i = 0; i < portion; ++i) out = PutNumber<Number>(out, first + i * sizeof(Number));
    out_ = out;
    first += portion * sizeof(Number);
    count -= portion;
  }
  return true;
}

bool Writer::WriteRow(const Plan& element, const std::byte* first, uint64_t count) {
  if (IsNumber(element.form)) {
    return ByForm(element.form, [&](auto number) { return WriteNumbers<decltype(number)>(first, count); });
  }
  const uint64_t stride = element.type->size_bytes;
  if (element.form == Form::kText) {
    for (uint64_t i = 0; i < count; ++i) {
      if (!WriteText(element, first + i * stride)) return false;
    }
    return true;
  }
  for (uint64_t i = 0; i < count; ++i) {
    if (!Write(element, first + i * stride)) return false;
  }
  return true;
}

bool Writer::WriteBytes(const Plan& plan, std::span<const std::byte> bytes) { return Put<PutBytesHead>(plan, bytes); }

bool Writer::WriteSequence(const Plan& plan, const void* container) {
  const ContainerOps& ops = *plan.type->container;
  const uint64_t count = ops.size(container);
  if (!CheckCount(plan, count) || !Room()) return false;
  out_ = PutArrayHead(out_, count);
  if (plan.in_a_row && IsNumber(plan.element->form)) {
    return WriteRow(*plan.element, static_cast<const std::byte*>(ops.data(container)), count);
  }
  if (!Enter(plan)) return false;
  if (plan.in_a_row ? !WriteRow(*plan.element, static_cast<const std::byte*>(ops.data(container)), count)
                    : !WriteVisited(plan, container, count)) {
    return false;
  }
  Leave();
  return true;
}

bool Writer::WriteMap(const Plan& plan, const void* container) {
  const uint64_t count = plan.type->container->size(container);
  if (!CheckCount(plan, count) || !Enter(plan) || !Room()) return false;
  out_ = PutMapHead(out_, count);
  if (!WriteVisited(plan, container, count)) return false;
  Leave();
  return true;
}

bool Writer::VisitElement(void* visit, const void* key_or_element, const void* mapped) {
  auto& [writer, plan, left] = *static_cast<Visit*>(visit);
  if (left == 0) return false;
  --left;
  const auto* const first = static_cast<const std::byte*>(key_or_element);
  if (plan.key == nullptr) return writer.WritePart(*plan.element, first);
  return writer.WritePart(*plan.key, first) && writer.WritePart(*plan.element, static_cast<const std::byte*>(mapped));
}

bool Writer::WriteVisited(const Plan& plan, const void* container, uint64_t count) {
  Visit visit = {.writer = *this, .plan = plan, .left = count};
  const bool visited = plan.type->container->visit(container, &VisitElement, &visit);
  if (visited && visit.left == 0) return true;
  return code_ == absl::StatusCode::kOk
             ? Refuse(plan, "shows another number of elements than its size: it must not change meanwhile")
             : false;
}

bool Writer::WriteOptional(const Plan& plan, const void* choice) {
  const void* const element = plan.type->choice->get(choice);
  if (plan.form == Form::kBracketed) {
    if (!Room()) return false;
    out_ = PutArrayHead(out_, element == nullptr ? 0 : 1);
    if (element == nullptr) return true;
  } else if (element == nullptr) {
    return PutNil();
  }
  if (!Enter(plan) || !Write(*plan.element, element)) return false;
  Leave();
  return true;
}

bool Writer::WriteVariant(const Plan& plan, const void* choice) {
  const uint64_t index = plan.type->choice->index(choice);
  if (index >= plan.fields.size()) {
    return Refuse(plan, "holds no alternative, since an assignment to it threw: give it a value");
  }
  if (!Enter(plan) || !Room()) return false;
  out_ = PutUint(PutArrayHead(out_, 2), index);
  if (!Write(*plan.fields[index].plan, plan.type->choice->get(choice))) return false;
  Leave();
  return true;
}

bool Writer::WriteWire(const Plan& plan, const void* value) {
  const TypeDescriptor& wire_type = *plan.element->type;
  if (!Enter(plan)) return false;
  TemporaryValue wire(wire_type);
  if (wire.memory() == nullptr || !wire_type.construct(wire.memory())) return NoMemory(plan);
  wire.set_made();
  if (!plan.type->wire->to_wire(value, wire.memory())) {
    return Refuse(plan, "was not converted: its Codec's ToWire threw");
  }
  if (!Write(*plan.element, wire.memory())) return false;
  Leave();
  return true;
}

bool Writer::WriteMessage(const Plan& plan, const void* message) {
  const uint64_t size_bytes = plan.type->message->size_bytes(message);
  if (!CheckCount(plan, size_bytes) || !Room()) return false;
  out_ = PutBytesHead(out_, size_bytes);
  if (!Close()) return false;
  std::byte* const out = sink_.Append(size_bytes);
  if (out == nullptr) return Full();
  if (plan.type->message->write(message, {out, size_bytes})) return true;
  return Refuse(plan, "did not write its own bytes: check that it is complete");
}

bool Writer::WriteReference(const Plan& plan, const void* reference) {
  const ObjectId id = plan.type->reference->id(reference);
  static_assert(sizeof(id) == 16);
  // The sink may be full afterwards, and could not say so while its room is held here.
  if (!Close()) return false;
  sink_.AddReference(id);
  std::byte* const out = sink_.Append(2 + sizeof(id));
  if (out == nullptr) return Full();
  std::memcpy(PutByte(PutByte(out, kFixExt16), kReferenceExtension), &id, sizeof(id));
  return true;
}

}  // namespace manta::messagepack

// SPDX-License-Identifier: Apache-2.0
