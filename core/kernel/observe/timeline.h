// core/kernel/observe/timeline.h -- writes what the threads of this process have done lately, for Perfetto.
//
// Shapes    Chrome's trace event format, JSON: a track for each thread; a slice for each task whose times were kept,
//           for each run of tasks that were passed over (sample_rate.h), and for each wait; a mark for each large value
//           that was put. https://ui.perfetto.dev opens it.
// Threads   [any-thread], while everything goes on.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace manta {

// What began before `begin_ns` is left out; times are counted from there. What has not ended ends at `now_ns`.
std::string TimelineJson(std::string_view program, int64_t begin_ns, int64_t now_ns);

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
