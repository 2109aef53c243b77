// What keeps events: the choice of which, the ring, and the names.
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>

#include "core/runtime/event_ring.h"
#include "core/runtime/name_table.h"
#include "core/runtime/sample_rate.h"

namespace manta {
namespace {

// Of `count` events that are `apart_ns` apart, how many are recorded; and whether all others were counted.
uint64_t Recorded(SampleRate& rate, uint64_t count, int64_t apart_ns, int64_t& now_ns) {
  uint64_t recorded = 0;
  uint64_t passed = 0;
  for (uint64_t i = 0; i < count; ++i) {
    now_ns += apart_ns;
    if (!rate.Chosen()) continue;
    ++recorded;
    passed += rate.Take(now_ns);
  }
  EXPECT_EQ(recorded + passed + rate.Pause(), count);
  return recorded;
}

TEST(SampleRateTest, EventsFarApartAreAllRecorded) {
  SampleRate rate;
  int64_t now_ns = 0;
  EXPECT_EQ(Recorded(rate, 1000, SampleRate::kIntervalNs, now_ns), 1000u);
}

TEST(SampleRateTest, EventsThatComeFastAreRecordedOnceInAnInterval) {
  SampleRate rate;
  int64_t now_ns = 0;
  const uint64_t recorded = Recorded(rate, 1'000'000, 100, now_ns);
  const auto intervals = static_cast<uint64_t>(now_ns / SampleRate::kIntervalNs);
  EXPECT_GE(recorded, intervals / 3);
  EXPECT_LE(recorded, intervals * 2);
}

TEST(SampleRateTest, TheFirstAfterAPauseIsRecordedAndSlowOnesSoonAllAre) {
  SampleRate rate;
  int64_t now_ns = 0;
  Recorded(rate, 100'000, 50, now_ns);  // Ends with a pause.
  EXPECT_TRUE(rate.Chosen());
  rate.Take(now_ns += 1'000'000);
  // At most one more run is passed over before each is recorded.
  EXPECT_GE(Recorded(rate, 1000, 1'000'000, now_ns), 950u);
  EXPECT_EQ(Recorded(rate, 100, 1'000'000, now_ns), 100u);
}

TEST(EventRingTest, KeepsTheLatest) {
  EventRing ring;
  EXPECT_TRUE(ring.Read().empty());
  const uint64_t open = ring.Add({.begin_ns = 1,
                                  .duration_ns = TimelineEvent::kOpen,
                                  .subject = 7,
                                  .kind = TimelineEvent::Kind::kTask,
                                  .name = 3,
                                  .actor = 100'000});
  ASSERT_EQ(ring.Read().size(), 1u);
  EXPECT_EQ(ring.Read()[0].duration_ns, TimelineEvent::kOpen);
  EXPECT_TRUE(ring.End(open, 55));
  const TimelineEvent event = ring.Read()[0];
  EXPECT_EQ(event.begin_ns, 1);
  EXPECT_EQ(event.duration_ns, 55);
  EXPECT_EQ(event.subject, 7u);
  EXPECT_EQ(event.kind, TimelineEvent::Kind::kTask);
  EXPECT_EQ(event.name, 3u);
  EXPECT_EQ(event.actor, 100'000u);
  for (uint64_t i = 0; i < EventRing::kCapacity; ++i) ring.Add({.begin_ns = static_cast<int64_t>(i), .subject = i});
  EXPECT_FALSE(ring.End(open, 66));
  const std::vector<TimelineEvent> events = ring.Read();
  ASSERT_EQ(events.size(), EventRing::kCapacity);
  EXPECT_EQ(events.front().subject, 0u);
  EXPECT_EQ(events.back().subject, EventRing::kCapacity - 1);
  EXPECT_EQ(events.front().duration_ns, 0);
}

TEST(EventRingTest, AReaderSeesWholeEventsInOrder) {
  EventRing ring;
  std::atomic<bool> done{false};
  std::thread writer([&] {
    for (int64_t i = 1; i <= 300'000; ++i) {
      ring.Add(
          {.begin_ns = i, .duration_ns = i, .subject = static_cast<uint64_t>(i), .name = static_cast<uint32_t>(i)});
    }
    done.store(true);
  });
  while (!done.load()) {
    int64_t before = 0;
    for (const TimelineEvent& event : ring.Read()) {
      ASSERT_EQ(event.duration_ns, event.begin_ns);
      ASSERT_EQ(static_cast<int64_t>(event.subject), event.begin_ns);
      ASSERT_EQ(static_cast<int64_t>(event.name), event.begin_ns);
      if (before != 0) {
        ASSERT_EQ(event.begin_ns, before + 1);
      }
      before = event.begin_ns;
    }
  }
  writer.join();
  EXPECT_EQ(ring.Read().back().begin_ns, 300'000);
}

TEST(NameTableTest, EqualNamesHaveOneNumberOnAllThreads) {
  EXPECT_EQ(NameTable::NumberOf(""), 0u);
  std::string name = "first name of all";
  const uint32_t first = NameTable::NumberOf(name);
  name[0] = 'w';  // The same address, another name.
  const uint32_t second = NameTable::NumberOf(name);
  EXPECT_NE(first, second);
  EXPECT_EQ(NameTable::NameOf(first), "first name of all");
  EXPECT_EQ(NameTable::NameOf(second), "wirst name of all");
  std::thread([&] { EXPECT_EQ(NameTable::NumberOf("first name of all"), first); }).join();
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
