#include "core/config/bound_tree.h"

#include <utility>

#include "core/base/text.h"
#include "core/config/bind_scalar.h"
#include "glog/logging.h"

namespace manta {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

constexpr int kEntryKey = 1;
constexpr int kEntryValue = 2;

std::vector<std::string> FieldNames(const Descriptor& type) {
  std::vector<std::string> names;
  for (int i = 0; i < type.field_count(); ++i) names.push_back(type.field(i)->name());
  return names;
}

class Binder {
 public:
  explicit Binder(const ConfigSchemas& schemas) : schemas_(schemas) {}

  absl::StatusOr<BoundMessage> Message(const std::vector<TextField>& fields, const Descriptor& type) {
    BoundMessage message{&type, {}};
    for (const TextField& field : fields) {
      if (absl::Status status = Field(field, message); !status.ok()) return status;
    }
    return message;
  }

 private:
  absl::Status Field(const TextField& text, BoundMessage& message) {
    const Descriptor& type = *message.type;
    const FieldDescriptor* descriptor = text.bracketed ? nullptr : type.FindFieldByName(text.name);
    if (descriptor == nullptr) {
      const std::vector<std::string> names = FieldNames(type);
      return ConfigError(text.origin, type.name(), " has no field ", Quoted(text.name), DidYouMean(text.name, names),
                         DidYouMean(text.name, names).empty() ? Concat("; it has ", Listed(names)) : "");
    }
    if (!descriptor->is_repeated()) {
      if (text.list) return ConfigError(text.origin, text.name, " is a list, wanted one value");
      if (absl::Status status = CheckFirst(text, *descriptor, message); !status.ok()) return status;
    }
    BoundField& bound = message.fields[descriptor->number()];
    bound.descriptor = descriptor;
    for (const TextValue& value : text.values) {
      absl::StatusOr<BoundValue> added = Value(value, *descriptor);
      if (!added.ok()) return added.status();
      if (descriptor->is_map()) {
        if (absl::Status status = CheckEntry(*added, bound); !status.ok()) return status;
        AddEntry(bound, *std::move(added));
      } else {
        bound.values.push_back(*std::move(added));
      }
    }
    return absl::OkStatus();
  }

  // A field, and a choice of a oneof, is given once.
  static absl::Status CheckFirst(const TextField& text, const FieldDescriptor& descriptor,
                                 const BoundMessage& message) {
    for (const auto& [number, given] : message.fields) {
      const bool same = number == descriptor.number();
      const auto* oneof = descriptor.containing_oneof();
      if (!same && (oneof == nullptr || given.descriptor->containing_oneof() != oneof)) continue;
      return ConfigError(text.origin, text.name, same ? " is given twice" : " excludes ",
                         same ? "" : given.descriptor->name(), ", first at ", given.values[0].origin.ToString(),
                         ": leave one out");
    }
    return absl::OkStatus();
  }

  // An entry has a key, and no other entry has it. Its value may be left out: then it is empty.
  static absl::Status CheckEntry(BoundValue& entry, const BoundField& map) {
    if (!entry.message->fields.contains(kEntryKey)) {
      return ConfigError(entry.origin, map.descriptor->name(),
                         " has an entry without a key, wanted key: ... value ...");
    }
    if (const auto other = map.entries.find(EntryKey(entry)); other != map.entries.end()) {
      return ConfigError(entry.origin, map.descriptor->name(), " has the key ", EntryKey(entry), " twice, first at ",
                         map.values[other->second].origin.ToString(), ": leave one out");
    }
    const FieldDescriptor* value = entry.message->type->FindFieldByNumber(kEntryValue);
    if (!entry.message->fields.contains(kEntryValue)) {
      if (value->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
        return ConfigError(entry.origin, map.descriptor->name(),
                           " has an entry without a value, wanted key: ... value: ...");
      }
      BoundField& empty = entry.message->fields[kEntryValue];
      empty.descriptor = value;
      empty.values.push_back(
          {entry.origin, "", std::make_unique<BoundMessage>(BoundMessage{value->message_type(), {}})});
    }
    return absl::OkStatus();
  }

  absl::StatusOr<BoundValue> Value(const TextValue& value, const FieldDescriptor& field) {
    BoundValue bound{value.origin, "", nullptr};
    if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE || value.kind != TextValue::Kind::kMessage) {
      absl::StatusOr<std::string> text = BindScalar(value, field);
      if (!text.ok()) return text.status();
      bound.text = *std::move(text);
      return bound;
    }
    absl::StatusOr<BoundMessage> message =
        IsAny(field.message_type()) ? Any(value, field) : Message(value.fields, *field.message_type());
    if (!message.ok()) return message.status();
    bound.message = std::make_unique<BoundMessage>(*std::move(message));
    return bound;
  }

