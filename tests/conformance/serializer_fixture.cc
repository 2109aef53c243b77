#include "tests/conformance/serializer_fixture.h"

#include <utility>

#include "glog/logging.h"
#include "tests/conformance/support/suite.h"

namespace manta::conformance {

OwnSerializer::OwnSerializer() : host_(std::make_unique<SuiteHost>(Plugin().slot(), Options().seed)) {
  absl::StatusOr<std::unique_ptr<Serializer>> made = Plugin().Make<Serializer>(*host_);
  // main has tried it; a create that fails now and then leaves nothing to test.
  CHECK(made.ok() && *made != nullptr) << "the plugin's create failed: " << made.status().ToString();
  serializer_ = std::move(*made);
}

void SerializerConformance::TearDown() {
  EXPECT_EQ(keeper_.held_count, 0) << "accounting: no value is left, and the keeper is still retained";
}

}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
