// api/manta.h -- all of Manta's API, in one include.
#pragma once

#include "api/error.h"
#include "api/init.h"
#include "api/version.h"

// SPDX-License-Identifier: Apache-2.0