  absl::StatusOr<BoundMessage> Any(const TextValue& value, const FieldDescriptor& field) {
    if (value.fields.size() != 1 || !value.fields[0].bracketed || value.fields[0].values.size() != 1 ||
        value.fields[0].values[0].kind != TextValue::Kind::kMessage) {
      return ConfigError(value.fields.empty() ? value.origin : value.fields[0].origin, field.name(), " holds ",
                         value.fields.empty() ? "nothing" : Quoted(value.fields[0].name), ", wanted [", kTypeUrlPrefix,
                         "TYPE] { ... }");
    }
    const TextField& held = value.fields[0];
    const std::string_view url = held.name;
    if (!url.starts_with(kTypeUrlPrefix)) {
      return ConfigError(held.origin, "found [", url, "], wanted [", kTypeUrlPrefix,
                         url.substr(url.find_last_of('/') + 1), "]");
    }
    absl::StatusOr<const Descriptor*> type = schemas_.FindType(url.substr(kTypeUrlPrefix.size()));
    if (!type.ok()) return Annotate(type.status(), held.origin.ToString());
    return Message(held.values[0].fields, **type);
  }

  const ConfigSchemas& schemas_;
};

void MergeValue(BoundValue& lower, BoundValue higher) {
  if (lower.message == nullptr || lower.message->type != higher.message->type) {
    lower = std::move(higher);
    return;
  }
  lower.origin = std::move(higher.origin);
  Merge(*lower.message, std::move(*higher.message));
}

// Of scalars, and of messages.
void MergeEntry(BoundValue& lower, BoundValue higher) {
  BoundValue& lower_value = lower.message->fields.at(kEntryValue).values[0];
  BoundValue& higher_value = higher.message->fields.at(kEntryValue).values[0];
  if (lower_value.message == nullptr) {
    lower = std::move(higher);
  } else {
    MergeValue(lower_value, std::move(higher_value));
  }
}

void MergeMap(BoundField& lower, BoundField higher) {
  for (BoundValue& entry : higher.values) {
    const auto known = lower.entries.find(EntryKey(entry));
    if (known == lower.entries.end()) {
      AddEntry(lower, std::move(entry));
    } else {
      MergeEntry(lower.values[known->second], std::move(entry));
    }
  }
}

}  // namespace

bool IsAny(const Descriptor* type) { return type != nullptr && type->full_name() == "google.protobuf.Any"; }

std::string EntryKey(const BoundValue& entry) { return entry.message->fields.at(kEntryKey).values[0].text; }

const BoundValue& EntryScalar(const BoundValue& entry) { return entry.message->fields.at(kEntryValue).values[0]; }

BoundMessage& EntryMessage(const BoundValue& entry) { return *entry.message->fields.at(kEntryValue).values[0].message; }

void AddEntry(BoundField& map, BoundValue entry) {
  const bool added = map.entries.emplace(EntryKey(entry), map.values.size()).second;
  CHECK(added) << "a map's key is added twice: " << EntryKey(entry);
  map.values.push_back(std::move(entry));
}

absl::StatusOr<BoundMessage> Bind(const std::vector<TextField>& fields, const Descriptor& type,
                                  const ConfigSchemas& schemas) {
  return Binder(schemas).Message(fields, type);
}

void Merge(BoundMessage& lower, BoundMessage higher) {
  for (auto& numbered : higher.fields) {
    const int number = numbered.first;
    BoundField& field = numbered.second;
    if (const auto* oneof = field.descriptor->containing_oneof()) {
      std::erase_if(lower.fields, [&](const auto& other) {
        return other.first != number && other.second.descriptor->containing_oneof() == oneof;
      });
    }
    const auto known = lower.fields.find(number);
    if (known == lower.fields.end()) {
      lower.fields.emplace(number, std::move(field));
    } else if (field.descriptor->is_map()) {
      MergeMap(known->second, std::move(field));
    } else if (!field.descriptor->is_repeated() && field.values[0].message != nullptr) {
      MergeValue(known->second.values[0], std::move(field.values[0]));
    } else {
      known->second = std::move(field);
    }
  }
}

const BoundValue* FindValue(const BoundMessage& message, std::string_view field) {
  const FieldDescriptor* descriptor = message.type->FindFieldByName(std::string(field));
  if (descriptor == nullptr) return nullptr;
  const auto found = message.fields.find(descriptor->number());
  return found == message.fields.end() || found->second.values.empty() ? nullptr : &found->second.values[0];
}

std::string PlainText(const BoundMessage& message) {
  std::string text;
  for (const auto& [number, field] : message.fields) {
    const bool group = field.descriptor->type() == FieldDescriptor::TYPE_GROUP;
    const std::string& name = group ? field.descriptor->message_type()->name() : field.descriptor->name();
    for (const BoundValue& value : field.values) {
      if (value.message == nullptr) {
        text += Concat(name, ": ", value.text, "\n");
      } else if (IsAny(field.descriptor->message_type())) {
        text += Concat(name, " { [", kTypeUrlPrefix, value.message->type->full_name(), "] {\n",
                       PlainText(*value.message), "} }\n");
      } else {
        text += Concat(name, " {\n", PlainText(*value.message), "}\n");
      }
    }
  }
  return text;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
