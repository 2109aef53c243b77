#include "core/kernel/observe/program_metrics.h"

namespace manta {

AtomicMetrics& ProgramMetrics() {
  static AtomicMetrics& metrics = *new AtomicMetrics;  // Threads may count after static destructors have run.
  return metrics;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
