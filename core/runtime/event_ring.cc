#include "core/runtime/event_ring.h"

#include <algorithm>
#include <cstdlib>

namespace manta {
namespace {

constexpr uint32_t kNameBits = 28;
constexpr uint64_t kNameMask = (uint64_t{1} << kNameBits) - 1;

std::atomic_ref<uint64_t> Word(uint64_t& word) { return std::atomic_ref<uint64_t>(word); }

}  // namespace

EventRing::~EventRing() { std::free(slots_.load(std::memory_order_relaxed)); }

uint64_t EventRing::Add(const TimelineEvent& event) {
  const uint64_t place = written_.load(std::memory_order_relaxed);
  Slot* slots = slots_.load(std::memory_order_relaxed);
  if (slots == nullptr) [[unlikely]] {
    slots = static_cast<Slot*>(std::calloc(kCapacity, sizeof(Slot)));
    if (slots == nullptr) return place;  // Nothing is worth less than a record of it.
    slots_.store(slots, std::memory_order_release);
  }
  claimed_.store(place + 1, std::memory_order_relaxed);
  Slot& slot = slots[place % kCapacity];
  const uint64_t names = (event.name & kNameMask) | (event.actor & kNameMask) << kNameBits |
                         static_cast<uint64_t>(event.kind) << (2 * kNameBits);
  // With release: who sees one of these sees the claim.
  Word(slot[0]).store(static_cast<uint64_t>(event.begin_ns), std::memory_order_release);
  Word(slot[1]).store(static_cast<uint64_t>(event.duration_ns), std::memory_order_release);
  Word(slot[2]).store(event.subject, std::memory_order_release);
  Word(slot[3]).store(names, std::memory_order_release);
  written_.store(place + 1, std::memory_order_release);
  return place;
}

bool EventRing::End(uint64_t place, int64_t duration_ns) {
  Slot* const slots = slots_.load(std::memory_order_relaxed);
  if (slots == nullptr || written_.load(std::memory_order_relaxed) - place > kCapacity) return false;
  Word(slots[place % kCapacity][1]).store(static_cast<uint64_t>(duration_ns), std::memory_order_release);
  return true;
}

std::vector<TimelineEvent> EventRing::Read() const {
  std::vector<TimelineEvent> events;
  Slot* const slots = slots_.load(std::memory_order_acquire);
  if (slots == nullptr) return events;
  const uint64_t end = written_.load(std::memory_order_acquire);
  const uint64_t begin = end > kCapacity ? end - kCapacity : 0;
  events.reserve(end - begin);
  for (uint64_t place = begin; place < end; ++place) {
    Slot& slot = slots[place % kCapacity];
    const uint64_t names = Word(slot[3]).load(std::memory_order_acquire);
    events.push_back({.begin_ns = static_cast<int64_t>(Word(slot[0]).load(std::memory_order_acquire)),
                      .duration_ns = static_cast<int64_t>(Word(slot[1]).load(std::memory_order_acquire)),
                      .subject = Word(slot[2]).load(std::memory_order_acquire),
                      .kind = static_cast<TimelineEvent::Kind>(names >> (2 * kNameBits)),
                      .name = static_cast<uint32_t>(names & kNameMask),
                      .actor = static_cast<uint32_t>(names >> kNameBits & kNameMask)});
  }
  const uint64_t claimed = claimed_.load(std::memory_order_acquire);
  const uint64_t lost = claimed > kCapacity + begin ? claimed - kCapacity - begin : 0;
  events.erase(events.begin(), events.begin() + static_cast<int64_t>(std::min<uint64_t>(lost, events.size())));
  return events;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
