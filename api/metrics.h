// api/metrics.h -- counts what the program does, beside what the runtime counts itself.
//
//   manta::Counter& words = manta::GetCounter({.name = "words.found", .help = "Words in all files so far."});
//   words.Add(17);
//   manta::GetGauge({.name = "files.open", .help = "Files that are being read."}).Add(1);
//   manta::Histogram& times = manta::GetHistogram(
//       {.name = "reading.time", .help = "Of one file.", .unit = "ns"}, {{"disk", "sda"}});
//   times.Record(1500);
//   std::cout << runtime.MetricsText();           // words_found_total 17, and all others.
//
// `manta metrics` shows them of a running program; docs/reference/metrics.md names the runtime's own.
//
// Shapes    A metric is a name, a help sentence and a unit; with labels it is several series under one name. Asking
//           again gives the same one: what the first has said holds.
// Units     "ns", "bytes", or "1". Monitors see seconds.
// Threads   [any-thread], tasks and actors included. Recording neither blocks nor allocates; asking does.
// Memory    One set for each process, which never goes: a handle may be kept for good, also from one runtime to the
//           next. A name has at most 1,000 series; what comes later is counted as {overflow="true"}.
// Crashes   A name that is not [a-z][a-z0-9_.]* or begins with "manta"; one name for two kinds; a label twice.
// Cost      Recording: one atomic addition, two for histograms.
#pragma once

#include <initializer_list>

#include "core/interface/metrics.h"

namespace manta {

Counter& GetCounter(const MetricSpec& spec, std::initializer_list<MetricLabel> labels = {});
Gauge& GetGauge(const MetricSpec& spec, std::initializer_list<MetricLabel> labels = {});
Histogram& GetHistogram(const MetricSpec& spec, std::initializer_list<MetricLabel> labels = {});

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
