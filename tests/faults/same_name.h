// tests/faults/same_name.h -- two functions that are both called Work, each in a file of its own.
#pragma once

#include "api/object_ref.h"

namespace manta {

ObjectRef<int> SubmitFirstWork(int n);   // Its Work doubles.
ObjectRef<int> SubmitSecondWork(int n);  // Its Work negates.

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
