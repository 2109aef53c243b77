// tools/bench/soak/load.h -- does a bit of everything, over and over, and checks what comes back.
//
// Each round puts, gets and drops values, runs tasks that return, throw, time out and are cancelled, makes actors and
// ends them, takes some of an endless stream, puts references into values, and keeps more in the store than its memory
// holds. How many of each, and which, a seed decides. What a load holds stays the same, however many rounds it does.
//
// Threads   One thread; what it starts runs on the runtime's.
// Errors    Throws std::runtime_error when something else comes back than should.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "api/manta.h"

namespace manta::bench {

struct LoadCounts {
  uint64_t rounds = 0;
  uint64_t puts = 0;
  uint64_t tasks = 0;
  uint64_t errors = 0;  // That were wanted, and came.
  uint64_t cancelled = 0;
  uint64_t actors = 0;
  uint64_t items = 0;   // Of streams.
  uint64_t stored = 0;  // Put into the store by their ids, and read back from there, or from its disk.
};

class Load {
 public:
  // Keeps `stored_bytes` in the runtime's store.
  Load(Runtime& runtime, uint64_t seed, uint64_t stored_bytes);
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;
  ~Load();  // Deletes what it holds.

  void Round();

  const LoadCounts& counts() const { return counts_; }

 private:
  uint64_t Below(uint64_t limit) { return random_() % limit; }

  void Values();
  void Arrays();
  void Tasks();
  void NestedReferences();
  void Errors();
  void Cancellations();
  void Actors();
  void Streams();
  void StoredObjects();

  void ReadStored(uint64_t number);

  Runtime& runtime_;
  std::mt19937_64 random_;
  LoadCounts counts_;
  std::vector<ObjectRef<std::string>> texts_;  // Each is replaced now and then.
  std::map<uint64_t, uint64_t> stored_;        // Size by number: the objects (kStoredWorker, number) of the store.
  const uint64_t stored_bytes_max_;
  uint64_t stored_bytes_ = 0;
  uint64_t last_stored_ = 0;
};

}  // namespace manta::bench

// SPDX-License-Identifier: Apache-2.0
