// core/config/slot_merge.h -- puts one layer's plugin slots over those of the layers below.
#pragma once

#include <string>
#include <string_view>

#include "core/config/bound_tree.h"
#include "core/plugin/plugin_registry.h"

namespace manta {

// The name in a slot, or `default_plugin` when it has none.
std::string SlotName(const BoundMessage& slot, std::string_view default_plugin);

// Of one plugin's role: the plugin that fills it unless config says otherwise; "" for none, or an unknown role.
std::string DefaultOfRole(const PluginRecord* plugin, std::string_view role);

// Merges a PluginSlot of `interface_name`, whose plugin is `default_plugin` while nobody names one.
void MergeSlot(BoundMessage& lower, BoundMessage higher, std::string_view interface_name,
               std::string_view default_plugin, const PluginRegistry& registry);

// Merges a whole KernelConfig.
void MergeKernelConfig(BoundMessage& lower, BoundMessage higher, const PluginRegistry& registry);

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
