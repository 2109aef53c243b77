#include "core/kernel/plugin_set.h"

#include <span>
#include <string>
#include <utility>

#include "core/base/text.h"
#include "core/plugin/plugin_factory.h"
#include "glog/logging.h"

namespace manta {
namespace {

std::span<const std::byte> Bytes(const std::string& text) { return std::as_bytes(std::span(text)); }

}  // namespace

PluginSet::PluginSet(const World& world, const EffectiveConfig& config, LogLevel log_level)
    : world_(world), config_(config), log_level_(log_level) {}

PluginSet::~PluginSet() { Destroy(); }

absl::Status PluginSet::Make() {
  absl::Status status = MakeSlot(object_store_);
  if (status.ok()) status = MakeSlot(scheduler_);
  if (status.ok()) status = MakeSlot(serializer_);
  if (!status.ok()) return status;
  worker_id_ = world_.random.Next() | 1;  // 0 is nobody's.
  status = MakeSlot(ref_counter_);
  if (!status.ok()) return status;
  return AtSlot(ref_counter_->Start(worker_id_), SlotOf(config_, RefCounter::kInterfaceName));
}

void PluginSet::Destroy() {
  ref_counter_.reset();
  serializer_.reset();
  scheduler_.reset();
  object_store_.reset();
  while (!hosts_.empty()) hosts_.pop_back();
}

template <class Interface>
absl::Status PluginSet::MakeSlot(std::unique_ptr<Interface>& plugin) {
  const EffectiveSlot& slot = SlotOf(config_, Interface::kInterfaceName);
  absl::StatusOr<KernelHost*> host = MakeHost(slot);
  if (!host.ok()) return host.status();
  auto made = CreatePlugin<Interface>(*slot.plugin, **host, Bytes(slot.config));
  if (!made.ok()) return AtSlot(made.status(), slot);
  DestroyLeftInner(slot, **host);
  plugin = *std::move(made);
  return absl::OkStatus();
}

absl::StatusOr<KernelHost*> PluginSet::MakeHost(const EffectiveSlot& slot) {
  auto host = std::make_unique<KernelHost>(world_, *slot.plugin, log_level_);
  for (const auto& [role, inner] : slot.inner) {
    absl::StatusOr<KernelHost*> inner_host = MakeHost(inner);
    if (!inner_host.ok()) return inner_host.status();
    absl::StatusOr<void*> made = CreateUntypedPlugin(*inner.plugin, **inner_host, Bytes(inner.config));
    if (!made.ok()) return AtSlot(made.status(), inner);
    host->GiveInner(role, *inner.plugin, *made);
    DestroyLeftInner(inner, **inner_host);
  }
  hosts_.push_back(std::move(host));
  return hosts_.back().get();
}

// A plugin that leaves an inner plugin lying ignores what the user configured: it is said, and the rest works.
void PluginSet::DestroyLeftInner(const EffectiveSlot& slot, KernelHost& host) {
  for (const std::string& role : host.DestroyLeftInner()) {
    host.Log(LogLevel::kWarning, "plugin.left_inner", Concat("slot=", slot.path, " role=", role));
  }
}

const EffectiveSlot& SlotOf(const EffectiveConfig& config, std::string_view interface_name) {
  const auto found = config.slots.find(std::string(interface_name));
  CHECK(found != config.slots.end()) << "the default layer has no " << interface_name;
  return found->second;
}

absl::Status AtSlot(const absl::Status& status, const EffectiveSlot& slot) {
  std::string_view message = ToStd(status.message());
  if (const std::string who = Concat("plugin ", slot.plugin->name, ": "); message.starts_with(who)) {
    message.remove_prefix(who.size());
  }
  return Annotate(status, Concat(slot.OriginOfRefusal(message).ToString(), ": ", slot.path));
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
