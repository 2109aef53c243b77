// plugins/object_store/tiered/kept_readers.h -- keeps a reader open for each file that is read from front to end.
//
// Small objects share a file, and mostly come back in the order in which they left. Each read alone waits for the disk
// anew. So the third in a row is read by a reader that reads ahead, which stays here for the fourth. (Two are in a row
// by chance when few objects share a file.)
//
//   - Whoever reads in another order, or another object of the file meanwhile, reads it alone.
//   - A file keeps its reader until it is read to its end or removed, or kIdleReads other reads went by: several files
//     may be read in turn, as in a merge. Those beyond kFilesMax are read one by one.
//
// Threads   [one-at-a-time]: under the store's lock. Readers that are given up are handed out, to go without it.
// Memory    Two buffers of kTransferBytes, a descriptor and a thread for each reader. They stay when nobody reads any
//           more, since time is counted in reads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "plugins/object_store/tiered/spill_file.h"
#include "plugins/object_store/tiered/tiered_object.h"

namespace manta {

class KeptReaders {
 public:
  static constexpr size_t kFilesMax = 4;
  static constexpr uint64_t kIdleReads = 16;
  static constexpr uint64_t kInARow = 3;

  // How an entry is to be read.
  struct Lease {
    std::unique_ptr<SpillReader> reader = nullptr;  // Null: by a new one,
    bool is_ahead = false;                          // which reads ahead, and is given back.
  };

  // Called for each entry that is read.
  Lease Take(SpilledFile& file, const SpillEntry& entry);

  // Ends a lease that is ahead. `is_good`: all that was asked for was read.
  void GiveBack(const SpilledFile& file, std::unique_ptr<SpillReader> reader, bool is_good);

  // The file goes. REQUIRES: nobody has its reader.
  void Forget(const SpilledFile& file);

  bool has_given_up() const { return !given_up_.empty(); }
  // Those whose last transfer has ended: whoever takes them must not wait for a disk that nobody asks any more.
  std::vector<std::unique_ptr<SpillReader>> TakeGivenUp();

 private:
  struct Kept {
    const SpilledFile* file;
    std::unique_ptr<SpillReader> reader;  // Null: somebody has it.
    uint64_t last_read;
  };

  std::vector<Kept>::iterator Find(const SpilledFile& file);
  void GiveUpIdle();
  void GiveUp(std::unique_ptr<SpillReader> reader);

  std::vector<Kept> kept_;
  std::vector<std::unique_ptr<SpillReader>> given_up_;
  uint64_t reads_ = 0;  // The moment.
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
