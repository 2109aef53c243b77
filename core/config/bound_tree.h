// core/config/bound_tree.h -- config text, checked against its types; each value still knows its origin.
//
// Shapes    A field holds one value, or several if it is repeated. A map's values are its entries, messages of key and
//           value. An Any's message is the one it holds.
// Memory    Points at descriptors: the ConfigSchemas must outlive it.
// Errors    kInvalidArgument; `node.textproto:5:21: HeapStoreConfig has no field "x"; did you mean "y"?`
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/config/config_schemas.h"
#include "core/config/origin.h"
#include "core/config/text_tree.h"
#include "google/protobuf/descriptor.h"

namespace manta {

struct BoundMessage;

struct BoundValue {
  Origin origin;
  std::string text;                       // Of a scalar: as protobuf text, in the one way it is printed.
  std::unique_ptr<BoundMessage> message;  // Null for a scalar.
};

struct BoundField {
  const google::protobuf::FieldDescriptor* descriptor = nullptr;
  std::vector<BoundValue> values;
  std::map<std::string, size_t> entries;  // Of a map: the index of each key's entry.
};

struct BoundMessage {
  const google::protobuf::Descriptor* type = nullptr;
  std::map<int, BoundField> fields;  // By number.
};

// Checks `fields` against `type`.
absl::StatusOr<BoundMessage> Bind(const std::vector<TextField>& fields, const google::protobuf::Descriptor& type,
                                  const ConfigSchemas& schemas);

// Puts `higher` over `lower`: scalars replace, messages merge, lists replace, maps merge by key; an Any merges with one
// of the same type and replaces another.
void Merge(BoundMessage& lower, BoundMessage higher);

// The value of a field that is not repeated, or null.
const BoundValue* FindValue(const BoundMessage& message, std::string_view field);

// The text of the message's fields, without origins, for protobuf's own parser.
std::string PlainText(const BoundMessage& message);

// True for google.protobuf.Any.
bool IsAny(const google::protobuf::Descriptor* type);

// The key of a map's entry, as text, and its value: a scalar, or a message.
std::string EntryKey(const BoundValue& entry);
const BoundValue& EntryScalar(const BoundValue& entry);
BoundMessage& EntryMessage(const BoundValue& entry);

// Adds an entry to a map. REQUIRES: no entry has its key.
void AddEntry(BoundField& map, BoundValue entry);

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
