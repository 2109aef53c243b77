// core/interface/described_value.h -- helps serializers to make values that are only known by their descriptor.
//
// Some types have no default value to fill: those with a Codec, and structs and arrays of them. They are made in raw
// memory, part by part, and then moved to where they belong.
//
// Threads   One thread.
// Memory    On the stack for small values. A value that was made in it is destroyed with it, unless it was before.
//
// Source    docs/adr/0010-serializers.md.
#pragma once

#include <cstddef>
#include <new>

#include "core/interface/type_descriptor.h"

namespace manta {

// Whether a reader can make a value of the type in raw memory: it has a default value, or a Codec, or it is an array
// or a struct that shows all its parts, and they can be made. [any-thread]
bool IsBuildable(const TypeDescriptor& type);

// Memory for one value that is about to move elsewhere.
class TemporaryValue {
 public:
  explicit TemporaryValue(const TypeDescriptor& type) : type_(type) {
    if (type.size_bytes <= sizeof(small_) && type.alignment_bytes <= alignof(std::max_align_t)) {
      memory_ = small_;
    } else {
      memory_ = ::operator new (type.size_bytes, std::align_val_t{type.alignment_bytes}, std::nothrow);
    }
  }
  TemporaryValue(const TemporaryValue&) = delete;
  TemporaryValue& operator=(const TemporaryValue&) = delete;
  ~TemporaryValue() {
    Destroy();
    if (memory_ != small_) ::operator delete (memory_, std::align_val_t{type_.alignment_bytes});
  }

  // Null: there is none.
  void* memory() { return memory_; }

  // Says that a value was made in memory().
  void set_made() { made_ = true; }

  void Destroy() {
    if (made_) type_.destroy(memory_);
    made_ = false;
  }

 private:
  const TypeDescriptor& type_;
  void* memory_;
  bool made_ = false;  // Set by set_made; unset by Destroy.
  alignas(std::max_align_t) std::byte small_[96];
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
