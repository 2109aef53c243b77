#include "core/describe/callable_name.h"

#include <gtest/gtest.h>

namespace manta {

int Free(int x) { return x; }

struct Basket {
  int Add(int x) const { return x; }
};

namespace {

int Hidden(int x) { return x; }

struct Inner {
  int Count() { return 1; }
};

template <typename T>
T Same(T x) {
  return x;
}

constexpr auto kOutside = [](int x) { return x; };

TEST(CallableNameTest, FunctionsAndMethodsAreQualified) {
  EXPECT_EQ(CallableName<Free>(), "manta::Free");
  EXPECT_EQ(CallableName<&Free>(), "manta::Free");
  EXPECT_EQ(CallableName<&Basket::Add>(), "manta::Basket::Add");
}

TEST(CallableNameTest, NamespacesWithoutANameAreLeftOut) {
  EXPECT_EQ(CallableName<Hidden>(), "manta::Hidden");
  EXPECT_EQ(CallableName<&Inner::Count>(), "manta::Inner::Count");
  EXPECT_EQ(PlainClassName<Inner>(), "manta::Inner");
  EXPECT_EQ(PlainClassName<Basket>(), "manta::Basket");
}

TEST(CallableNameTest, LambdasSayThatTheyAre) {
  const std::string_view inside = CallableName<[](int x) { return x; }>();
  EXPECT_EQ(inside.substr(0, 8), "a lambda");
  EXPECT_EQ(inside.find_first_of("<{("), std::string_view::npos) << inside;
  EXPECT_EQ(CallableName<kOutside>().substr(0, 8), "a lambda");
}

TEST(CallableNameTest, TemplatesKeepTheirArguments) {
  EXPECT_NE(CallableName<Same<int>>().find("Same"), std::string_view::npos);
}

TEST(CallableNameTest, BothCompilersWordsAreKnown) {
  using describe_internal::NameForPeople;
  EXPECT_EQ(NameForPeople<200>("<lambda closure object>shop::{anonymous}::Main(int)::<lambda(int)>{}").view(),
            "a lambda in shop::Main");
  EXPECT_EQ(NameForPeople<200>("<lambda closure object>T::Body()::<lambda()>::<lambda(int [3]").view(),
            "a lambda in T::Body");
  EXPECT_EQ(NameForPeople<200>("<lambda closure object><lambda(int)>()").view(), "a lambda");
  EXPECT_EQ(NameForPeople<200>("(lambda at shop.cc:7:3){}").view(), "a lambda");
  EXPECT_EQ(NameForPeople<200>("shop::(anonymous namespace)::(lambda at shop.cc:7:3)").view(), "a lambda in shop");
  EXPECT_EQ(NameForPeople<200>("&shop::(anonymous namespace)::Work").view(), "shop::Work");
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
