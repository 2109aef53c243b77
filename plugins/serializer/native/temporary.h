// plugins/serializer/native/temporary.h -- memory for one value that is about to move elsewhere.
//
// Threads   One thread.
// Memory    On the stack for small values. A value that was made in it is destroyed with it, unless it was before.
#pragma once

#include <cstddef>
#include <new>

#include "core/interface/type_descriptor.h"

namespace manta::native {

class Temporary {
 public:
  explicit Temporary(const TypeDescriptor& type) : type_(type) {
    if (type.size_bytes <= sizeof(small_) && type.alignment_bytes <= alignof(std::max_align_t)) {
      memory_ = small_;
    } else {
      memory_ = ::operator new (type.size_bytes, std::align_val_t{type.alignment_bytes}, std::nothrow);
    }
  }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;
  ~Temporary() {
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

}  // namespace manta::native

// SPDX-License-Identifier: Apache-2.0
