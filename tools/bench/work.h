// tools/bench/work.h -- does the work of rows that also run in a process of their own (alone.h).
//
// Each checks what it computed, and throws WrongResult.
#pragma once

#include <cstdint>
#include <string>

#include "api/manta.h"
#include "tools/bench/row.h"

namespace manta::bench {

// A runtime with that ref counter, and with `config` of its own.
Runtime InitWithCounter(const std::string& counter, const std::string& config = "");

uint64_t Increment(uint64_t n);

// Submits `count` tasks that increment, then gets all results. Returns how long that took.
double AsyncNs(uint64_t count);

// So many tasks in a second; a first, smaller round goes before.
constexpr uint64_t kAsyncCount = 100'000;
double AsyncPerSecond(const Scale& scale);

// An actor that counts.
class Counter {
 public:
  uint64_t Add(uint64_t amount) { return count_ += amount; }
  uint64_t Count() const { return count_; }

 private:
  uint64_t count_ = 0;
};

// One-way sends to one actor in a second, until all have arrived.
constexpr uint64_t kSendCount = 500'000;
double SendsPerSecond(const Scale& scale);

// Returns how long `count` sends to a new actor took, until all had arrived.
double SendsNs(uint64_t count);

// Tasks in a row, each of which takes the result of the one before.
void RunChain(uint64_t count);

// A root starts ten children, each of them ten, down to the leaves, which return their number; the sums come back up.
// REQUIRES: a power of ten.
void RunSkynetTasks(uint64_t leaf_count);
void RunSkynetActors(uint64_t leaf_count);

// The largest power of ten that is not more than the scaled count.
uint64_t LeafCount(const Scale& scale, uint64_t count);

}  // namespace manta::bench

// SPDX-License-Identifier: Apache-2.0
