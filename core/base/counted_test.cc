#include "core/base/counted.h"

#include <utility>

#include "gtest/gtest.h"

namespace manta {
namespace {

struct Node : Counted {
  explicit Node(int* destroyed) : destroyed(destroyed) {}
  ~Node() { ++*destroyed; }
  int* destroyed;
};

TEST(CountedPtrTest, TheObjectIsDestroyedOnceWithTheLastPointer) {
  int destroyed = 0;
  {
    CountedPtr<const Node> outer;
    {
      CountedPtr<const Node> first(new Node(&destroyed));
      CountedPtr<const Node> second = first;
      EXPECT_EQ(first, second);
      outer = std::move(second);
      EXPECT_FALSE(second);  // NOLINT: it is empty once moved from.
    }
    EXPECT_EQ(destroyed, 0);
    outer = CountedPtr<const Node>(outer);
    EXPECT_EQ(destroyed, 0);
  }
  EXPECT_EQ(destroyed, 1);
}

TEST(CountedPtrTest, ANewObjectsCountIsItsOwn) {
  int destroyed = 0;
  CountedPtr<const Node> first(new Node(&destroyed));
  CountedPtr<const Node> second(new Node(*first));
  first = nullptr;
  EXPECT_EQ(destroyed, 1);
  second = nullptr;
  EXPECT_EQ(destroyed, 2);
}

TEST(CountedPtrTest, EmptyPointersAreEqualToNull) {
  CountedPtr<const Node> empty = nullptr;
  EXPECT_EQ(empty.get(), nullptr);
  EXPECT_EQ(empty, nullptr);
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
