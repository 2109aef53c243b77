// core/runtime/value_state.h -- is the part of an object's block that knows the value's C++ type.
//
// Threads   Emplace and Publish are called once, by whoever makes the value; see shared_object.h for the rest.
// Memory    The value and the control block of the pointers to it lie in the block.
#pragma once

#include <cassert>
#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

#include "core/runtime/shared_object.h"
#include "core/runtime/value_type.h"

namespace manta {

// `Base` is SharedObject, or a class derived from it.
template <typename T, typename Base = SharedObject>
class ValueState : public Base {
 protected:
  using Base::Base;

 public:
  const ValueType& type() const override { return kValueType<T>; }

  // Makes the value; it is not visible yet. Throws what T's constructor throws.
  template <typename... Arguments>
  void Emplace(Arguments&&... arguments) {
    new (static_cast<void*>(value_)) T(std::forward<Arguments>(arguments)...);
  }

  T& value() { return *std::launder(reinterpret_cast<T*>(value_)); }

  // Destroys a value that was made and will not be published.
  void DropValue() { value().~T(); }

  // Makes the value visible. REQUIRES: Emplace; nobody else publishes.
  void PublishValue() {
    struct DestroyValue {
      void operator()(T* value) const noexcept { value->~T(); }
    };
    auto* const block = static_cast<SharedObject*>(this);
    assert(reinterpret_cast<std::byte*>(block) + kPlace == control_);
    this->PublishNative(std::shared_ptr<T>(&value(), DestroyValue(), Allocator(block, this->pool_class())));
  }

 private:
  static constexpr size_t kPlace = sizeof(Base);  // Of control_, which is as aligned as Base is.
  using Allocator = BlockAllocator<T, kPlace>;

  alignas(alignof(Base)) std::byte control_[Allocator::kPlaceBytes];
  alignas(T) std::byte value_[sizeof(T)];
};

template <typename Base>
class ValueState<void, Base> : public Base {
 protected:
  using Base::Base;

 public:
  const ValueType& type() const override { return kValueType<void>; }

  void Emplace() {}
  void DropValue() {}
  void PublishValue() { this->PublishNative(nullptr); }
};

// A value that was put: made and published by the one who made it.
template <typename T>
class PutState final : public ValueState<T> {
 public:
  template <typename... Arguments>
  static PutState* New(RuntimeShell& shell, Arguments&&... arguments) {
    void* const block = BlockPool::Allocate(sizeof(PutState), alignof(PutState));
    auto* const state = new (block) PutState(shell);
    try {
      state->Emplace(std::forward<Arguments>(arguments)...);
    } catch (...) {
      state->Release();
      throw;
    }
    return state;
  }

 private:
  explicit PutState(RuntimeShell& shell) : ValueState<T>(shell, ShapeOf<PutState>()) {}
};

// A value that somebody will give later.
template <typename T>
class PromiseState final : public ValueState<T> {
 public:
  static PromiseState* New(RuntimeShell& shell) {
    return new (BlockPool::Allocate(sizeof(PromiseState), alignof(PromiseState))) PromiseState(shell);
  }

 private:
  explicit PromiseState(RuntimeShell& shell) : ValueState<T>(shell, ShapeOf<PromiseState>()) {}
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
