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

#include "core/runtime/handle_places.h"
#include "core/runtime/native_charge.h"
#include "core/runtime/owned_bytes.h"
#include "core/runtime/shared_object.h"
#include "core/runtime/value_type.h"

namespace manta {

// Where a value lies, and behind it the charge of one that owns memory.
template <typename T, bool kCharged = kOwnsMemory<T>>
struct ValueSlot {
  alignas(T) std::byte value[sizeof(T)];
};
template <typename T>
struct ValueSlot<T, true> {
  alignas(T) std::byte value[sizeof(T)];
  NativeCharge* charge = nullptr;
};

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
    new (static_cast<void*>(slot_.value)) T(std::forward<Arguments>(arguments)...);
    LeaveHandles(value());
  }

  T& value() { return *std::launder(reinterpret_cast<T*>(slot_.value)); }

  // Destroys a value that was made and will not be published.
  void DropValue() { value().~T(); }

  // Makes the value visible. REQUIRES: Emplace; nobody else publishes. False: it did not find its place, and the object
  // is an error.
  bool PublishValue() {
    constexpr auto kDestroy = [](void* value) noexcept { static_cast<T*>(value)->~T(); };
    if (this->shell().strict()) [[unlikely]]
      return this->PublishStored(&value(), kDestroy);
    if constexpr (describe_internal::KindOf<T>() == TypeKind::kBlob) {
      if (this->PublishBuilt(runtime_internal::BufferOf(value()), &value(), kDestroy)) return true;
    }
    if constexpr (kOwnsMemory<T>) {
      if (const uint64_t bytes = OwnedBytes(value()); bytes >= NativeCharge::kBytesMin) [[unlikely]] {
        if (!this->Charge(&slot_.charge, bytes)) {
          DropValue();
          return false;
        }
      }
    }
    PublishNow();
    return true;
  }

 private:
  static constexpr size_t kPlace = sizeof(Base);  // Of control_, which is as aligned as Base is.
  using Allocator = BlockAllocator<T, kPlace>;

  // Of the value alone: the object may be gone by then.
  struct DestroyValue {
    void operator()(T* value) const noexcept {
      value->~T();
      if constexpr (kOwnsMemory<T>) NativeCharge::End(reinterpret_cast<ValueSlot<T>*>(value)->charge);
    }
  };

  void PublishNow() {
    auto* const block = static_cast<SharedObject*>(this);
    assert(reinterpret_cast<std::byte*>(block) + kPlace == control_);
    this->PublishNative(std::shared_ptr<T>(&value(), DestroyValue(), Allocator(block, this->pool_class())));
  }

  NativeCharge* charge() final {
    if constexpr (kOwnsMemory<T>) {
      return slot_.charge;
    } else {
      return nullptr;
    }
  }

  alignas(alignof(Base)) std::byte control_[Allocator::kPlaceBytes];
  ValueSlot<T> slot_;
};

template <typename Base>
class ValueState<void, Base> : public Base {
 protected:
  using Base::Base;

 public:
  const ValueType& type() const override { return kValueType<void>; }

  void Emplace() {}
  void DropValue() {}
  bool PublishValue() {
    this->PublishNative(nullptr);
    return true;
  }
};

// A value that was put: made and published by the one who made it.
template <typename T>
class PutState final : public ValueState<T> {
 public:
  template <typename... Arguments>
  static PutState* New(RuntimeShell& shell, SourceSite site, Arguments&&... arguments) {
    void* const block = BlockPool::Allocate(sizeof(PutState), alignof(PutState));
    auto* const state = new (block) PutState(shell, site, SmallOwnedBytes(arguments...));
    try {
      state->Emplace(std::forward<Arguments>(arguments)...);
    } catch (...) {
      state->Release();
      throw;
    }
    return state;
  }

 private:
  PutState(RuntimeShell& shell, SourceSite site, uint32_t owned_bytes)
      : ValueState<T>(shell, ShapeWith(owned_bytes), site) {}

  static constexpr BlockShape ShapeWith(uint32_t owned_bytes) {
    BlockShape shape = ShapeOf<PutState>();
    shape.size_bytes += owned_bytes;
    return shape;
  }

  // What the value will own, when it is too little for a charge of its own.
  template <typename... Arguments>
  static uint32_t SmallOwnedBytes([[maybe_unused]] const Arguments&... arguments) {
    if constexpr (kOwnsMemory<T> && sizeof...(Arguments) == 1 && (std::is_same_v<T, Arguments> && ...)) {
      const uint64_t bytes = (OwnedBytes(arguments) + ...);
      return bytes < NativeCharge::kBytesMin ? static_cast<uint32_t>(bytes) : 0;
    } else {
      return 0;
    }
  }
};

// A value that somebody will give later.
template <typename T>
class PromiseState final : public ValueState<T> {
 public:
  static PromiseState* New(RuntimeShell& shell, SourceSite site = {}) {
    return new (BlockPool::Allocate(sizeof(PromiseState), alignof(PromiseState))) PromiseState(shell, site);
  }

 private:
  PromiseState(RuntimeShell& shell, SourceSite site) : ValueState<T>(shell, ShapeOf<PromiseState>(), site) {}
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
