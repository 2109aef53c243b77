// core/runtime/event_ring.h -- keeps the latest events of one thread.
//
// The thread writes; anyone may read meanwhile, and gets whole events or none: one that is overwritten while it is read
// is left out.
//
// Units     Nanoseconds of Clock::NowNs.
// Threads   Add and End are one thread's own; Read is [any-thread].
// Memory    256 KiB, taken with the first event and touched as it fills.
// Cost      Add: five plain stores.
//
// Why readers see no mixture: an event's words are written after its place was claimed (claimed_), with release, and
// before it is shown (written_). A reader takes what was shown, copies it, and then drops every place that has been
// claimed anew since.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <vector>

namespace manta {

struct TimelineEvent {
  enum class Kind : uint8_t { kTask = 1, kPassedOver, kWait, kPut };
  static constexpr int64_t kOpen = -1;  // It has not ended.

  int64_t begin_ns = 0;
  int64_t duration_ns = 0;
  uint64_t subject = 0;  // kTask: its id's sequence. kPassedOver: how many. kPut: bytes.
  Kind kind = Kind::kTask;
  uint32_t name = 0;   // NameTable's.
  uint32_t actor = 0;  // NameTable's; 0: none.
};

class EventRing {
 public:
  static constexpr uint64_t kCapacity = 8192;

  EventRing() = default;
  EventRing(const EventRing&) = delete;
  EventRing& operator=(const EventRing&) = delete;
  ~EventRing();

  // Returns where it stands, for End.
  uint64_t Add(const TimelineEvent& event);

  // The event at `place` has ended. False: it was overwritten.
  bool End(uint64_t place, int64_t duration_ns);

  // The latest ones, oldest first.
  std::vector<TimelineEvent> Read() const;

 private:
  static constexpr uint32_t kWords = 4;
  // Plain memory from calloc, which is there when it is touched; always used through std::atomic_ref.
  using Slot = std::array<uint64_t, kWords>;

  std::atomic<Slot*> slots_{nullptr};
  std::atomic<uint64_t> claimed_{0};
  std::atomic<uint64_t> written_{0};
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
