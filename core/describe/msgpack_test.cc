#include "core/describe/msgpack.h"

#include <gtest/gtest.h>

#include <map>
#include <msgpack.hpp>
#include <string>
#include <vector>

namespace manta {
namespace {

class Money {
 public:
  Money() = default;
  MSGPACK_DEFINE_MAP(currency_, cents_)
  const int64_t& cents() const { return cents_; }

 private:
  int64_t cents_ = 0;
  std::string currency_;
};

struct Pair {
  int32_t left = 0;
  double right = 0;
  int32_t left_out = 0;
  MSGPACK_DEFINE(left, right)
};

struct Named {
  std::string text;
  std::string other;
  MSGPACK_DEFINE_MAP(MSGPACK_NVP("the text", text), other)
};

struct Tree : Pair {
  std::vector<Tree> children;
  std::map<std::string, Money> money;
  MSGPACK_DEFINE(MSGPACK_BASE_ARRAY(Pair), children, money)
};

struct Nothing {
  int32_t left_out = 0;
  MSGPACK_DEFINE()
};

struct Both {
  int32_t a = 0;
  int32_t b = 0;
  MSGPACK_DEFINE(a)
  MANTA_DESCRIBE(Both, a, b)
};

std::string Shape(const TypeDescriptor& type) {
  std::string shape(type.name);
  for (const FieldDescriptor& field : type.fields) {
    shape += " | " + std::string(field.name) + " " + std::string(field.type().name);
  }
  return shape;
}

TEST(DescribeMsgpackTest, MapsHaveNamedFields) {
  const TypeDescriptor& type = Describe<Money>();
  EXPECT_EQ(type.kind, TypeKind::kStruct);
  EXPECT_EQ(Shape(type), "manta::(anonymous)::Money | currency_ string | cents_ int64");
  const Money money;
  EXPECT_EQ(reinterpret_cast<const std::byte*>(&money) + type.fields[1].offset_bytes,
            reinterpret_cast<const std::byte*>(&money.cents()));
  EXPECT_EQ(Shape(Describe<Named>()), "manta::(anonymous)::Named | the text string | other string");
}

TEST(DescribeMsgpackTest, ArraysHaveFieldsWithoutNames) {
  EXPECT_EQ(Shape(Describe<Pair>()), "manta::(anonymous)::Pair |  int32 |  float64");
  EXPECT_EQ(Describe<Pair>().fields[1].offset_bytes, offsetof(Pair, right));
  EXPECT_EQ(Describe<Pair>().plain, 0u);  // What is left out is no part of the value.
  EXPECT_EQ(Describe<Nothing>().kind, TypeKind::kStruct);
  EXPECT_TRUE(Describe<Nothing>().fields.empty());
}

TEST(DescribeMsgpackTest, BasesAndRecursionAreFields) {
  const TypeDescriptor& type = Describe<Tree>();
  ASSERT_EQ(type.fields.size(), 3u);
  EXPECT_EQ(&type.fields[0].type(), &Describe<Pair>());
  EXPECT_EQ(&type.fields[1].type().element(), &type);
  EXPECT_EQ(&type.fields[2].type().element(), &Describe<Money>());
  EXPECT_FALSE(kContainsRefs<Tree>);
}

TEST(DescribeMsgpackTest, MantaDescribeWins) {
  EXPECT_EQ(Shape(Describe<Both>()), "manta::(anonymous)::Both | a int32 | b int32");
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
