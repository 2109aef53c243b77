#include "core/describe/signature.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/describe/describe.h"

namespace before {
struct Point {
  float x;
  float y;
};
}  // namespace before

// The same type as another build of the program sees it.
template <>
struct manta::TypeNameOf<before::Point> {
  static std::string Get() { return "Point"; }
};

namespace after {
struct Point {
  float x;
  double y;
};
struct Renamed {
  float x;
  float z;
};
struct Node {
  int value;
  std::vector<Node> children;
};
}  // namespace after

template <>
struct manta::TypeNameOf<after::Point> {
  static std::string Get() { return "Point"; }
};
template <>
struct manta::TypeNameOf<after::Renamed> {
  static std::string Get() { return "Point"; }
};

namespace manta {
namespace {

using testing::AllOf;
using testing::HasSubstr;

template <typename T>
uint64_t SignatureOf() {
  return TypeSignature(Describe<T>());
}

TEST(SignatureTest, DiffersWhereBytesWouldMeanSomethingElse) {
  const std::set<uint64_t> signatures = {SignatureOf<int>(),
                                         SignatureOf<unsigned>(),
                                         SignatureOf<int64_t>(),
                                         SignatureOf<float>(),
                                         SignatureOf<std::string>(),
                                         SignatureOf<std::vector<int>>(),
                                         SignatureOf<int[3]>(),
                                         SignatureOf<int[4]>(),
                                         SignatureOf<before::Point>(),
                                         SignatureOf<after::Point>(),
                                         SignatureOf<after::Renamed>(),
                                         SignatureOf<std::map<int, float>>(),
                                         SignatureOf<after::Node>(),
                                         SignatureOf<std::map<float, int>>()};
  EXPECT_EQ(signatures.size(), 14u);
}

TEST(SignatureTest, IsTheSameInEveryBuild) {
  // Written once, from a gcc build; other compilers must agree, or they cannot read each other's objects.
  EXPECT_EQ(SignatureOf<after::Node>(), 8096244664164140563u);
}

TEST(SignatureTest, AnotherTypeIsRefusedWithBothNames) {
  const absl::Status status =
      CheckSameType("string", SignatureOf<std::string>(), Describe<uint64_t>(), /*format_evolves=*/true);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), AllOf(HasSubstr("\"string\""), HasSubstr("\"uint64\"")));
}

TEST(SignatureTest, AnotherLayoutOfTheSameNameIsRefusedUnlessTheFormatEvolves) {
  const uint64_t written = SignatureOf<before::Point>();
  EXPECT_TRUE(CheckSameType("Point", written, Describe<before::Point>(), false).ok());
  EXPECT_TRUE(CheckSameType("Point", written, Describe<after::Point>(), true).ok());
  const absl::Status status = CheckSameType("Point", written, Describe<after::Point>(), false);
  EXPECT_THAT(std::string(status.message()), HasSubstr("Point {x: float32, y: float64}"));
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
