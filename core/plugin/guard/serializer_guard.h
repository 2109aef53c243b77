// core/plugin/guard/serializer_guard.h -- the kernel's guard around a serializer.
//
// Checks, besides what every guard checks (plugin_guard.h): the format has a name, of at most kFormatBytesMax bytes.
// It is asked once, so a broken serializer keeps its name.
//
// What Write throws is the serializer's: sinks do not throw, nor do a descriptor's functions.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/interface/host.h"
#include "core/interface/serializer.h"
#include "core/plugin/guard/plugin_guard.h"
#include "core/plugin/plugin_record.h"

namespace manta {

class SerializerGuard final : public Serializer {
 public:
  // REQUIRES: plugin is not null; host outlives the guard.
  SerializerGuard(std::unique_ptr<Serializer> plugin, const PluginRecord& record, const Host& host);
  ~SerializerGuard() override;

  std::string_view format() const override { return format_; }
  absl::Status Write(const TypeDescriptor& type, const void* value, SerialSink& sink) override;
  absl::Status Read(const TypeDescriptor& type, const SerialSource& source, const ReadLimits& limits, void* binder,
                    void* value) override;

 private:
  std::unique_ptr<Serializer> plugin_;
  PluginGuard guard_;
  std::string format_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
