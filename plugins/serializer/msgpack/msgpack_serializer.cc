#include "plugins/serializer/msgpack/msgpack_serializer.h"

#include "core/base/text.h"
#include "plugins/serializer/msgpack/reader.h"
#include "plugins/serializer/msgpack/writer.h"

namespace manta {
namespace {

[[gnu::cold, gnu::noinline]] absl::Status Failed(const messagepack::Plan& plan, const absl::Status& status) {
  return Annotate(status, Concat("msgpack: ", plan.type->name));
}

[[gnu::cold, gnu::noinline]] absl::Status Refused(const messagepack::Plan& plan) {
  return MakeStatus(absl::StatusCode::kUnimplemented, "msgpack: ", plan.type->name, ": ", plan.refusal);
}

}  // namespace

absl::Status MsgpackSerializer::Write(const TypeDescriptor& type, const void* value, SerialSink& sink) {
  const messagepack::Plan& plan = plans_.PlanOf(type);
  if (!plan.refusal.empty()) return Refused(plan);
  messagepack::Writer writer(sink, kDepthMax);
  if (writer.WriteAll(plan, value)) return absl::OkStatus();
  return Failed(plan, writer.status());
}

absl::Status MsgpackSerializer::Read(const TypeDescriptor& type, const SerialSource& source, const ReadLimits& limits,
                                     void* binder, void* value) {
  const messagepack::Plan& plan = plans_.PlanOf(type);
  if (!plan.refusal.empty()) return Refused(plan);
  messagepack::Reader reader(source, limits, kDepthMax, binder);
  if (reader.ReadAll(plan, value)) return absl::OkStatus();
  return Failed(plan, reader.status());
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
