// core/runtime/named_resource.h -- is an amount of something that a process has besides threads.
//
// Shapes    In units of the resource, whatever they are; counted to a thousandth.
#pragma once

#include <string>

namespace manta {

struct NamedResource {
  std::string name = {};  // "gpu"
  double amount = 1;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
