// api/manta.h -- all of Manta's API, in one include.
#pragma once

#include "api/error.h"
#include "api/init.h"
#include "api/version.h"
#include "core/base/array.h"
#include "core/base/buffer.h"
#include "core/describe/blob.h"
#include "core/describe/codec.h"

// SPDX-License-Identifier: Apache-2.0
