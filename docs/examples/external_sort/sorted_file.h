// docs/examples/external_sort/sorted_file.h -- reads a file of records from front to end, and says what is in it.
//
// It knows nothing of how the file was made, and shares no line with what made it: so it is a judge.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace external_sort {

// Whatever the order, these are the same for the same records; `pair_sum` also says which number belongs to which key.
struct FileFacts {
  uint64_t record_count = 0;
  uint64_t key_sum = 0;
  uint64_t key_xor = 0;
  uint64_t pair_sum = 0;
  uint64_t first_misplaced = UINT64_MAX;  // A record with a smaller key than the one before. UINT64_MAX: there is none.
};

// Records are two 64-bit words: a key and a number. Throws std::runtime_error when the file cannot be read, or ends
// within a record. `at_step` is told now and then how many bytes were read; what it throws ends the reading.
FileFacts ReadSortedFile(const std::string& path, const std::function<void(uint64_t read_bytes)>& at_step);

}  // namespace external_sort

// SPDX-License-Identifier: Apache-2.0
