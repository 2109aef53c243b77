#include "api/task.h"
#include "tests/faults/same_name.h"

static int Work(int n) { return 2 * n; }

namespace manta {

ObjectRef<int> SubmitFirstWork(int n) { return Task<Work>().Remote(n); }

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
