// core/plugin/note_check.h -- says whether a plugin's note fits this kernel.
//
// Shapes    ABI major equal, minor not above ours; an interface we know, in the version we know; the same fingerprint.
// Errors    kFailedPrecondition, naming both sides and what to do. No file name: the caller adds it.
#pragma once

#include "absl/status/status.h"
#include "core/plugin/abi.h"

namespace manta {

// REQUIRES: a note that ReadPluginNote gave (its texts end).
absl::Status CheckNote(const abi::PluginNote& note);

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
