// Objects: putting values, and getting them back.
#include <array>
#include <atomic>
#include <span>
#include <thread>
#include <vector>

#include "api/manta.h"
#include "tools/bench/limits.h"
#include "tools/bench/measure.h"
#include "tools/bench/row.h"

namespace manta::bench {
namespace {

constexpr uint64_t kMiB = uint64_t{1} << 20;

// 100 bytes that are the value itself: putting it moves them into the object.
using Small = std::array<uint8_t, 100>;

void PutSmall() {
  Small value;
  value[0] = 1;
  Keep(value);
  Keep(Put(std::move(value)).state());
}

double PutSmallNs(const Scale& scale) { return NsPerCall(scale.Of(2'000'000), &PutSmall); }

// Puts in a second by all threads together.
double PutsPerSecond(const Scale& scale, uint64_t thread_count) {
  const uint64_t count = scale.Of(1'000'000);
  std::atomic<uint64_t> arrived{0};
  std::vector<std::thread> threads;
  const auto arrive = [&] {
    arrived.fetch_add(1);
    while (arrived.load() <= thread_count) {
    }
  };
  for (uint64_t i = 0; i < thread_count; ++i) {
    threads.emplace_back([&] {
      for (uint64_t j = 0; j < count / 10; ++j) PutSmall();  // The thread's first objects find cold memory.
      arrive();
      for (uint64_t j = 0; j < count; ++j) PutSmall();
    });
  }
  while (arrived.load() < thread_count) {
  }
  const double total_ns = TimeNs([&] {
    arrived.fetch_add(1);
    for (std::thread& thread : threads) thread.join();
  });
  return PerSecond(count * thread_count, total_ns);
}

double GetReadyNs(const Scale& scale) {
  const ObjectRef<uint64_t> ref = Put<uint64_t>(7);
  uint64_t sum = 0;
  uint64_t count = 0;
  const double ns = NsPerCall(scale.Of(5'000'000), [&] {
    sum += *Get(ref);
    ++count;
  });
  Check("the sum of what was got", sum, 7 * count);
  return ns;
}

double PutArrayByMoveNs(const Scale& scale, uint64_t bytes) {
  const Array<uint8_t> array(std::vector<uint8_t>(scale.Of(bytes), 3));
  return NsPerCall(scale.Of(200'000), [&] {
    Array<uint8_t> moved = array;  // One atomic; the bytes stay where they are.
    Keep(Put(std::move(moved)).state());
  });
}

double PutArrayByCopyNs(const Scale& scale, uint64_t bytes) {
  const std::vector<uint8_t> from(scale.Of(bytes), 1);
  const uint64_t count = std::max<uint64_t>(256 * kMiB / bytes, 9);
  return NsPerCall(scale.Of(count), [&] {
    const ObjectRef<Array<uint8_t>> ref = Put(Array<uint8_t>::CopyOf(from));
    Keep(ref.state());
  });
}

constexpr uint64_t kInnerCount = 10'000;

double GetReferencesPerSecond(const Scale& scale) {
  const uint64_t count = scale.Of(kInnerCount);
  std::vector<ObjectRef<uint64_t>> inner;
  for (uint64_t i = 0; i < count; ++i) inner.push_back(Put(uint64_t{i}));
  const ObjectRef<std::vector<ObjectRef<uint64_t>>> outer = Put(std::move(inner));
  std::vector<ObjectRef<uint64_t>> taken;
  const double ns = NsPerCall(scale.Of(900), [&] { taken = *Get(outer); });
  uint64_t sum = 0;
  for (const ObjectRef<uint64_t>& ref : taken) sum += *Get(ref);
  Check("the sum behind the references", sum, count * (count - 1) / 2);
  return 1e9 / ns;
}

constexpr uint64_t kManyCount = 1'000;

double LoopsPerSecond(const Scale& scale) {
  return 1e9 / NsPerCall(scale.Of(900), [] {
           std::vector<ObjectRef<Small>> refs;
           for (uint64_t i = 0; i < kManyCount; ++i) refs.push_back(Put(Small{1}));
           uint64_t sum = 0;
           for (const ObjectRef<Small>& ref : refs) sum += (*Get(ref))[0];
           Check("the sum of the first bytes", sum, kManyCount);
         });
}

double ManysPerSecond(const Scale& scale) {
  return 1e9 / NsPerCall(scale.Of(900), [] {
           const std::vector<ObjectRef<Small>> refs = PutMany(std::vector<Small>(kManyCount, Small{1}));
           uint64_t sum = 0;
           for (const std::shared_ptr<const Small>& value : Get(refs)) sum += (*value)[0];
           Check("the sum of the first bytes", sum, kManyCount);
         });
}

}  // namespace

void AddObjectRows(std::vector<Row>& rows) {
  rows.push_back({.name = "put 100 bytes",
                  .gate = true,
                  .measure = &PutSmallNs,
                  .bound = Bound{"malloc and free of 100 bytes", &MallocFreeNs},
                  .required = AtMost(12)});
  rows.push_back({.name = "put 100 bytes, 2 threads",
                  .unit = Unit::kPerSecond,
                  .gate = true,
                  .measure = [](const Scale& scale) { return PutsPerSecond(scale, 2); },
                  .bound = Bound{"one thread", [](const Scale& scale) { return PutsPerSecond(scale, 1); }},
                  .required = AtLeast(1.7)});
  rows.push_back({.name = "get of a ready object",
                  .gate = true,
                  .measure = &GetReadyNs,
                  .bound = Bound{"atomic increment", &AtomicIncrementNs},
                  .required = AtMost(10)});
  for (const auto& row : {std::pair("1 MiB", kMiB), std::pair("100 MiB", 100 * kMiB)}) {
    const std::string size = row.first;
    const uint64_t bytes = row.second;
    rows.push_back({.name = "put an Array of " + size + " by move",
                    .measure = [bytes](const Scale& scale) { return PutArrayByMoveNs(scale, bytes); },
                    .bound = Bound{"1 us", 1'000.0},
                    .required = AtMost(1)});
    rows.push_back({.name = "put an Array of " + size + " by copy",
                    .measure = [bytes](const Scale& scale) { return PutArrayByCopyNs(scale, bytes); },
                    .bound = Bound{"memcpy of " + size, [bytes](const Scale& scale) { return CopyNs(scale, bytes); }},
                    .required = AtMost(1 / 0.9)});
  }
  rows.push_back({.name = "get of an object with 10,000 references, which are copied out",
                  .unit = Unit::kPerSecond,
                  .measure = &GetReferencesPerSecond,
                  .bound = Bound{"5,000 in a second", 5'000.0},
                  .required = AtLeast(1)});
  rows.push_back({.name = "get of an object with 10,000 references, which are copied out, strict",
                  .mode = Mode::kStrict,
                  .unit = Unit::kPerSecond,
                  .measure = &GetReferencesPerSecond,
                  .bound = Bound{"500 in a second", 500.0},
                  .required = AtLeast(1)});
  rows.push_back({.name = "put and get 1,000 x 100 bytes, batch forms",
                  .unit = Unit::kPerSecond,
                  .measure = &ManysPerSecond,
                  .bound = Bound{"a loop of Put and Get", &LoopsPerSecond},
                  .required = AtLeast(1.5)});
}

}  // namespace manta::bench

// SPDX-License-Identifier: Apache-2.0
