// core/kernel/observe/memory_reply.h -- answers `manta memory`: who keeps a program's memory, and why an object lives.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/ids.h"
#include "core/interface/ref_counter.h"
#include "core/kernel/observe/held_objects.h"
#include "core/kernel/observe/reply_table.h"
#include "core/runtime/handle_cycles.h"
#include "core/runtime/runtime_view.h"

namespace manta {

// When it is, and since when there is something to see.
struct MemoryMoment {
  int64_t begin_ns = 0;
  int64_t now_ns = 0;
};

// By call site: the observed ones of what the ref counter lists, with the sizes that the runtime knows. Of `one_in`
// objects one is observed; counts and bytes are as of all.
ReplyTable HeldReply(HeldObjects held, const ObjectsView& view, uint64_t one_in, const MemoryMoment& moment,
                     uint64_t limit);

// By task, type and place: what the runtime knows itself. For counters that do not observe.
ReplyTable UnheldReply(const ObjectsView& view, uint64_t limit);

// From the object to what keeps it. `id` is what the user typed: all of an id, or its last digits if no other ends so.
ReplyTable PathReply(const HeldObjects& held, std::string_view id, const MemoryMoment& moment);

// Actors that keep each other.
ReplyTable CyclesReply(const std::vector<HandleCycle>& cycles, uint64_t limit);

// What is to be logged at Shutdown, a line for each place; none: nothing leaks.
std::vector<std::string> LeakLines(const std::vector<HeldLeak>& leaks, uint64_t one_in);

// The same, of actors that nobody but they could reach when Shutdown began.
std::vector<std::string> CycleLines(const std::vector<HandleCycle>& cycles);

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
