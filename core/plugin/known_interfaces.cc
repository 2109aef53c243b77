#include "core/plugin/known_interfaces.h"

#include <utility>

#include "core/interface/eviction.h"
#include "core/interface/object_store.h"
#include "core/interface/ref_counter.h"
#include "core/interface/scheduler.h"
#include "core/interface/serializer.h"
#include "core/plugin/guard/eviction_guard.h"
#include "core/plugin/guard/object_store_guard.h"
#include "core/plugin/guard/ref_counter_guard.h"
#include "core/plugin/guard/scheduler_guard.h"
#include "core/plugin/guard/serializer_guard.h"

namespace manta {
namespace {

template <class Interface, class Guard>
constexpr KnownInterface Known(uint64_t capabilities) {
  return {.name = Interface::kInterfaceName,
          .version = Interface::kInterfaceVersion,
          .capabilities = capabilities,
          .guard = [](void* plugin, const PluginRecord& record, const Host& host) -> void* {
            std::unique_ptr<Interface> guarded(static_cast<Interface*>(plugin));
            return static_cast<Interface*>(new Guard(std::move(guarded), record, host));
          },
          .destroy = [](void* plugin) { delete static_cast<Interface*>(plugin); }};
}

constexpr KnownInterface kKnownInterfaces[] = {
    Known<ObjectStore, ObjectStoreGuard>(ObjectStore::kCapabilityCache | ObjectStore::kCapabilitySubscribe |
                                         ObjectStore::kCapabilitySpill),
    Known<EvictionPolicy, EvictionGuard>(0),
    Known<Scheduler, SchedulerGuard>(Scheduler::kCapabilityPriorities | Scheduler::kCapabilityFifo),
    Known<Serializer, SerializerGuard>(Serializer::kCapabilityEvolves | Serializer::kCapabilitySelfDescribing),
    Known<RefCounter, RefCounterGuard>(RefCounter::kCapabilityObservesAll | RefCounter::kCapabilityProtects |
                                       RefCounter::kCapabilityTalks),
};

}  // namespace

std::span<const KnownInterface> KnownInterfaces() { return kKnownInterfaces; }

const KnownInterface* FindKnownInterface(std::string_view name) {
  for (const KnownInterface& known : kKnownInterfaces) {
    if (known.name == name) return &known;
  }
  return nullptr;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
