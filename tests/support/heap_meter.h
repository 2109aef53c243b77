// tests/support/heap_meter.h -- counts the bytes that a thread asks the heap for.
//
// Linking it replaces operator new. It stands apart from its users, whose compiler would else see both ends.
//
// Threads   Each counts its own.
#pragma once

#include <cstdint>

namespace manta {

// Asked for with operator new on this thread since it began, whether given back or not.
uint64_t HeapBytesAskedFor();

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
