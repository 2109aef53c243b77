// Generated values of rich types: what is written comes back, cut anywhere does not, and is JSON to others too.
#include <gtest/gtest.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>

#include "core/describe/describe.h"
#include "core/describe/encoded_value.h"
#include "plugins/serializer/json/json_serializer.h"
#include "tests/support/any_value.h"
#include "tests/support/choices.h"
#include "tests/support/rich_types.h"

namespace manta {
namespace {

using namespace serial_values;  // NOLINT: the types of this test.

std::string_view TextOf(const EncodedValue& encoded) {
  return {reinterpret_cast<const char*>(encoded.stream().data()), encoded.stream().size()};
}

// nlohmann/json knows none of them, which stand for bytes that are no text.
std::string WithoutLoneSurrogates(std::string text) {
  for (size_t at = text.find("\\udc"); at != std::string::npos; at = text.find("\\udc", at))
    text.replace(at, 4, "\\u00");
  return text;
}

class JsonPropertyTest : public testing::TestWithParam<uint32_t> {
 protected:
  template <typename T>
  T Generated(uint64_t seed) {
    SeededChoices choices(seed);
    T value{};
    GenerateValue(Describe<T>(), &value, choices, {.long_row_bytes = 4096, .binder = &binder_});
    return value;
  }

  template <typename T>
  absl::Status Read(std::string_view text, T& value) {
    SerialSource source;
    source.stream = std::as_bytes(std::span(text));
    return serializer_.Read(Describe<T>(), source, {}, &binder_, &value);
  }

  template <typename T>
  void ComesBackAndOnlyWhole(uint64_t round_count) {
    for (uint64_t seed = 0; seed < round_count; ++seed) {
      const T value = Generated<T>(seed);
      EncodedValue encoded;
      ASSERT_TRUE(serializer_.Write(Describe<T>(), &value, encoded).ok()) << seed;
      const std::string text(TextOf(encoded));
      T back{};
      const absl::Status status = Read(text, back);
      ASSERT_TRUE(status.ok()) << seed << status;
      ASSERT_EQ(PrintValue(back), PrintValue(value)) << seed;
      ASSERT_TRUE(nlohmann::json::accept(WithoutLoneSurrogates(text))) << seed << text;
      SeededChoices choices(seed);
      for (int cut = 0; cut < 3; ++cut) {
        T part{};
        ASSERT_EQ(Read(std::string_view(text).substr(0, choices.Below(text.size())), part).code(),
                  absl::StatusCode::kInvalidArgument)
            << seed;
      }
    }
  }

  JsonSerializer serializer_{GetParam()};
  Binder binder_;
};

TEST_P(JsonPropertyTest, ARichValueComesBackAndOnlyWhole) { ComesBackAndOnlyWhole<Everything>(12); }

TEST_P(JsonPropertyTest, AValueThatContainsItselfComesBackAndOnlyWhole) { ComesBackAndOnlyWhole<Node>(40); }

TEST_P(JsonPropertyTest, OtherVersionsAreReadFieldByField) {
  for (uint64_t seed = 0; seed < 200; ++seed) {
    const auto old = Generated<SettingsV1>(seed);
    EncodedValue encoded;
    ASSERT_TRUE(serializer_.Write(Describe<SettingsV1>(), &old, encoded).ok());
    SettingsV2 as_new;
    ASSERT_TRUE(serializer_.Read(Describe<SettingsV2>(), encoded.source(), {}, nullptr, &as_new).ok());
    const SettingsV2 defaults;
    EXPECT_EQ(PrintValue(as_new.origin), PrintValue(old.origin));
    EXPECT_EQ(as_new.limits, old.limits);
    EXPECT_EQ(as_new.name, old.name);
    EXPECT_EQ(as_new.width, defaults.width);
    EXPECT_EQ(as_new.comment, defaults.comment);
    encoded.Clear();
    ASSERT_TRUE(serializer_.Write(Describe<SettingsV2>(), &as_new, encoded).ok());
    SettingsV1 back;
    ASSERT_TRUE(serializer_.Read(Describe<SettingsV1>(), encoded.source(), {}, nullptr, &back).ok());
    EXPECT_EQ(back.name, old.name);
    EXPECT_EQ(back.limits, old.limits);
    EXPECT_EQ(back.size, SettingsV1().size);
  }
}

INSTANTIATE_TEST_SUITE_P(Indent, JsonPropertyTest, testing::Values(0, 2));

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
