// core/config/embedded.h -- the kernel's own schema and default layer, put into the binary by the build.
#pragma once

#include <string_view>

namespace manta {

// A serialized google.protobuf.FileDescriptorSet: kernel.proto with its comments, and what it imports.
std::string_view KernelSchema();

// The content of defaults.textproto.
std::string_view KernelDefaults();

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
