// core/interface/serializer_wrapper.h -- forwards every call to another serializer.
//
// Faults, metrics and traces go around any serializer by overriding the one method they are about.
//
// Threads   As the inner serializer.
// Memory    The inner serializer is not owned, and outlives the wrapper.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "core/interface/serializer.h"

namespace manta {

class SerializerWrapper : public Serializer {
 public:
  explicit SerializerWrapper(Serializer& inner) : inner_(inner) {}

  std::string_view format() const override { return inner_.format(); }
  absl::Status Write(const TypeDescriptor& type, const void* value, SerialSink& sink) override {
    return inner_.Write(type, value, sink);
  }
  absl::Status Read(const TypeDescriptor& type, const SerialSource& source, const ReadLimits& limits, void* binder,
                    void* value) override {
    return inner_.Read(type, source, limits, binder, value);
  }

 protected:
  Serializer& inner() const { return inner_; }

 private:
  Serializer& inner_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
