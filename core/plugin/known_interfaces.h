// core/plugin/known_interfaces.h -- the interfaces that a plugin can implement for this kernel.
//
// A new interface is one line in the table of the .cc file, and one guard.
//
// Threads   [any-thread]; the table is constant.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "core/interface/host.h"
#include "core/plugin/plugin_record.h"

namespace manta {

struct KnownInterface {
  std::string_view name;
  uint32_t version = 0;
  uint64_t capabilities = 0;  // All bits that the interface names.

  // Puts the kernel's guard around an owned Interface*, and gives back the guard as an owned Interface*.
  void* (*guard)(void* plugin, const PluginRecord& record, const Host& host) = nullptr;

  // Deletes an owned Interface*.
  void (*destroy)(void* plugin) = nullptr;
};

std::span<const KnownInterface> KnownInterfaces();

// The interface, or null.
const KnownInterface* FindKnownInterface(std::string_view name);

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
