#include "core/plugin/guard/serializer_guard.h"

#include <utility>

#include "core/base/text.h"

namespace manta {
namespace {

using Code = absl::StatusCode;

// What core/interface/serializer.h names.
constexpr CodeSet kCodes = {Code::kInvalidArgument, Code::kResourceExhausted, Code::kUnimplemented};

// Plugins see the layout of these. Whoever changes one raises the interface's version, and then the numbers here
// (docs/reference/compatibility.md).
static_assert(Serializer::kInterfaceVersion == 1);
static_assert(sizeof(TypeDescriptor) == 160 && sizeof(FieldDescriptor) == 32 && sizeof(ContainerOps) == 72 &&
              sizeof(ChoiceOps) == 32 && sizeof(WireOps) == 16 && sizeof(MessageOps) == 40 && sizeof(BlobOps) == 24 &&
              sizeof(ReferenceOps) == 16 && sizeof(SerialSource) == 40 && sizeof(ReadLimits) == 16);

}  // namespace

SerializerGuard::SerializerGuard(std::unique_ptr<Serializer> plugin, const PluginRecord& record, const Host& host)
    : plugin_(std::move(plugin)), guard_(record.name, host) {
  const std::string_view format = guard_.CallOr("format", {}, [&] { return plugin_->format(); });
  if (guard_.broken()) return;
  if (format.empty() || format.size() > kFormatBytesMax) {
    guard_.Broke("format", Concat("returned a name of ", format.size(), " bytes, wanted is 1 to ", kFormatBytesMax))
        .IgnoreError();  // Logged; the next call tells its caller.
    return;
  }
  format_ = format;
}

SerializerGuard::~SerializerGuard() {
  if (guard_.broken()) static_cast<void>(plugin_.release());  // Abandoned: plugin_guard.h says why.
}

absl::Status SerializerGuard::Write(const TypeDescriptor& type, const void* value, SerialSink& sink) {
  return guard_.Call("Write", kCodes, [&] { return plugin_->Write(type, value, sink); });
}

absl::Status SerializerGuard::Read(const TypeDescriptor& type, const SerialSource& source, const ReadLimits& limits,
                                   void* binder, void* value) {
  return guard_.Call("Read", kCodes, [&] { return plugin_->Read(type, source, limits, binder, value); });
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
