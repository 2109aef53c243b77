// core/config/config_help.h -- explains what can be configured, from the comments in kernel.proto.
#pragma once

#include <string>

#include "core/config/config_schemas.h"

namespace manta {

// What --manta_help prints: every argument with its help, default and environment variable.
std::string ConfigHelp(const ConfigSchemas& schemas);

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
