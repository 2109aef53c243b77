// How fast objects go to disk and come back, against plain transfers past the cache: what
// `dd if=/dev/zero of=FILE bs=1M count=1024 oflag=direct conv=fdatasync` and
// `dd if=FILE of=/dev/null bs=1M iflag=direct` do.
//
//   MANTA_SPILL_DIRECTORY=/var/tmp/manta ./bazelw run --config=opt //plugins/object_store/tiered:tiered_store_benchmark
//
// Rounds alternate, since disks change their speed: each round writes and reads plainly, spills, and restores as many
// bytes; the medians of the rounds' ratios of like to like are in brackets. MANTA_SPILL_ROUNDS (7), MANTA_SPILL_MIB
// (1024) and MANTA_SPILL_OBJECT_KIB (all four sizes) say how much.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/interface/host_wrapper.h"
#include "core/kernel/system/posix_disk.h"
#include "core/kernel/system/system_clock.h"
#include "core/kernel/system/thread_executor.h"
#include "core/simulation/simulated_host.h"
#include "plugins/object_store/tiered/direct_buffer.h"
#include "plugins/object_store/tiered/test_world.h"

namespace manta {
namespace {

constexpr uint64_t kMiB = 1 << 20;

// A real disk, clock and threads; the rest does not matter here.
class RealHost final : public HostWrapper {
 public:
  explicit RealHost(const Host& inner) : HostWrapper(inner) {}
  Clock& clock() const override { return clock_; }
  Executor& executor() const override { return executor_; }
  Disk& disk() const override { return disk_; }

 private:
  mutable SystemClock clock_;
  mutable ThreadExecutor executor_{clock_};
  mutable PosixDisk disk_;
};

// Memory that is used again, as in a store that has run for a while: new pages cost as much as a fast disk does.
class RecycledMemory final : public ObjectMemory {
 public:
  ~RecycledMemory() override {
    for (const auto& [size, blocks] : free_) {
      for (std::byte* block : blocks) std::free(block);
    }
  }
  std::byte* Allocate(uint64_t size_bytes) override {
    std::vector<std::byte*>& blocks = free_[size_bytes];
    if (blocks.empty()) {
      auto* const block = static_cast<std::byte*>(std::aligned_alloc(64, (size_bytes + 63) / 64 * 64));
      if (block != nullptr) std::memset(block, 0x5a, size_bytes);
      return block;
    }
    std::byte* const block = blocks.back();
    blocks.pop_back();
    return block;
  }
  void Free(std::byte* memory, uint64_t size_bytes) override { free_[size_bytes].push_back(memory); }

