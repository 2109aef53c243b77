#include "core/plugin/guard/ref_counter_guard.h"

#include <algorithm>
#include <utility>

#include "core/base/text.h"

namespace manta {
namespace {

// What core/interface/ref_counter.h names.
constexpr CodeSet kCodes = {absl::StatusCode::kInvalidArgument};

}  // namespace

RefCounterGuard::RefCounterGuard(std::unique_ptr<RefCounter> plugin, const PluginRecord& record, const Host& host)
    : plugin_(std::move(plugin)), guard_(record.name, host) {}

RefCounterGuard::~RefCounterGuard() {
  if (guard_.broken()) static_cast<void>(plugin_.release());  // Abandoned: plugin_guard.h says why.
}

absl::Status RefCounterGuard::Start(uint64_t worker) {
  return guard_.Call("Start", kCodes, [&] { return plugin_->Start(worker); });
}

absl::Status RefCounterGuard::Observe(std::span<const RefEvent> events) {
  return guard_.Call("Observe", kCodes, [&] { return plugin_->Observe(events); });
}

uint64_t RefCounterGuard::ObserveOneIn() const {
  return guard_.CallOr("ObserveOneIn", 0, [&] { return plugin_->ObserveOneIn(); });
}

uint64_t RefCounterGuard::TakeDecisions(std::span<RefDecision> decisions) {
  const uint64_t count = guard_.CallOr("TakeDecisions", 0, [&] { return plugin_->TakeDecisions(decisions); });
  if (count > decisions.size()) {
    guard_.Broke("TakeDecisions", Concat("returned ", count, " with room for ", decisions.size())).IgnoreError();
    return 0;
  }
  for (const RefDecision& decision : decisions.first(count)) {
    if (Complete(decision.event)) continue;
    guard_.Broke("TakeDecisions", "gave an event that lacks what its kind needs").IgnoreError();
    return 0;
  }
  return count;
}

uint64_t RefCounterGuard::List(std::span<RefFact> facts) const {
  const uint64_t count = guard_.CallOr("List", 0, [&] { return plugin_->List(facts); });
  for (const RefFact& fact : facts.first(std::min<uint64_t>(count, facts.size()))) {
    if (Complete(fact.event)) continue;
    guard_.Broke("List", "showed an event that lacks what its kind needs").IgnoreError();
    return 0;
  }
  return count;
}

RefCounterStats RefCounterGuard::Stats() const {
  return guard_.CallOr("Stats", {}, [&] { return plugin_->Stats(); });
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
