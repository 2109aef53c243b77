// docs/examples/quickstart/quickstart.cc -- runs tasks and an actor, shares a large array, puts bytes and a value into
// the configured store, and shows which plugins did it.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <iomanip>
#include <iostream>
#include <numeric>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "api/manta.h"
#include "docs/examples/common/arguments.h"

namespace {

constexpr uint64_t kObjectBytes = uint64_t{1} << 20;

constexpr std::string_view kHelp =
    "quickstart -- runs tasks and an actor, shares a large array, puts bytes and a value into the configured store, "
    "and\n"
    "shows which plugins did it.\n"
    "\n"
    "usage: quickstart [--help] [--version] [--manta_...]\n"
    "\n"
    "  --manta_set='object_store { ... }'   changes the configuration; a fragment of config text\n"
    "  --manta_config=FILE                  reads it from a file; docs/examples/node.textproto is one\n"
    "  --manta_help                         lists everything that can be configured\n"
    "\n"
    "Exit codes: 0 all went well, 1 Manta reported an error, 2 wrong arguments.\n";

using SteadyClock = std::chrono::steady_clock;

std::string Since(SteadyClock::time_point start) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(1)
       << std::chrono::duration<double, std::micro>(SteadyClock::now() - start).count() << " us";
  return text.str();
}

std::string_view FileName(std::string_view path) { return path.substr(path.find_last_of('/') + 1); }

void ShowPlugins(const manta::Runtime& runtime) {
  std::cout << "plugins in use\n";
  for (const manta::PluginInUse& plugin : runtime.plugins()) {
    std::cout << "  " << std::left << std::setw(24) << plugin.slot << std::setw(28) << plugin.name << std::setw(14)
              << plugin.interface_name << FileName(plugin.library_path) << "\n";
  }
}

// Puts 1 MiB and its metadata, reads both back, and compares.
void PutAndGet(manta::ObjectStore& store) {
  const manta::ObjectId id(/*worker=*/1, /*sequence=*/1, /*return_index=*/0);
  const std::string metadata = "type=bytes made_by=quickstart";

  auto start = SteadyClock::now();
  const std::span<std::byte> room =
      manta::ValueOrThrow(store.Create(id, kObjectBytes, std::as_bytes(std::span(metadata))));
  std::memset(room.data(), 42, room.size());
  manta::ThrowIfError(store.Seal(id));
  std::cout << "put    " << kObjectBytes << " bytes and " << metadata.size() << " of metadata in " << Since(start)
            << "\n";

  start = SteadyClock::now();
  const manta::ObjectView view = manta::ValueOrThrow(store.Get(id));
  const std::string taken = Since(start);
  const bool same = view.data.size() == kObjectBytes &&
                    std::all_of(view.data.begin(), view.data.end(), [](std::byte b) { return b == std::byte{42}; }) &&
                    std::ranges::equal(view.metadata, std::as_bytes(std::span(metadata)));
  manta::ThrowIfError(store.Release(id));  // One for each Get.
  manta::ThrowIfError(store.Delete(id));
  if (!same) throw manta::Error(absl::DataLossError("the store gave other bytes back than were put"));
  std::cout << "get    in " << taken << ", without a copy; all bytes are right\n";
}

struct Reading {
  std::string sensor;
  std::vector<double> volts;
  bool operator==(const Reading&) const = default;
};

// Puts a value by the configured serializer: a struct needs nothing more to be understood.
void PutAndGetValue(manta::Runtime& runtime) {
  const manta::ObjectId id(/*worker=*/1, /*sequence=*/2, /*return_index=*/0);
  const Reading reading = {.sensor = "north", .volts = {1.5, -0.25, 3}};
  runtime.Put(id, reading);
  if (runtime.Get<Reading>(id) != reading) throw manta::Error(absl::DataLossError("another reading came back"));
  const uint64_t size_bytes = manta::ValueOrThrow(runtime.object_store().Get(id)).data.size();
  manta::ThrowIfError(runtime.object_store().Release(id));
  std::cout << "put    a struct of text and numbers as " << size_bytes << " bytes, and got an equal one\n";
}

int64_t Square(int64_t x) { return x * x; }

class Sum {
 public:
  void Add(int64_t x) { total_ += x; }
  int64_t total() const { return total_; }

 private:
  int64_t total_ = 0;
};

// One task for each number; each result goes to an actor as soon as it is there, and nobody waits for it here.
void RunTasksAndAnActor() {
  constexpr int64_t kCount = 1000;
  const auto start = SteadyClock::now();
  const manta::ActorHandle<Sum> sum = manta::Actor<Sum>().Remote();
  for (int64_t i = 1; i <= kCount; ++i) {
    const manta::ObjectRef<int64_t> square = manta::Task<Square>().Remote(i);
    sum.Task<&Sum::Add>().Send(square);
  }
  const int64_t total = *manta::Get(sum.Task<&Sum::total>().Remote());  // Runs after the calls before it.
  if (total != kCount * (kCount + 1) * (2 * kCount + 1) / 6) {
    throw manta::Error(absl::DataLossError("the squares have another sum"));
  }
  std::cout << "ran    " << kCount << " tasks and sent their results to an actor in " << Since(start)
            << "; the sum is right: " << total << "\n";
}

double Total(std::span<const double> numbers) { return std::accumulate(numbers.begin(), numbers.end(), 0.0); }

// An array lies in the store from the moment it is made, and everybody looks at it there.
void ShareALargeArray() {
  constexpr size_t kCount = 1'000'000;
  const auto start = SteadyClock::now();
  const manta::ObjectRef<manta::Array<double>> numbers = manta::Put(manta::BuildArray<double>(
      kCount, [](std::span<double> elements) { std::iota(elements.begin(), elements.end(), 1.0); }));
  std::vector<manta::ObjectRef<double>> totals;
  for (int i = 0; i < 4; ++i) totals.push_back(manta::Task<Total>().Remote(numbers));
  for (const manta::ObjectRef<double>& total : totals) {
    if (*manta::Get(total) != 0.5 * kCount * (kCount + 1)) {
      throw manta::Error(absl::DataLossError("a task saw other numbers in the array"));
    }
  }
  std::cout << "shared an array of " << kCount * sizeof(double) << " bytes with " << totals.size() << " tasks in "
            << Since(start) << ", without a copy\n";
}

int Run(int argc, char** argv) {
  example::Arguments(argc, argv).Finish();
  const auto start = SteadyClock::now();
  manta::Runtime runtime = manta::Init(&argc, &argv);
  const std::string started_in = Since(start);
  std::cout << "Manta " << manta::kVersion << ", started in " << started_in << "\n\n";
  ShowPlugins(runtime);
  std::cout << "\n";
  RunTasksAndAnActor();
  ShareALargeArray();
  PutAndGet(runtime.object_store());
  PutAndGetValue(runtime);
  std::cout
      << "\nWhat to try next\n"
         "  another eviction policy, by config alone:\n"
         "    --manta_set='object_store { inner { key: \"eviction\" value { name: \"manta.eviction.s3_fifo\" } } }'\n"
         "  another scheduler:         --manta_scheduler=manta.scheduler.priority --manta_worker_count=4\n"
         "  a config file:             --manta_config=docs/examples/node.textproto\n"
         "  a plugin of your own:      --manta_plugin_path=FOLDER --manta_object_store=NAME\n"
         "  all that is configurable:  --manta_help\n"
         "  what happened inside:      --manta_log_level=INFO\n";
  return EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv) { return example::Main("quickstart", kHelp, argc, argv, Run); }

// SPDX-License-Identifier: Apache-2.0
