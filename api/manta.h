// api/manta.h -- all of Manta's API, in one include.
#pragma once

#include "api/actor.h"
#include "api/actor_pool.h"
#include "api/array.h"
#include "api/coroutine.h"
#include "api/current_actor.h"
#include "api/error.h"
#include "api/free.h"
#include "api/generator.h"
#include "api/init.h"
#include "api/metrics.h"
#include "api/progress.h"
#include "api/promise.h"
#include "api/put.h"
#include "api/queue.h"
#include "api/result.h"
#include "api/task.h"
#include "api/version.h"
#include "api/wait.h"
#include "api/weak_object_ref.h"
#include "core/base/array.h"
#include "core/base/buffer.h"
#include "core/describe/blob.h"
#include "core/describe/codec.h"

// SPDX-License-Identifier: Apache-2.0
