#include "api/task.h"
#include "tests/faults/same_name.h"

static int Work(int n) { return -n; }

namespace manta {

ObjectRef<int> SubmitSecondWork(int n) { return Task<Work>().Remote(n); }

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
