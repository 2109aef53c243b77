// core/plugin/probe_protocol.h -- what manta_probe tells the process that started it.
//
// Shapes    One line per step, on a descriptor of its own, so that a library's printing cannot disturb it. A refusal is
//           its status code's number, a space, and the message on one line.
#pragma once

namespace manta {

inline constexpr int kProbeVerdictDescriptor = 3;
inline constexpr char kProbeLoading[] = "loading\n";
inline constexpr char kProbeLoaded[] = "loaded\n";
inline constexpr char kProbePassed[] = "passed\n";
inline constexpr char kProbeRefused[] = "refused ";

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
