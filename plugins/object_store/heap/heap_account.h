// plugins/object_store/heap/heap_account.h -- says how many bytes a heap store may still take.
//
// Two limits hold at once: the store's own capacity, and the budget that it shares with the rest of the process.
//
// Threads   All methods are [any-thread]; none blocks.
// Cost      Two atomics and a gauge. Shards take in advance, so that most puts need none of it.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "core/interface/host.h"

namespace manta {

enum class Taken { kOk, kOverCapacity, kOverBudget };

class HeapAccount {
 public:
  HeapAccount(const Host& host, uint64_t capacity_bytes);

  // Takes all of `bytes` or nothing.
  Taken Take(uint64_t bytes);

  // REQUIRES: they were taken.
  void Give(uint64_t bytes);

  // Why Take refused: "of which 12 are free ...", for the end of a message.
  std::string Explain(Taken refused) const;

  uint64_t capacity_bytes() const { return capacity_bytes_; }

 private:
  const uint64_t capacity_bytes_;
  MemoryBudget& budget_;
  Gauge& reserved_gauge_;
  alignas(64) std::atomic<uint64_t> reserved_bytes_{0};  // Written by all; the rest is read by all.
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
