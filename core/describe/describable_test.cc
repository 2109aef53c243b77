// What Describe would refuse is told apart, without an error of the compiler.
#include "core/describe/describable.h"

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "core/base/array.h"
#include "core/base/buffer.h"
#include "core/base/ids.h"
#include "gtest/gtest.h"

namespace manta {
namespace {

struct Link {
  ObjectId id;
};

struct Plain {
  int number;
  std::string text;
  std::vector<double> row;
};
struct Tree {
  int number;
  std::vector<Tree> branches;
  std::unique_ptr<Tree> other;
};
struct Points {
  Plain plain;
  int* where;
};
struct PointsDeep {
  std::vector<Points> points;
};
class Closed {
 public:
  explicit Closed(int number) : number_(number) {}
  int number() const { return number_; }

 private:
  int number_;
};
class Named {
 public:
  int number() const { return number_; }

 private:
  int number_ = 0;
  MANTA_DESCRIBE(Named, number_)
};
struct Derived : Plain {
  int more;
};
struct Padded {
  char letter;
  int number;
};

}  // namespace

template <>
struct ReferenceTraits<Link> {
  static ObjectId Id(const Link& link) { return link.id; }
  static bool Bind(Link& link, ObjectId id, void*) {
    link.id = id;
    return true;
  }
};
template <>
struct Codec<Closed> {
  using Wire = int;
  static Wire ToWire(const Closed& closed) { return closed.number(); }
  static std::optional<Closed> FromWire(Wire number) { return Closed(number); }
};

namespace {

class Secret {
 public:
  explicit Secret(int number) : number_(number) {}
  int number() const { return number_; }

 private:
  int number_;
};

// Each of them is described, too: the answer is true where Describe compiles.
template <typename... T>
bool DescribesAll() {
  static_assert((kDescribable<T> && ...));
  return (!Describe<T>().name.empty() && ...);
}

TEST(DescribableTest, WhatDescribesItselfOrWasDescribed) {
  EXPECT_TRUE(
      (DescribesAll<int, bool, double, std::byte, std::string, Plain, Tree, Named, Closed, Link, LocalOnly<int>>()));
  EXPECT_TRUE((DescribesAll<std::vector<Link>, std::vector<bool>, std::map<int, Plain>, std::optional<Plain>,
                            std::variant<int, Plain>, std::pair<int, Tree>, std::tuple<Named, Closed>, int[3]>()));
  EXPECT_TRUE((DescribesAll<Buffer, Array<float>, std::vector<Array<int>>>()));
}

TEST(DescribableTest, WhatPointsOrHides) {
  static_assert(!kDescribable<int*> && !kDescribable<const std::atomic<bool>*> && !kDescribable<std::shared_ptr<int>>);
  static_assert(!kDescribable<std::string_view> && !kDescribable<std::span<const int>> && !kDescribable<Secret>);
  static_assert(!kDescribable<Points> && !kDescribable<PointsDeep> && !kDescribable<std::map<int, Points>>);
  static_assert(!kDescribable<std::variant<int, int*>> && !kDescribable<std::tuple<int, Secret>>);
  static_assert(!kDescribable<std::optional<Secret>> && !kDescribable<std::unique_ptr<int[]>>);
  static_assert(!kDescribable<std::atomic<int>> && !kDescribable<std::mutex> && !kDescribable<std::function<void()>>);
  static_assert(!kDescribable<Derived> && !kDescribable<long double> && !kDescribable<Array<Padded>>);
  EXPECT_EQ(Secret(7).number(), 7);
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
