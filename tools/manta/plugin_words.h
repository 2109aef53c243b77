// tools/manta/plugin_words.h -- says facts and errors about plugins in words, and takes such words apart.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/plugin/abi.h"

namespace manta::tool {

std::string StatusName(abi::PluginStatus status);

// Of the interface's capability bits; one without a name is "bit_<number>".
std::vector<std::string> CapabilityNames(std::string_view interface_name, uint64_t capabilities);

// An error about configuration, for whoever typed a command: options of a program are arguments here.
std::string ForCommandLine(std::string_view message);

// "a:b" as folders; empty ones are left out.
std::vector<std::string> SplitPath(std::string_view path);

}  // namespace manta::tool

// SPDX-License-Identifier: Apache-2.0
