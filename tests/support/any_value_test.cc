#include "tests/support/any_value.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "tests/support/choices.h"
#include "tests/support/rich_types.h"

namespace manta {
namespace {

using namespace serial_values;  // NOLINT: the types of this test.

template <typename T>
T Generated(uint64_t seed, GenerateOptions options = {}) {
  SeededChoices choices(seed);
  Binder binder;
  options.binder = &binder;
  T value{};
  GenerateValue(Describe<T>(), &value, choices, options);
  return value;
}

TEST(AnyValueTest, TheSameSeedMakesTheSameValueAndOthersOthers) {
  std::set<std::string> different;
  for (uint64_t seed = 0; seed < 50; ++seed) {
    const std::string text = PrintValue(Generated<Everything>(seed, {.long_row_bytes = 4096}));
    EXPECT_EQ(text, PrintValue(Generated<Everything>(seed, {.long_row_bytes = 4096})));
    different.insert(text);
  }
  EXPECT_EQ(different.size(), 50u);
}

TEST(AnyValueTest, EqualValuesPrintAlikeAndOthersDoNot) {
  EXPECT_EQ(PrintValue(MakeRich()), PrintValue(MakeRich()));
  Rich changed = MakeRich();
  changed.tree->children[1].children[0].value = 5;
  EXPECT_NE(PrintValue(changed), PrintValue(MakeRich()));
  EXPECT_NE(PrintValue(std::vector<std::string>{"a b", "c"}), PrintValue(std::vector<std::string>{"a", "b c"}));
  EXPECT_NE(PrintValue(0.0), PrintValue(-0.0));
  EXPECT_NE(PrintValue(std::optional<std::optional<int>>()),
            PrintValue(std::optional<std::optional<int>>(std::in_place)));
  EXPECT_EQ(PrintValue(std::numeric_limits<float>::quiet_NaN()), PrintValue(-std::numeric_limits<float>::quiet_NaN()));
  std::unordered_set<int> there, back;
  for (int i = 0; i < 100; ++i) there.insert(i);
  for (int i = 99; i >= 0; --i) back.insert(i);
  EXPECT_EQ(PrintValue(there), PrintValue(back));
}

// Every kind's edges come up: what a generator never makes, no test with it sees.
TEST(AnyValueTest, EdgesComeUp) {
  bool infinite = false, not_a_number = false, smallest = false, long_row = false, nothing = false, deep = false;
  std::set<size_t> alternatives;
  for (uint64_t seed = 0; seed < 300; ++seed) {
    const auto real = Generated<double>(seed);
    infinite |= real == std::numeric_limits<double>::infinity();
    not_a_number |= real != real;
    smallest |= Generated<int32_t>(seed) == std::numeric_limits<int32_t>::min();
    long_row |= Generated<std::vector<float>>(seed, {.long_row_bytes = 4096}).size() >= 1024;
    nothing |= Generated<std::optional<int>>(seed) == std::nullopt;
    alternatives.insert(Generated<Rich>(seed).choice.index());
    const auto node = Generated<Node>(seed);
    deep |= node.next != nullptr && !node.next->children.empty() && node.next->children[0].next != nullptr;
  }
  EXPECT_TRUE(infinite && not_a_number && smallest && long_row && nothing && deep);
  EXPECT_THAT(alternatives, testing::ElementsAre(0, 1, 2, 3));
}

TEST(AnyValueTest, LimitsHold) {
  for (uint64_t seed = 0; seed < 100; ++seed) {
    EXPECT_LT(PrintValue(Generated<Node>(seed, {.value_count_max = 20})).size(), 20u * 200);
    EXPECT_EQ(Generated<std::vector<std::vector<int>>>(seed, {.depth_max = 0}).size(), 0u);
    EXPECT_LE(Generated<std::vector<bool>>(seed, {.element_count_max = 2}).size(), 2u);
  }
}

TEST(AnyValueTest, BytesDecideAndMayRunDry) {
  const std::byte bytes[] = {std::byte{3}, std::byte{1}, std::byte{2}, std::byte{9}};
  ByteChoices choices(bytes);
  EXPECT_EQ(choices.Below(1), 0u);  // Nothing to choose: no byte is taken.
  EXPECT_EQ(choices.Below(256), 3u);
  EXPECT_EQ(choices.Below(1000), 0x0102u);
  EXPECT_EQ(choices.Below(4), 1u);
  EXPECT_EQ(choices.Below(0), 0u);
  Everything value;
  Binder binder;
  GenerateValue(Describe<Everything>(), &value, choices, {.binder = &binder});
  EXPECT_TRUE(value.riches.empty());
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
