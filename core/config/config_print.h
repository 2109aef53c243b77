// core/config/config_print.h -- shows a checked configuration, defaults included, with the origin of every value.
#pragma once

#include <string>

#include "core/config/bound_tree.h"

namespace manta {

// Config text; each value is followed by "# origin". Fields nobody gave are shown with their default, or, if "not
// given" differs from every value, as a comment.
std::string PrintText(const BoundMessage& message);

// {"values": [{"path": "object_store.typed_config.capacity_bytes", "value": ..., "origin": ...}, ...]}, values as in
// protobuf's JSON: 64-bit numbers are strings.
std::string PrintJson(const BoundMessage& message);

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