 private:
  std::map<uint64_t, std::vector<std::byte*>> free_;
};

double Now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

[[noreturn]] void Die(const absl::Status& status) {
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  std::exit(1);
}

void Check(const absl::Status& status) {
  if (!status.ok()) Die(status);
}

template <typename T>
T Value(absl::StatusOr<T> value) {
  if (!value.ok()) Die(value.status());
  return *std::move(value);
}

uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

struct Speeds {
  double out = 0;   // To the disk, in MiB/s.
  double back = 0;  // From there.
};

// By 1 MiB past the cache; writing with a sync at the end.
Speeds Plain(Disk& disk, const std::string& path, uint64_t mib) {
  static_assert(kMiB <= kTransferBytes);
  DirectBuffers buffers;
  const DirectBuffers::Buffer memory = buffers.Take();
  if (memory == nullptr) Die(absl::ResourceExhaustedError("no memory"));
  const std::span<std::byte> buffer(memory.get(), kMiB);
  std::fill(buffer.begin(), buffer.end(), std::byte{0x5a});
  disk.Remove(path).IgnoreError();
  const double begin = Now();
  {
    const std::unique_ptr<File> file = Value(disk.Open(path, OpenMode::kCreateDirect));
    for (uint64_t i = 0; i < mib; ++i) Check(file->WriteAt(i * kMiB, buffer));
    Check(file->Sync());
  }
  const double written = Now();
  {
    const std::unique_ptr<File> file = Value(disk.Open(path, OpenMode::kReadDirect));
    for (uint64_t i = 0; i < mib; ++i) Check(file->ReadAt(i * kMiB, buffer));
  }
  const double end = Now();
  Check(disk.Remove(path));
  return {.out = static_cast<double>(mib) / (written - begin), .back = static_cast<double>(mib) / (end - written)};
}

// Puts `mib` MiB more than memory holds; then reads as much, which pushes out only what has a file already.
Speeds SpillAndRestore(const Host& host, const std::string& directory, uint64_t mib, uint64_t object_bytes) {
  constexpr uint64_t kMemory = 256 * kMiB;
  TieredStore store(host,
                    {.capacity_bytes = UINT64_MAX, .limits = {.disk_bytes_max = UINT64_MAX, .spill_at_percent = 100}},
                    {.memory = std::make_unique<BasicObjectStore>(host, kMemory, std::make_unique<RecycledMemory>()),
                     .eviction = std::make_unique<FifoPolicy>(),
                     .spilling = std::make_unique<FifoPolicy>(),
                     .directory = Value(SpillDirectory::Make(host, directory))});
  uint64_t made = 0;
  const auto put = [&](uint64_t bytes) {
    for (uint64_t end = made + bytes / object_bytes; made < end; ++made) {
      Value(store.Create(ObjectId::ForTest(made + 1), object_bytes, {}));
      Check(store.Seal(ObjectId::ForTest(made + 1)));
    }
  };
  put(kMemory);
  const double begin = Now();
  put(mib * kMiB);
  const double spilled = Now();
  auto read = [&, next = uint64_t{0}](uint64_t bytes) mutable {
    for (uint64_t end = next + bytes / object_bytes; next < end; ++next) {
      Value(store.Get(ObjectId::ForTest(next + 1)));
      Check(store.Release(ObjectId::ForTest(next + 1)));
    }
  };
  read(kMemory);  // What was still in memory alone is written now.
  const double reading = Now();
  read(mib * kMiB);
  const double end = Now();
  return {.out = static_cast<double>(mib) / (spilled - begin), .back = static_cast<double>(mib) / (end - reading)};
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

int Main() {
  const char* const given = std::getenv("MANTA_SPILL_DIRECTORY");
  const std::string directory = given == nullptr ? "/var/tmp/manta-spill-benchmark" : given;
  const uint64_t rounds = std::max<uint64_t>(1, FromEnvironment("MANTA_SPILL_ROUNDS", 7));
  const uint64_t mib = std::max<uint64_t>(64, FromEnvironment("MANTA_SPILL_MIB", 1024));
  SimulatedHost world({.memory_limit_bytes = UINT64_MAX});
  RealHost host(world);
  host.disk().MakeDirectory(directory).IgnoreError();
  std::printf("%llu rounds of %llu MiB in %s\n", static_cast<unsigned long long>(rounds),
              static_cast<unsigned long long>(mib), directory.c_str());
  const uint64_t only_kib = FromEnvironment("MANTA_SPILL_OBJECT_KIB", 0);
  for (const uint64_t object_kib : {uint64_t{65536}, uint64_t{8192}, uint64_t{1024}, uint64_t{100}}) {
    if (only_kib != 0 && object_kib != only_kib) continue;
    std::vector<double> write, spill, read, restore, spill_ratio, restore_ratio;
    for (uint64_t i = 0; i < rounds; ++i) {
      const Speeds plain = Plain(host.disk(), directory + "/plain", mib);
      const Speeds tiered = SpillAndRestore(host, directory, mib, object_kib * 1024);
      write.push_back(plain.out);
      spill.push_back(tiered.out);
      spill_ratio.push_back(tiered.out / plain.out);
      read.push_back(plain.back);
      restore.push_back(tiered.back);
      restore_ratio.push_back(tiered.back / plain.back);
    }
    std::printf("objects of %6llu KiB: write %5.0f, spill %5.0f MiB/s (%.2f); read %5.0f, restore %5.0f MiB/s (%.2f)\n",
                static_cast<unsigned long long>(object_kib), Median(write), Median(spill), Median(spill_ratio),
                Median(read), Median(restore), Median(restore_ratio));
    std::fflush(stdout);
  }
  host.disk().Remove(directory).IgnoreError();
  return 0;
}

}  // namespace
}  // namespace manta

int main() { return manta::Main(); }

// SPDX-License-Identifier: Apache-2.0
