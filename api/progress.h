// api/progress.h -- waits for many objects, and says how far it is.
//
//   std::vector<manta::ObjectRef<Counts>> refs = manta::Task<Count>().RemoteMany(files);
//   manta::Progress(refs, {.title = "counting"});      // counting [##########------------]  41% 41/100  3 s, 5 s left
//   auto counts = manta::Get(refs);
//
// What is no list of references is drawn as it goes:
//
//   manta::ProgressView view("reading bytes", file_size);
//   while (Read(file, &bytes)) view.Show({.ready_count = bytes});
//
// On a terminal it is one line that is drawn anew as objects become ready, at most ten times a second. In a log, or a
// pipe, it is a line now and then: at each tenth of the whole. Nothing is drawn between two objects.
//
// Shapes    It writes to standard error, so that a program's results are not mixed with it. Objects that are errors
//           count as ready, and are counted besides; Progress throws none of them.
// Threads   Progress: [any-thread]; [blocks] until all are ready. A view is one thread's.
// Errors    GetTimeout when the time is up first; ObjectError at Shutdown.
// Cost      One WaitSet: O(1) for each object. It helps nobody while it waits: what runs, runs on the workers.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "api/object_ref.h"
#include "api/wait.h"

namespace manta {

struct ProgressOptions {
  std::string title = {};
  int64_t timeout_ns = -1;  // For all of them; negative: as long as it takes.
};

struct ProgressResult {
  uint64_t ready_count = 0;
  uint64_t error_count = 0;  // Of these.
};

// Draws. `total_count` is whatever the program counts: objects, files, bytes.
class ProgressView {
 public:
  ProgressView(std::string title, uint64_t total_count);
  ProgressView(const ProgressView&) = delete;
  ProgressView& operator=(const ProgressView&) = delete;
  ~ProgressView();  // Ends the line.

  // So many are ready by now; not fewer than before. Costs next to nothing when there is nothing new to draw.
  // REQUIRES: one thread at a time.
  void Show(const ProgressResult& result);

 private:
  struct State;
  const std::unique_ptr<State> state_;
};

namespace api_internal {

bool IsError(SharedObject* ready);

}  // namespace api_internal

// Waits until all are ready.
template <typename T>
ProgressResult Progress(std::span<const ObjectRef<T>> refs, const ProgressOptions& options = {}) {
  WaitSet<T> set(refs);
  ProgressResult result;
  ProgressView view(options.title, refs.size());
  view.Show(result);
  const int64_t deadline_ns = api_internal::DeadlineOf(options.timeout_ns);
  while (!set.empty()) {
    const ObjectRef<T> next = set.Next({.timeout_ns = api_internal::TimeLeftNs(deadline_ns)});
    ++result.ready_count;
    result.error_count += api_internal::IsError(next.state()) ? 1 : 0;
    view.Show(result);
  }
  return result;
}
template <typename T>
ProgressResult Progress(const std::vector<ObjectRef<T>>& refs, const ProgressOptions& options = {}) {
  return Progress(std::span<const ObjectRef<T>>(refs), options);
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
