// core/kernel/kernel_log.h -- sets glog up, if nobody did, and writes the kernel's lines to it.
//
// A program that uses glog itself calls google::InitGoogleLogging before manta::Init, and keeps all its settings.
// Otherwise the kernel initialises glog to write to standard error, and to no file. Flags that a program has changed
// are left alone. log_level holds for Manta's own lines only.
//
// Threads   [any-thread]
#pragma once

#include <string_view>

#include "core/interface/host.h"

namespace manta {

void SetUpLogging();

// Writes one line, "who event facts", unless `level` is below `least`.
void WriteLog(LogLevel least, LogLevel level, std::string_view who, std::string_view event, std::string_view facts);

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
