// Serves the thread that came first.
#include <atomic>

#include "tests/conformance/broken/broken_serializer.h"

namespace {

using namespace manta;

class Broken final : public conformance::BrokenSerializer {
 public:
  absl::Status Write(const TypeDescriptor& type, const void* value, SerialSink& sink) override {
    if (!IsFirst()) return absl::InternalError("of another thread");
    return inner().Write(type, value, sink);
  }
  absl::Status Read(const TypeDescriptor& type, const SerialSource& source, const ReadLimits& limits, void* binder,
                    void* value) override {
    if (!IsFirst()) return absl::InternalError("of another thread");
    return inner().Read(type, source, limits, binder, value);
  }

 private:
  bool IsFirst() {
    static thread_local char of_this_thread;
    char* none = nullptr;
    first_.compare_exchange_strong(none, &of_this_thread);
    return first_ == &of_this_thread;
  }

  std::atomic<char*> first_ = nullptr;
};

}  // namespace

MANTA_PLUGIN(manta::Serializer, manta::conformance::MakeSerializer<Broken>, .name = "test.serializer.first_thread_only",
             .summary = "Serves the thread that came first", .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
