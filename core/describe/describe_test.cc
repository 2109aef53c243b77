#include "core/describe/describe.h"

#include <gtest/gtest.h>

#include <complex>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

namespace shapes {

struct Point {
  float x = 0;
  float y = 0;
};

struct Mixed {
  int alpha = 0;
  double row[3] = {};
  std::string text;
  int grid[2][2] = {};
  std::optional<int> maybe;
  const int fixed = 7;
  std::string names[2];
};

struct Tree {
  int value = 0;
  std::vector<Tree> children;
  std::unique_ptr<Tree> twin;
};

struct Padded {
  char letter = 0;
  int number = 0;
};

struct Empty {};

// No default value, and an array of its kind.
struct Number {
  explicit Number(int value) : value(value) {}
  int value;
};
struct HoldsNumbers {
  int first;
  Number one;
  Number two[2];
  std::string last;
};

class Account {
 public:
  Account() = default;
  explicit Account(int64_t cents) : cents_(cents) {}
  int64_t cents() const { return cents_; }

 private:
  int64_t cents_ = 0;
  std::string owner_;
  MANTA_DESCRIBE(Account, cents_, owner_)
};

class Savings : public Account {
 public:
  double rate = 0;
  Account parent;
  MANTA_DESCRIBE(Savings, rate, parent)
};

template <typename T>
struct Box {
  T content;
};
template <typename T, int kCount>
struct Row {
  T cells[kCount];
};

enum class Color : uint16_t { kRed, kGreen };
enum Old { kOld };

struct Angle {
  explicit Angle(double radians) : radians(radians) {}
  double radians;
};

struct Throws {
  Throws() { throw 1; }
  int value = 0;
  MANTA_DESCRIBE(Throws, value)
};

struct Link {
  manta::ObjectId id;
};

struct HoldsLink {
  int before = 0;
  std::map<std::string, std::vector<Link>> links;
};

struct HoldsLocal {
  manta::LocalOnly<int*> pointer;
};

}  // namespace shapes

template <>
struct manta::Codec<shapes::Number> {
  using Wire = int;
  static int ToWire(const shapes::Number& number) { return number.value; }
  static std::optional<shapes::Number> FromWire(int value) { return shapes::Number(value); }
};

template <>
struct manta::Codec<shapes::Angle> {
  using Wire = double;
  static double ToWire(const shapes::Angle& angle) { return angle.radians; }
  static std::optional<shapes::Angle> FromWire(double radians) {
    if (radians < 0) return std::nullopt;
    return shapes::Angle(radians);
  }
};

template <>
struct manta::ReferenceTraits<shapes::Link> {
  static ObjectId Id(const shapes::Link& link) { return link.id; }
  static bool Bind(shapes::Link& link, ObjectId id, void* binder) {
    link.id = id;
    return binder != nullptr;
  }
};

