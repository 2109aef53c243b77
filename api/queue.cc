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

void QueueWaits::Await(WaitLine QueueWaits::*line, SharedObject* waiting, int64_t deadline_ns) {
  ErrorPtr error;
  (void)AwaitView(waiting, {.timeout_ns = TimeLeftNs(deadline_ns)}, &error);
  if (error == nullptr) {
    waiting->Release();
    return;
  }
  SharedObject* next = nullptr;
  {
    MutexLock lock(mutex);
    if (!(this->*line).Leave(waiting)) next = (this->*line).First();
  }
  WaitLine::Tell(next);
  waiting->Release();
  ThrowError(error);
}

}  // namespace manta::api_internal

// SPDX-License-Identifier: Apache-2.0
