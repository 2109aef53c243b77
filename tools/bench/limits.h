// tools/bench/limits.h -- measures what this machine can do without any framework.
//
// Each is the plainest code that does the same work as a row it bounds. Hand-overs are there and back again.
#pragma once

#include "tools/bench/row.h"

namespace manta::bench {

double AtomicIncrementNs(const Scale& scale);
double MallocFreeNs(const Scale& scale);     // 100 bytes, written to.
double PromiseFutureNs(const Scale& scale);  // A std::promise that is kept and read by the same thread.
double SpinHandOverNs(const Scale& scale);   // Both threads look at one word again and again.
double FutexHandOverNs(const Scale& scale);  // The other thread sleeps on an idle core; so do we, until it answers.
double WakeNs(const Scale& scale);           // What waking that thread costs the one who wakes.
double CopyNs(const Scale& scale, uint64_t bytes);   // memcpy, both ends in memory that is in use already.
double FuturesInOrderPerSecond(const Scale& scale);  // Batches of 1,000 futures that one thread keeps, another awaits.

}  // namespace manta::bench

// SPDX-License-Identifier: Apache-2.0
