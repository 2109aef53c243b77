// core/runtime/name_table.h -- gives names a number that stays valid when what they named is gone.
//
// Threads   [any-thread].
// Memory    Names are kept for good, at most kNameMax of them; what comes later is kOther.
// Cost      A name that this thread has asked for lately: a comparison. Else a lock and a search.
#pragma once

#include <cstdint>
#include <string_view>

namespace manta {

class NameTable {
 public:
  static constexpr uint32_t kOther = 1;
  static constexpr uint32_t kNameMax = 100'000;

  // 0 for "".
  static uint32_t NumberOf(std::string_view name);

  // Lives for ever.
  static std::string_view NameOf(uint32_t number);
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
