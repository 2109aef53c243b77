// A shared library that has nothing to do with Manta.
#include "tests/plugins_bad/marker.h"

extern "C" __attribute__((visibility("default"))) int OrdinaryFunction() { return 4; }

// SPDX-License-Identifier: Apache-2.0
