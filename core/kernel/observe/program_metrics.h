// core/kernel/observe/program_metrics.h -- holds the metrics that the program itself counts.
//
// One set for the whole process, which never goes: a handle that a function keeps is valid in the next runtime, too.
#pragma once

#include "core/kernel/system/atomic_metrics.h"

namespace manta {

AtomicMetrics& ProgramMetrics();

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
