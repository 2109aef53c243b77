// tests/conformance/broken/broken_eviction_plugin.h -- exports a broken policy as a plugin.
//
//   MANTA_PLUGIN(manta::EvictionPolicy, Make<BrokenPolicy>, .name = "test.eviction.evicts_pinned")
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "absl/status/statusor.h"
#include "core/interface/eviction.h"
#include "core/interface/host.h"
#include "core/plugin/export.h"

namespace manta::conformance {

template <typename Policy>
absl::StatusOr<std::unique_ptr<EvictionPolicy>> Make(const Host&, std::span<const std::byte>) {
  return std::make_unique<Policy>();
}

}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