namespace manta {
namespace {

using shapes::Account;
using shapes::HoldsLink;
using shapes::HoldsLocal;
using shapes::Mixed;
using shapes::Point;
using shapes::Tree;

TEST(DescribeTest, AggregatesShowNamesOffsetsAndTypes) {
  const TypeDescriptor& type = Describe<Mixed>();
  EXPECT_EQ(type.kind, TypeKind::kStruct);
  EXPECT_EQ(type.name, "shapes::Mixed");
  EXPECT_EQ(type.size_bytes, sizeof(Mixed));
  ASSERT_EQ(type.fields.size(), 7u);
  const Mixed value;
  const auto* base = reinterpret_cast<const std::byte*>(&value);
  const struct {
    std::string_view name;
    const void* address;
    std::string_view type;
  } kWanted[] = {{"alpha", &value.alpha, "int32"},
                 {"row", &value.row, "array<float64,3>"},
                 {"text", &value.text, "string"},
                 {"grid", &value.grid, "array<array<int32,2>,2>"},
                 {"maybe", &value.maybe, "optional<int32>"},
                 {"fixed", &value.fixed, "int32"},
                 {"names", &value.names, "array<string,2>"}};
  for (size_t i = 0; i < type.fields.size(); ++i) {
    EXPECT_EQ(type.fields[i].name, kWanted[i].name);
    EXPECT_EQ(base + type.fields[i].offset_bytes, kWanted[i].address) << kWanted[i].name;
    EXPECT_EQ(type.fields[i].type().name, kWanted[i].type);
  }
}

TEST(DescribeTest, MembersWithoutADefaultValueAreCountedToo) {
  const TypeDescriptor& type = Describe<shapes::HoldsNumbers>();
  ASSERT_EQ(type.fields.size(), 4u);
  EXPECT_EQ(type.fields[2].type().name, "array<shapes::Number,2>");
  EXPECT_EQ(type.construct, nullptr);
  EXPECT_NE(type.relocate, nullptr);
}

TEST(DescribeTest, EqualTypesShareOneDescriptor) {
  EXPECT_EQ(&Describe<Point>(), &Describe<Point>());
  EXPECT_EQ(&Describe<std::vector<Point>>().element(), &Describe<Point>());
}

TEST(DescribeTest, TypesMayContainThemselves) {
  const TypeDescriptor& tree = Describe<Tree>();
  ASSERT_EQ(tree.fields.size(), 3u);
  EXPECT_EQ(&tree.fields[1].type().element(), &tree);
  EXPECT_EQ(&tree.fields[2].type().element(), &tree);
  EXPECT_EQ(tree.fields[2].type().kind, TypeKind::kOptional);
}

TEST(DescribeTest, PlainMeansNoPaddingAndEveryPatternAValue) {
  EXPECT_TRUE(kPlain<Point>);
  EXPECT_TRUE((kPlain<std::array<Point, 3>>));
  EXPECT_TRUE((kPlain<shapes::Row<int, 4>>));
  EXPECT_TRUE(kPlain<std::complex<double>>);
  EXPECT_TRUE(kPlain<shapes::Color>);
  EXPECT_FALSE(kPlain<shapes::Padded>);
  EXPECT_FALSE(kPlain<bool>);         // 2 is no bool.
  EXPECT_FALSE(kPlain<shapes::Old>);  // No fixed underlying type: only some numbers are values.
  EXPECT_FALSE(kPlain<Mixed>);
  EXPECT_FALSE(kPlain<std::string>);
  EXPECT_EQ(Describe<Point>().plain, 1u);
}

TEST(DescribeTest, DescribedClassesShowTheFieldsTheyName) {
  const TypeDescriptor& type = Describe<Account>();
  ASSERT_EQ(type.fields.size(), 2u);
  EXPECT_EQ(type.fields[0].name, "cents_");
  EXPECT_EQ(type.fields[1].name, "owner_");
  const Account account(1234);
  EXPECT_EQ(
      *reinterpret_cast<const int64_t*>(reinterpret_cast<const std::byte*>(&account) + type.fields[0].offset_bytes),
      account.cents());
}

TEST(DescribeTest, ADerivedClassIsNotItsBase) {
  const TypeDescriptor& type = Describe<shapes::Savings>();
  ASSERT_EQ(type.fields.size(), 2u);
  EXPECT_EQ(type.fields[0].name, "rate");
  EXPECT_EQ(type.fields[1].type().name, "shapes::Account");
}

TEST(DescribeTest, NamesAreTheSameWithEveryCompiler) {
  EXPECT_EQ(TypeName<long>(), "int64");
  EXPECT_EQ(TypeName<long long>(), "int64");
  EXPECT_EQ(TypeName<unsigned char>(), "uint8");
  EXPECT_EQ(TypeName<std::byte>(), "byte");
  EXPECT_EQ(TypeName<float>(), "float32");
  EXPECT_EQ(TypeName<std::string>(), "string");
  EXPECT_EQ((TypeName<std::map<std::string, std::vector<shapes::Box<unsigned long>>>>()),
            "map<string,vector<shapes::Box<uint64>>>");
  EXPECT_EQ((TypeName<shapes::Row<long, 3>>()), "shapes::Row<int64,3>");
  EXPECT_EQ((TypeName<std::array<std::unordered_map<int, bool>, 4>>()), "array<unordered_map<int32,bool>,4>");
  EXPECT_EQ((TypeName<std::variant<std::monostate, std::unique_ptr<Tree>>>()),
            "variant<monostate,unique_ptr<shapes::Tree>>");
  EXPECT_EQ(TypeName<shapes::Color>(), "shapes::Color");
  EXPECT_EQ((TypeName<shapes::Box<shapes::Row<unsigned, 7>>>()), "shapes::Box<shapes::Row<uint32,7>>");
}

TEST(DescribeTest, KindsOfTheStandardsTypes) {
  EXPECT_EQ(Describe<std::deque<int>>().kind, TypeKind::kSequence);
  EXPECT_EQ(Describe<std::list<int>>().kind, TypeKind::kSequence);
  EXPECT_EQ(Describe<std::vector<bool>>().kind, TypeKind::kSequence);
  EXPECT_EQ(Describe<std::vector<bool>>().container->data, nullptr);
  EXPECT_NE(Describe<std::vector<int>>().container->data, nullptr);
  EXPECT_EQ(Describe<std::set<int>>().kind, TypeKind::kSet);
  EXPECT_EQ(Describe<std::multiset<int>>().kind, TypeKind::kSet);
  EXPECT_EQ((Describe<std::unordered_map<int, Point>>().kind), TypeKind::kMap);
  EXPECT_EQ((Describe<std::multimap<int, Point>>().kind), TypeKind::kMap);
  EXPECT_EQ((Describe<std::pair<int, Point>>().kind), TypeKind::kStruct);
  EXPECT_EQ((Describe<std::tuple<int, Point, bool>>().fields.size()), 3u);
  EXPECT_EQ(Describe<shapes::Empty>().kind, TypeKind::kUnit);
  EXPECT_EQ(Describe<std::monostate>().kind, TypeKind::kUnit);
  EXPECT_EQ(Describe<std::complex<float>>().count, 2u);
  EXPECT_EQ(Describe<std::chrono::milliseconds>().element().name, "int64");
  EXPECT_EQ(Describe<std::chrono::system_clock::time_point>().kind, TypeKind::kWire);
  EXPECT_EQ(Describe<std::bitset<5>>().element().name, "string");
  EXPECT_EQ(Describe<shapes::Color>().element().name, "uint16");
}

TEST(DescribeTest, ContainersAreFilledAndVisitedThroughTheirFunctions) {
  std::map<int, std::string> map;
  const ContainerOps& ops = *Describe<decltype(map)>().container;
  int key = 3;
  std::string mapped = "three";
  EXPECT_TRUE(ops.insert(&map, &key, &mapped));
  mapped = "again";
  EXPECT_FALSE(ops.insert(&map, &key, &mapped));  // The key is there.
  EXPECT_EQ(ops.size(&map), 1u);
  std::string seen;
  ops.visit(
      &map,
      [](void* context, const void* k, const void* m) {
        *static_cast<std::string*>(context) +=
            std::to_string(*static_cast<const int*>(k)) + *static_cast<const std::string*>(m);
        return true;
      },
      &seen);
  EXPECT_EQ(seen, "3three");

  std::vector<int> row;
  const ContainerOps& row_ops = *Describe<std::vector<int>>().container;
  ASSERT_NE(row_ops.resize(&row, 3), nullptr);
  EXPECT_EQ(row.size(), 3u);
  EXPECT_EQ(row_ops.resize(&row, UINT64_MAX), nullptr);  // Does not throw.
  const int elements[] = {4, 5};
  ASSERT_TRUE(row_ops.assign(&row, elements, 2));
  EXPECT_EQ(row, (std::vector<int>{4, 5}));
  EXPECT_EQ(Describe<std::vector<std::string>>().container->assign, nullptr);
  std::string text = "before";
  ASSERT_TRUE(Describe<std::string>().container->assign(&text, "after", 5));
  EXPECT_EQ(text, "after");
  row_ops.clear(&row);
  EXPECT_TRUE(row.empty());
}

TEST(DescribeTest, ChoicesAreReadAndMade) {
  std::variant<int, std::string> variant = 5;
  const ChoiceOps& ops = *Describe<decltype(variant)>().choice;
  EXPECT_EQ(ops.index(&variant), 0u);
  EXPECT_EQ(*static_cast<const int*>(ops.get(&variant)), 5);
  *static_cast<std::string*>(ops.emplace(&variant, 1)) = "five";
  EXPECT_EQ(std::get<1>(variant), "five");
  EXPECT_EQ(ops.emplace(&variant, 2), nullptr);

  std::unique_ptr<Tree> tree;
  const ChoiceOps& tree_ops = *Describe<std::unique_ptr<Tree>>().choice;
  EXPECT_EQ(tree_ops.get(&tree), nullptr);
  static_cast<Tree*>(tree_ops.emplace(&tree, 1))->value = 9;
  EXPECT_EQ(tree->value, 9);
  tree_ops.emplace(&tree, 0);
  EXPECT_EQ(tree, nullptr);
}

TEST(DescribeTest, CodecsConvertAndMayRefuse) {
  const TypeDescriptor& type = Describe<shapes::Angle>();
  EXPECT_EQ(type.kind, TypeKind::kWire);
  EXPECT_EQ(type.construct, nullptr);
  alignas(shapes::Angle) std::byte memory[sizeof(shapes::Angle)];
  double wire = -1;
  EXPECT_FALSE(type.wire->from_wire(memory, &wire));
  wire = 2;
  ASSERT_TRUE(type.wire->from_wire(memory, &wire));
  wire = 0;
  EXPECT_TRUE(type.wire->to_wire(memory, &wire));
  EXPECT_EQ(wire, 2);
  type.destroy(memory);
}

TEST(DescribeTest, ReferencesAndLocalValuesAreFoundAtCompileTime) {
  EXPECT_TRUE(kContainsRefs<HoldsLink>);
  EXPECT_FALSE(kContainsRefs<Mixed>);
  EXPECT_FALSE(kContainsRefs<Tree>);
  EXPECT_TRUE(kContainsLocalOnly<HoldsLocal>);
  EXPECT_FALSE(kContainsLocalOnly<HoldsLink>);
  shapes::Link link;
  const ReferenceOps& ops = *Describe<shapes::Link>().reference;
  EXPECT_FALSE(ops.bind(&link, ObjectId::ForTest(4), nullptr));
  EXPECT_TRUE(ops.bind(&link, ObjectId::ForTest(5), &link));
  EXPECT_EQ(ops.id(&link), ObjectId::ForTest(5));
}

TEST(DescribeTest, WhatAConstructorThrowsIsFalse) {
  using shapes::Throws;
  alignas(Throws) std::byte memory[sizeof(Throws)];
  EXPECT_FALSE(Describe<Throws>().construct(memory));
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
