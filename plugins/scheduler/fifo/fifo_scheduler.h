// plugins/scheduler/fifo/fifo_scheduler.h -- runs tasks in the order in which they became ready.
//
// All of it is in core/interface: the order serves other schedulers too, as the queue for what comes from outside.
#pragma once

#include "core/interface/basic_scheduler.h"
#include "core/interface/fifo_order.h"

namespace manta {

using FifoScheduler = BasicScheduler<FifoOrder>;

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
