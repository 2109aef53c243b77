// plugins/object_store/tiered/spill_metrics.h -- counts what goes to disk and comes back.
#pragma once

#include "core/interface/host.h"
#include "core/interface/metrics.h"

namespace manta {

struct SpillMetrics {
  explicit SpillMetrics(Metrics& metrics)
      : evicted(metrics.GetCounter({.name = "store.evicted", .help = "Cached objects that stores gave up for room"})),
        chosen(metrics.GetCounter({.name = "spill.chosen", .help = "Objects that were chosen to leave memory"})),
        refused(metrics.GetCounter({.name = "spill.refused", .help = "Objects that found no room, even by spilling"})),
        written_objects(metrics.GetCounter({.name = "spill.written_objects", .help = "Objects written to files"})),
        written_bytes(
            metrics.GetCounter({.name = "spill.written_bytes", .help = "Sizes of files written", .unit = "bytes"})),
        write_failures(metrics.GetCounter({.name = "spill.write_failures", .help = "Files that were not written"})),
        read_objects(metrics.GetCounter({.name = "spill.read_objects", .help = "Objects read back"})),
        read_bytes(metrics.GetCounter({.name = "spill.read_bytes", .help = "Their charges", .unit = "bytes"})),
        read_failures(metrics.GetCounter({.name = "spill.read_failures", .help = "Objects that were not read back"})),
        disk_bytes(metrics.GetGauge({.name = "spill.disk_bytes",
                                     .help = "Sizes of all files, with what is deleted in them",
                                     .unit = "bytes"})) {}

  Counter& evicted;
  Counter& chosen;
  Counter& refused;
  Counter& written_objects;
  Counter& written_bytes;
  Counter& write_failures;
  Counter& read_objects;
  Counter& read_bytes;
  Counter& read_failures;
  Gauge& disk_bytes;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
