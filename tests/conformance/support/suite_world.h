// tests/conformance/support/suite_world.h -- the parts of a SuiteHost: seeded random bits, a budget that can be set,
// records of what was counted and logged, and no disk.
//
// Threads   All parts are [any-thread].
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/interface/disk.h"
#include "core/interface/host.h"
#include "core/interface/memory_budget.h"
#include "core/interface/random.h"
#include "core/kernel/system/atomic_metrics.h"
#include "core/kernel/system/system_clock.h"
#include "core/kernel/system/thread_executor.h"

namespace manta::conformance {

// SplitMix64 over a shared counter.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(uint64_t seed) : state_(seed) {}
  uint64_t Next() override;
  void Fill(std::span<std::byte> bytes) override;

 private:
  std::atomic<uint64_t> state_;
};

// Counts what is reserved; the limit can be moved.
class CountingBudget final : public MemoryBudget {
 public:
  absl::Status Reserve(uint64_t bytes) override;
  void Release(uint64_t bytes) override;  // Ends the process when more is released than was reserved.
  uint64_t limit_bytes() const override { return limit_bytes_.load(); }
  uint64_t used_bytes() const override { return used_bytes_.load(); }

  void set_limit_bytes(uint64_t limit_bytes) { limit_bytes_ = limit_bytes; }

 private:
  std::atomic<uint64_t> limit_bytes_{UINT64_MAX};
  std::atomic<uint64_t> used_bytes_{0};
};

class RecordingLog {
 public:
  void Add(LogLevel level, std::string_view event, std::string_view facts);
  std::vector<std::string> lines() const;  // "warning store.full object=03".

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

// Every call is refused: kPermissionDenied.
class RefusingDisk final : public Disk {
 public:
  absl::StatusOr<std::unique_ptr<File>> Open(std::string_view path, OpenMode mode) override;
  absl::Status Rename(std::string_view from, std::string_view to) override;
  absl::Status Remove(std::string_view path) override;
  absl::Status MakeDirectory(std::string_view path) override;
  absl::Status SyncDirectory(std::string_view path) override;
  absl::Status List(std::string_view path, NameSink& sink) override;
  absl::StatusOr<uint64_t> FreeBytes(std::string_view path) override;
};

struct SuiteWorld {
  explicit SuiteWorld(uint64_t seed) : random(seed), executor(clock) {}

  SystemClock clock;
  SeededRandom random;
  ThreadExecutor executor;
  RefusingDisk disk;
  AtomicMetrics metrics;
  CountingBudget memory;
  RecordingLog log;
};

}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
