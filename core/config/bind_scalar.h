// core/config/bind_scalar.h -- checks one scalar of config text against its field.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "core/config/text_tree.h"
#include "google/protobuf/descriptor.h"

namespace manta {

// The value as protobuf text in the one way it is printed: numbers in decimal, enum values by name, strings escaped.
//   kInvalidArgument  it is out of range, of another type, or no value of the enum.
absl::StatusOr<std::string> BindScalar(const TextValue& value, const google::protobuf::FieldDescriptor& field);

// A string as protobuf text, quotes included; and back.
std::string QuotedForText(std::string_view bytes, bool utf8);
std::string Unquoted(std::string_view text);

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
