// core/base/intrusive_list.h -- keeps elements in order by links that lie in the elements.
//
// Queues of a policy or a scheduler move the same elements about on each call. With the links inside, a move
// allocates nothing and needs no search.
//
//   struct Entry : manta::ListLink { ... };
//   manta::IntrusiveList<Entry> queue;
//   queue.PushFront(entry);  manta::IntrusiveList<Entry>::Remove(entry);
//
// Threads   [one-at-a-time].
// Memory    The list owns nothing; an element outlives its stay in the list, and neither is copied or moved meanwhile.
// Crashes   Adding a linked element, or removing one that is not, is the caller's bug.
// Cost      Every method is O(1).
#pragma once

#include <cassert>

namespace manta {

class ListLink {
 public:
  ListLink() = default;
  ListLink(const ListLink&) = delete;
  ListLink& operator=(const ListLink&) = delete;

  // In some list.
  bool linked() const { return next_ != nullptr; }

 private:
  template <typename T>
  friend class IntrusiveList;

  ListLink* previous_ = nullptr;
  ListLink* next_ = nullptr;
};

// T derives from ListLink.
template <typename T>
class IntrusiveList {
 public:
  IntrusiveList() { ends_.previous_ = ends_.next_ = &ends_; }

  bool empty() const { return ends_.next_ == &ends_; }

  // REQUIRES: !empty().
  T& front() const { return Element(ends_.next_); }
  T& back() const { return Element(ends_.previous_); }

  void PushFront(T& element) {
    ListLink& link = element;
    assert(!link.linked());
    link.previous_ = &ends_;
    link.next_ = ends_.next_;
    ends_.next_->previous_ = &link;
    ends_.next_ = &link;
  }

  // In order from the front. The list must not change meanwhile.
  template <typename Visit>
  void Each(Visit visit) const {
    for (ListLink* link = ends_.next_; link != &ends_; link = link->next_) visit(static_cast<T&>(*link));
  }

  // The same, until `visit` returns false.
  template <typename Visit>
  void EachUntil(Visit visit) const {
    for (ListLink* link = ends_.next_; link != &ends_ && visit(static_cast<T&>(*link)); link = link->next_) {
    }
  }

  // From whichever list it is in.
  static void Remove(T& element) {
    ListLink& link = element;
    assert(link.linked());
    link.previous_->next_ = link.next_;
    link.next_->previous_ = link.previous_;
    link.previous_ = link.next_ = nullptr;
  }

 private:
  T& Element(ListLink* link) const {
    assert(!empty());
    return static_cast<T&>(*link);
  }

  ListLink ends_;  // Before the front and behind the back.
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
