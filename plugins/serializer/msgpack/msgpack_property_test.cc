// Generated values of a type with everything in it: what is written comes back, and its bytes, cut anywhere, do not.
#include <gtest/gtest.h>

#include "plugins/serializer/msgpack/msgpack_serializer.h"
#include "tests/support/any_value.h"
#include "tests/support/rich_types.h"

namespace manta {
namespace {

using namespace serial_values;  // NOLINT: the types of this test.

template <typename T>
class MsgpackPropertyTest : public testing::Test {};

using Types = testing::Types<Everything, std::vector<Rich>, Node, std::vector<std::optional<std::optional<Sector>>>,
                             std::map<std::string, std::variant<Tree, std::vector<double>, std::monostate>>,
                             std::vector<std::tuple<int8_t, int16_t, int32_t, int64_t, uint8_t, uint16_t, uint32_t,
                                                    uint64_t, float, double, bool, Color, std::string>>>;
TYPED_TEST_SUITE(MsgpackPropertyTest, Types);

TYPED_TEST(MsgpackPropertyTest, ComesBackAndOnlyWhole) {
  MsgpackSerializer serializer;
  Binder binder;
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE(seed);
    SeededChoices choices(seed);
    TypeParam value{};
    GenerateValue(Describe<TypeParam>(), &value, choices, {.long_row_bytes = 3000, .binder = &binder});
    const Sent sent(serializer, value);
    ASSERT_TRUE(sent.status.ok()) << sent.status;
    TypeParam back{};
    const absl::Status status = serializer.Read(Describe<TypeParam>(), sent.source(), {}, &binder, &back);
    ASSERT_TRUE(status.ok()) << status;
    ASSERT_EQ(PrintValue(back), PrintValue(value));
    for (int i = 0; i < 10; ++i) {
      const auto size = static_cast<ptrdiff_t>(choices.Below(sent.stream.size()));
      const std::vector<std::byte> cut(sent.stream.begin(), sent.stream.begin() + size);
      TypeParam part{};
      EXPECT_EQ(serializer.Read(Describe<TypeParam>(), {.stream = cut}, {}, &binder, &part).code(),
                absl::StatusCode::kInvalidArgument);
    }
  }
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
