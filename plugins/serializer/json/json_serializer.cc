#include "plugins/serializer/json/json_serializer.h"

#include "core/base/text.h"
#include "plugins/serializer/json/reader.h"
#include "plugins/serializer/json/writer.h"

namespace manta {
namespace {

[[gnu::cold, gnu::noinline]] absl::Status StaysHere(const TypeDescriptor& type) {
  return MakeStatus(absl::StatusCode::kUnimplemented, "json: ", type.name,
                    " contains a LocalOnly, which never leaves its process: leave it out of what is sent");
}

}  // namespace

absl::Status JsonSerializer::Write(const TypeDescriptor& type, const void* value, SerialSink& sink) {
  if (type.contains_local_only != 0) return StaysHere(type);
  json::Writer writer(sink, kDepthMax, indent_);
  if (writer.Write(type, value) && writer.Flush()) return absl::OkStatus();
  return writer.StatusOf(type);
}

absl::Status JsonSerializer::Read(const TypeDescriptor& type, const SerialSource& source, const ReadLimits& limits,
                                  void* binder, void* value) {
  if (type.contains_local_only != 0) return StaysHere(type);
  json::Reader reader(source, limits, kDepthMax, binder);
  if (reader.Fill(type, value) && reader.Finish()) return absl::OkStatus();
  return reader.StatusOf(type);
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
