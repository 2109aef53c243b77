// core/runtime/native_charge.h -- is what a large native value has taken from the memory budget.
//
// Made for values that own much memory (kBytesMin); it ends with the value, which points to it from behind. Until the
// object dies, or lets go of the value, it stands in the list of those that may be moved into the store.
//
// Threads   As ValueRouter, whose lists these are.
#pragma once

#include <cstdint>
#include <memory>

#include "core/base/intrusive_list.h"

namespace manta {

class SharedObject;
class ValueRouter;

struct NativeCharge : ListLink {
  static constexpr uint64_t kBytesMin = 4096;

  // The value is gone. Null: it had none.
  static void End(NativeCharge* charge) noexcept {
    if (charge != nullptr) [[unlikely]]
      EndOne(charge);
  }

  std::shared_ptr<ValueRouter> router;
  SharedObject* object = nullptr;
  uint32_t shard = 0;      // Which list.
  bool forgotten = false;  // The value is not to be moved any more. Under the list's lock.
  uint64_t bytes = 0;      // Taken from the budget. Less than the value owns when there was no room.

 private:
  static void EndOne(NativeCharge* charge) noexcept;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
