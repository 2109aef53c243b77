#include "plugins/serializer/native/native_serializer.h"

#include "core/base/text.h"
#include "plugins/serializer/native/reader.h"
#include "plugins/serializer/native/writer.h"

namespace manta {
namespace {

[[gnu::cold, gnu::noinline]] absl::Status Failed(const native::Plan& plan, const absl::Status& status) {
  return Annotate(status, Concat("native: ", plan.type->name));
}

[[gnu::cold, gnu::noinline]] absl::Status Refused(const native::Plan& plan) {
  return MakeStatus(absl::StatusCode::kUnimplemented, "native: ", plan.type->name, ": ", plan.refusal);
}

}  // namespace

absl::Status NativeSerializer::Write(const TypeDescriptor& type, const void* value, SerialSink& sink) {
  const native::Plan& plan = plans_.PlanOf(type);
  if (!plan.refusal.empty()) return Refused(plan);
  native::Writer writer(sink, kDepthMax);
  if (writer.Write(plan, value)) return absl::OkStatus();
  return Failed(plan, writer.status());
}

absl::Status NativeSerializer::Read(const TypeDescriptor& type, const SerialSource& source, const ReadLimits& limits,
                                    void* binder, void* value) {
  const native::Plan& plan = plans_.PlanOf(type);
  if (!plan.refusal.empty()) return Refused(plan);
  native::Reader reader(source, limits, kDepthMax, binder);
  if (reader.Fill(plan, value) && reader.Finish()) return absl::OkStatus();
  return Failed(plan, reader.status());
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
