#include "core/config/slot_merge.h"

#include <iterator>
#include <utility>

#include "core/config/bind_scalar.h"

namespace manta {
namespace {

using google::protobuf::FieldDescriptor;

bool IsSlot(const FieldDescriptor& field) {
  return field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && !field.is_repeated() &&
         field.message_type()->full_name() == "manta.config.v1.PluginSlot";
}

const InnerRoleRecord* FindRole(const PluginRecord* plugin, std::string_view role) {
  if (plugin == nullptr) return nullptr;
  for (const InnerRoleRecord& record : plugin->inner_roles) {
    if (record.role == role) return &record;
  }
  return nullptr;
}

}  // namespace

std::string SlotName(const BoundMessage& slot, std::string_view default_plugin) {
  const BoundValue* name = FindValue(slot, "name");
  return name == nullptr ? std::string(default_plugin) : Unquoted(name->text);
}

std::string DefaultOfRole(const PluginRecord* plugin, std::string_view role) {
  const InnerRoleRecord* record = FindRole(plugin, role);
  return record == nullptr ? "" : record->default_plugin;
}

void MergeSlot(BoundMessage& lower, BoundMessage higher, std::string_view interface_name,
               std::string_view default_plugin, const PluginRegistry& registry) {
  if (FindValue(higher, "name") != nullptr && SlotName(higher, "") != SlotName(lower, default_plugin)) {
    lower = std::move(higher);
    return;
  }
  const int inner_number = higher.type->FindFieldByName("inner")->number();
  BoundField inner;
  if (const auto given = higher.fields.find(inner_number); given != higher.fields.end()) {
    inner = std::move(given->second);
    higher.fields.erase(given);
  }
  Merge(lower, std::move(higher));
  if (inner.descriptor == nullptr) return;
  BoundField& known = lower.fields[inner_number];
  known.descriptor = inner.descriptor;
  const PluginRecord* plugin = registry.Find(interface_name, SlotName(lower, default_plugin));
  for (BoundValue& entry : inner.values) {
    const auto below = known.entries.find(EntryKey(entry));
    if (below == known.entries.end()) {
      AddEntry(known, std::move(entry));
      continue;
    }
    const std::string role = Unquoted(EntryKey(entry));
    const InnerRoleRecord* record = FindRole(plugin, role);
    MergeSlot(EntryMessage(known.values[below->second]), std::move(EntryMessage(entry)),
              record == nullptr ? "" : record->interface_name, DefaultOfRole(plugin, role), registry);
  }
}

void MergeKernelConfig(BoundMessage& lower, BoundMessage higher, const PluginRegistry& registry) {
  for (auto field = higher.fields.begin(); field != higher.fields.end();) {
    const auto known = lower.fields.find(field->first);
    if (known != lower.fields.end() && IsSlot(*field->second.descriptor)) {
      // A slot's field is named like its interface. No default: the lowest layer names a plugin for each slot.
      MergeSlot(*known->second.values[0].message, std::move(*field->second.values[0].message),
                field->second.descriptor->name(), "", registry);
      field = higher.fields.erase(field);
    } else {
      if (known != lower.fields.end() && field->second.descriptor->name() == "plugin_path") {
        std::move(known->second.values.begin(), known->second.values.end(), std::back_inserter(field->second.values));
      }
      ++field;
    }
  }
  Merge(lower, std::move(higher));
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
