#include "api/queue.h"

#include <vector>

namespace manta::api_internal {

QueueWaits::QueueWaits(size_t count_max) : count_max(count_max) {
  if (count_max == 0) {
    throw Error(absl::InvalidArgumentError("a Queue for 0 values never has room: give it 1 at least"));
  }
}

void QueueWaits::Close() {
  std::vector<SharedObject*> told;
  {
    MutexLock lock(mutex);
    closed = true;
    while (SharedObject* const taker = takers.First()) told.push_back(taker);
    while (SharedObject* const giver = givers.First()) told.push_back(giver);
  }
  for (SharedObject* const waiting : told) WaitLine::Tell(waiting);
}

void QueuePlace::Leave() {
  SharedObject* next = nullptr;
  {
    MutexLock lock(waits_.mutex);
    WaitLine& line = waits_.*line_;
    if (!line.Leave(told_.state())) next = line.First();
  }
  WaitLine::Tell(next);
}

}  // namespace manta::api_internal

// SPDX-License-Identifier: Apache-2.0
