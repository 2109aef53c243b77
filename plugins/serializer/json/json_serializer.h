// plugins/serializer/json/json_serializer.h -- values as JSON text: readable, lossless, for eyes and debugging.
//
// Written and read in one pass, led by the type's descriptor: there is no tree in between. README.md says how each kind
// looks. It evolves: unknown fields are skipped, missing ones keep their default.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "core/interface/serializer.h"

namespace manta {

class JsonSerializer final : public Serializer {
 public:
  // Levels of containers, choices and conversions inside one another: what Write refuses to exceed, and Read too,
  // even if its limits allow more.
  static constexpr uint32_t kDepthMax = ReadLimits{}.depth_max;

  static constexpr uint32_t kIndentMax = 16;

  // `indent`: spaces per level, at most kIndentMax; 0: one line without spaces.
  explicit JsonSerializer(uint32_t indent = 0) : indent_(indent) {}

  std::string_view format() const override { return "json"; }

  absl::Status Write(const TypeDescriptor& type, const void* value, SerialSink& sink) override;
  absl::Status Read(const TypeDescriptor& type, const SerialSource& source, const ReadLimits& limits, void* binder,
                    void* value) override;

 private:
  const uint32_t indent_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
