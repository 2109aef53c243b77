#include "tools/bench/limits.h"

#include <cstdlib>
#include <cstring>
#include <future>
#include <thread>
#include <vector>

#include "tools/bench/hand_over.h"
#include "tools/bench/measure.h"
#include "tools/bench/process.h"

namespace manta::bench {

double AtomicIncrementNs(const Scale& scale) {
  std::atomic<uint64_t> count{0};
  return NsPerCall(scale.Of(10'000'000), [&] { count.fetch_add(1, std::memory_order_relaxed); });
}

double MallocFreeNs(const Scale& scale) {
  return NsPerCall(scale.Of(2'000'000), [] {
    auto* const bytes = static_cast<char*>(std::malloc(100));
    Keep(bytes);
    bytes[0] = 1;
    std::free(bytes);
  });
}

double PromiseFutureNs(const Scale& scale) {
  return NsPerCall(scale.Of(200'000), [] {
    std::promise<uint64_t> promise;
    std::future<uint64_t> future = promise.get_future();
    promise.set_value(1);
    Keep(future.get());
  });
}

double SpinHandOverNs(const Scale& scale) {
  SpinningPartner partner;
  return NsPerCall(scale.Of(100'000), [&] { partner.ThereAndBack(); });
}

double FutexHandOverNs(const Scale& scale) {
  SleepingPartner partner;
  return NsPerCallWhenAsleep(scale.Of(200), [&] {
    partner.Wake();
    partner.AwaitAnswer();
  });
}

double WakeNs(const Scale& scale) {
  SleepingPartner partner;
  std::vector<double> ns;
  for (uint64_t i = 0; i < scale.Of(200); ++i) {
    WaitUntilOthersSleep();
    ns.push_back(TimeNs([&] { partner.Wake(); }));
    partner.AwaitAnswer();
  }
  return Median(std::move(ns));
}

double CopyNs(const Scale& scale, uint64_t bytes) {
  const std::vector<char> from(scale.Of(bytes), 1);
  std::vector<char> to(from.size(), 2);
  const uint64_t count = std::max<uint64_t>((uint64_t{256} << 20) / bytes, 9);
  return NsPerCall(scale.Of(count), [&] {
    std::memcpy(to.data(), from.data(), from.size());
    Keep(to.data());
  });
}

double FuturesInOrderPerSecond(const Scale& scale) {
  constexpr uint64_t kBatch = 1'000;
  using Promises = std::vector<std::promise<uint64_t>>;
  std::atomic<Promises*> handed{nullptr};  // The keeper takes it back out when it has kept them all.
  std::atomic<bool> ended{false};
  std::thread keeper([&] {
    while (true) {
      Promises* const promises = handed.load(std::memory_order_acquire);
      if (promises == nullptr) {
        if (ended.load(std::memory_order_acquire)) return;
        continue;
      }
      for (uint64_t i = 0; i < promises->size(); ++i) (*promises)[i].set_value(i);
      handed.store(nullptr, std::memory_order_release);
    }
  });
  const double batch_ns = NsPerCall(scale.Of(900), [&] {
    Promises promises(kBatch);
    std::vector<std::future<uint64_t>> futures;
    futures.reserve(kBatch);
    for (std::promise<uint64_t>& promise : promises) futures.push_back(promise.get_future());
    handed.store(&promises, std::memory_order_release);
    uint64_t sum = 0;
    for (std::future<uint64_t>& future : futures) sum += future.get();
    while (handed.load(std::memory_order_acquire) != nullptr) {
    }
    Check("the sum of a batch of futures", sum, kBatch * (kBatch - 1) / 2);
  });
  ended.store(true, std::memory_order_release);
  keeper.join();
  return 1e9 / batch_ns;
}

void AddLimitRows(std::vector<Row>& rows) {
  const auto add = [&](const char* name, Unit unit, Measure measure) {
    rows.push_back({.name = name, .mode = Mode::kLimit, .unit = unit, .measure = std::move(measure)});
  };
  add("atomic increment", Unit::kNs, &AtomicIncrementNs);
  add("malloc and free of 100 bytes", Unit::kNs, &MallocFreeNs);
  add("promise and future", Unit::kNs, &PromiseFutureNs);
  add("hand-over and back, spinning", Unit::kNs, &SpinHandOverNs);
  add("hand-over and back, futex, idle core", Unit::kNs, &FutexHandOverNs);
  add("wake of an idle core, for the one who wakes", Unit::kNs, &WakeNs);
  add("memcpy of 1 MiB", Unit::kNs, [](const Scale& scale) { return CopyNs(scale, uint64_t{1} << 20); });
  add("memcpy of 100 MiB", Unit::kNs, [](const Scale& scale) { return CopyNs(scale, uint64_t{100} << 20); });
  add("1,000 futures awaited in order", Unit::kPerSecond, &FuturesInOrderPerSecond);
}

}  // namespace manta::bench

// SPDX-License-Identifier: Apache-2.0
