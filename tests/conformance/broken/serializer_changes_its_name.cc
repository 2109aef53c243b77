// Its format is called otherwise each time.
#include <atomic>
#include <string_view>

#include "tests/conformance/broken/broken_serializer.h"

namespace {

using namespace manta;

class Broken final : public conformance::BrokenSerializer {
 public:
  std::string_view format() const override { return ++count_ % 2 == 0 ? "even" : "odd"; }

 private:
  mutable std::atomic<int> count_ = 0;
};

}  // namespace

MANTA_PLUGIN(manta::Serializer, manta::conformance::MakeSerializer<Broken>, .name = "test.serializer.changes_its_name",
             .summary = "Its format is called otherwise each time", .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
