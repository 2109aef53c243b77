#include "core/base/intrusive_list.h"

#include <deque>
#include <vector>

#include "gtest/gtest.h"

namespace manta {
namespace {

struct Element : ListLink {
  explicit Element(int number) : number(number) {}
  const int number;
};

// Empties the list from the back, reading the front's consistency on the way.
std::vector<int> Drain(IntrusiveList<Element>& list) {
  std::vector<int> numbers;
  while (!list.empty()) {
    Element& last = list.back();
    numbers.push_back(last.number);
    IntrusiveList<Element>::Remove(last);
    EXPECT_FALSE(last.linked());
  }
  return numbers;
}

TEST(IntrusiveListTest, LastPushedIsFrontAndFirstPushedIsBack) {
  std::deque<Element> elements;
  IntrusiveList<Element> list;
  EXPECT_TRUE(list.empty());
  for (int i = 0; i < 4; ++i) {
    list.PushFront(elements.emplace_back(i));
    EXPECT_TRUE(elements.back().linked());
    EXPECT_EQ(&list.front(), &elements.back());
    EXPECT_EQ(&list.back(), &elements.front());
  }
  EXPECT_EQ(Drain(list), (std::vector<int>{0, 1, 2, 3}));
}

TEST(IntrusiveListTest, RemoveTakesFromEitherEndAndTheMiddle) {
  std::deque<Element> elements;
  IntrusiveList<Element> list;
  for (int i = 0; i < 5; ++i) list.PushFront(elements.emplace_back(i));
  for (int i : {0, 2, 4}) IntrusiveList<Element>::Remove(elements[i]);
  EXPECT_EQ(list.front().number, 3);
  EXPECT_EQ(list.back().number, 1);
  EXPECT_EQ(Drain(list), (std::vector<int>{1, 3}));
}

TEST(IntrusiveListTest, AnElementMovesBetweenLists) {
  Element element(7);
  IntrusiveList<Element> first;
  IntrusiveList<Element> second;
  first.PushFront(element);
  IntrusiveList<Element>::Remove(element);
  second.PushFront(element);
  EXPECT_TRUE(first.empty());
  EXPECT_EQ(&second.front(), &element);
  EXPECT_EQ(Drain(second), std::vector<int>{7});
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
