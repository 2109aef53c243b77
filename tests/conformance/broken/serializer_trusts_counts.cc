// Takes memory for as many elements as a count says.
#include <algorithm>
#include <memory>

#include "tests/conformance/broken/broken_serializer.h"

namespace {

using namespace manta;

class Broken final : public conformance::RightSerializer {
 public:
  bool TakeNumber(std::span<const std::byte>& stream, uint64_t& number) override {
    constexpr uint64_t kEnoughToBeSeen = 16 << 20;
    if (!RightSerializer::TakeNumber(stream, number)) return false;
    elements_ = std::make_unique_for_overwrite<std::byte[]>(std::min(number, kEnoughToBeSeen));
    return true;
  }

 private:
  static thread_local std::unique_ptr<std::byte[]> elements_;
};

thread_local std::unique_ptr<std::byte[]> Broken::elements_;

}  // namespace

MANTA_PLUGIN(manta::Serializer, manta::conformance::MakeSerializer<Broken>, .name = "test.serializer.trusts_counts",
             .summary = "Takes memory for as many elements as a count says", .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
