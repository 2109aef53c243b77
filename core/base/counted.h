// core/base/counted.h -- shares an immutable object by a count that lies in it: a std::shared_ptr of half the size.
//
//   struct Route : manta::Counted<Route> { ... };
//   manta::CountedPtr<const Route> route = manta::MakeCounted<Route>(...);
//
// Threads   As std::shared_ptr: copies of one pointer are [any-thread], one pointer is not.
// Memory    The object is destroyed with the last pointer.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace manta {

template <typename T>
class CountedPtr;

// What is counted derives from this, publicly.
class Counted {
 public:
  Counted() = default;
  Counted(const Counted&) {}
  Counted& operator=(const Counted&) { return *this; }

 private:
  template <typename T>
  friend class CountedPtr;
  mutable std::atomic<uint32_t> pointers_{0};
};

template <typename T>
class CountedPtr {
 public:
  CountedPtr() = default;
  CountedPtr(std::nullptr_t) {}  // NOLINT: as for std::shared_ptr.
  explicit CountedPtr(T* object) : object_(object) { Retain(); }
  CountedPtr(const CountedPtr& other) : object_(other.object_) { Retain(); }
  CountedPtr(CountedPtr&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  CountedPtr& operator=(CountedPtr other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~CountedPtr() {
    if (object_ != nullptr && object_->pointers_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete object_;
  }

  T* get() const { return object_; }
  T& operator*() const { return *object_; }
  T* operator->() const { return object_; }
  explicit operator bool() const { return object_ != nullptr; }
  friend bool operator==(const CountedPtr&, const CountedPtr&) = default;

 private:
  void Retain() const {
    if (object_ != nullptr) object_->pointers_.fetch_add(1, std::memory_order_relaxed);
  }

  T* object_ = nullptr;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
