// What is written comes back: each kind of value, its extremes, and the format's name.
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tests/conformance/serializer_fixture.h"
#include "tests/conformance/serializer_types.h"

namespace manta::conformance {
namespace {

using namespace serial_values;  // NOLINT: the types of this test.

class Format : public SerializerConformance {};

TEST_F(Format, HasANameOfLimitedSize) {
  EXPECT_FALSE(serializer().format().empty());
  EXPECT_LE(serializer().format().size(), Serializer::kFormatBytesMax);
}

TEST_F(Format, HasAlwaysTheSameName) {
  const std::string name(serializer().format());
  const OwnSerializer other;
  EXPECT_EQ(other->format(), name);
  ExpectComesBack(std::string("text"));
  EXPECT_EQ(serializer().format(), name);
}

class RoundTrip : public SerializerConformance {};

TEST_F(RoundTrip, AValueWithAFieldOfEachKindComesBack) { ExpectComesBack(MakeRich()); }

TEST_F(RoundTrip, ADefaultValueComesBack) { ExpectComesBack(Rich()); }

TEST_F(RoundTrip, WholeNumbersComeBackAtTheirLimits) {
  const auto limits_of = []<typename... T>() {
    return std::tuple(std::numeric_limits<T>::min()..., std::numeric_limits<T>::max()..., T{}..., T{1}...);
  };
  ExpectComesBack(limits_of.operator()<int8_t, int16_t, int32_t, int64_t>());
  ExpectComesBack(limits_of.operator()<uint8_t, uint16_t, uint32_t, uint64_t>());
  std::vector<int64_t> around_powers;
  std::vector<uint64_t> powers;
  for (int bit = 0; bit < 64; ++bit) {
    const uint64_t power = uint64_t{1} << bit;
    for (const uint64_t number : {power - 1, power, power + 1}) {
      powers.push_back(number);
      around_powers.push_back(static_cast<int64_t>(number));
      around_powers.push_back(static_cast<int64_t>(0 - number));
    }
  }
  ExpectComesBack(around_powers);
  ExpectComesBack(powers);
}

template <typename Real>
std::vector<Real> Extremes() {
  using Limits = std::numeric_limits<Real>;
  return {Limits::min(),  Limits::max(), Limits::lowest(),     Limits::epsilon(),
          Real(0.1),      Real(1) / 3,   Limits::infinity(),   -Limits::infinity(),
          Real(16777217), Real(1e22),    Limits::denorm_min(), -Limits::denorm_min()};
}

TEST_F(RoundTrip, RealNumbersComeBackExactly) {
  ExpectComesBack(Extremes<float>());
  ExpectComesBack(Extremes<double>());
  for (const double zero : {0.0, -0.0}) {
    double back = 1;
    ASSERT_THAT(Read(Send(zero), back), IsOk());
    EXPECT_EQ(back, 0);
    EXPECT_EQ(std::signbit(back), std::signbit(zero));
  }
  float back = 0;
  ASSERT_THAT(Read(Send(std::numeric_limits<float>::quiet_NaN()), back), IsOk());
  EXPECT_TRUE(std::isnan(back));
}

TEST_F(RoundTrip, TextComesBackByteForByte) {
  std::string all_bytes;
  for (int byte = 0; byte < 256; ++byte) all_bytes += static_cast<char>(byte);
  const std::vector<std::string> texts = {
      "",        std::string(1, '\0'), "\"quoted\\ \n\t\x01\x7f", "\xe2\x82\xac \xf0\x9f\x90\x9f", "\xff\xfe\xc0\x80",
      all_bytes,
  };
  ExpectComesBack(texts);
  ExpectComesBack(std::map<std::string, std::string>{{all_bytes, "key"}, {"", "empty"}});
}

TEST_F(RoundTrip, SizesAroundAFormatsStepsComeBack) {
  for (const size_t size : {0u, 1u, 15u, 16u, 31u, 32u, 254u, 255u, 256u, 4095u, 4096u, 65535u, 65536u}) {
    ExpectComesBack(std::string(size, 's'));
    ExpectComesBack(std::vector<uint8_t>(size, 7));
    ExpectComesBack(std::vector<int16_t>(size, -300));
    ExpectComesBack(std::vector<std::string>(size, "w"));
    ExpectComesBack(std::vector<bool>(size, true));
    ExpectComesBack(Array<float>::CopyOf(std::vector<float>(size, 0.5f)));
  }
}

TEST_F(RoundTrip, NothingInsideSomethingComesBack) {
  using Twice = std::optional<std::optional<int32_t>>;
  ExpectComesBack(std::vector<Twice>{Twice(), Twice(std::optional<int32_t>()), Twice(5)});
  ExpectComesBack(std::vector<std::optional<std::monostate>>{{}, std::monostate()});
  using Choice = std::variant<std::monostate, std::optional<bool>, Empty>;
  ExpectComesBack(std::vector<Choice>{std::monostate(), std::optional<bool>(), std::optional<bool>(false), Empty()});
}

TEST_F(RoundTrip, TypesThatContainThemselvesComeBack) {
  ExpectComesBack(Tree{1, {{2, {{3, {}}, {4, {}}}}, {5, {}}}});
  Chain chain;
  for (int i = 0; i < 30; ++i) {
    Chain longer;
    longer.value = i;
    longer.next = std::make_unique<Chain>(std::move(chain));
    chain = std::move(longer);
  }
  ExpectComesBack(chain);
}

TEST_F(RoundTrip, MessagesComeBackByTheirOwnBytes) {
  ExpectComesBack(Note{"what it says"});
  ExpectComesBack(std::vector<Note>{{""}, {std::string(5000, 'n')}, {std::string("\0\xff", 2)}});
}

TEST_F(RoundTrip, BytesOfOneSerializerAreReadByAnother) {
  const Rich value = MakeRich();
  const Sent sent = Send(value);
  const OwnSerializer other;
  Rich back;
  EXPECT_THAT(other->Read(Describe<Rich>(), sent.source(), {}, &binder(), &back), IsOk());
  EXPECT_TRUE(back == value);
}

TEST_F(RoundTrip, WriteAppendsToWhatTheSinkHolds) {
  EncodedValue sink;
  constexpr char kBefore[] = {'b', 'e', 'f'};
  ASSERT_TRUE(sink.Append(std::as_bytes(std::span(kBefore))));
  const std::vector<std::string> value = {"one", "two", std::string(1000, '3')};
  ASSERT_THAT(serializer().Write(Describe<std::vector<std::string>>(), &value, sink), IsOk());
  ASSERT_GT(sink.stream().size(), sizeof(kBefore));
  EXPECT_EQ(std::memcmp(sink.stream().data(), kBefore, sizeof(kBefore)), 0);
  std::vector<std::string> back;
  EXPECT_THAT(Read(sink.stream().subspan(sizeof(kBefore)), back), IsOk());
  EXPECT_EQ(back, value);
}

}  // namespace
}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
