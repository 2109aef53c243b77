// tools/bench/soak/main.cc -- runs a mixed load for as long as it is told, and says whether the process grows.
#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "api/manta.h"
#include "tools/bench/soak/load.h"
#include "tools/bench/soak/samples.h"

namespace manta::bench {
namespace {

constexpr std::string_view kHelp =
    "soak -- runs a mixed load, and says whether memory, descriptors or threads of the process grow.\n"
    "\n"
    "usage: soak [--minutes=N] [--rounds=N] [--seed=N] [--directory=DIR] [--samples=FILE] [--strict] [--help]\n"
    "            [--manta_...]\n"
    "\n"
    "  --minutes=N      30 unless given; the first fifth warms up, and is not looked at\n"
    "  --rounds=N       so many rounds instead, without a look at the clock: whether everything is given back\n"
    "  --seed=N         decides what each round does; 1 unless given\n"
    "  --directory=DIR  of the store's files, /var/tmp/manta_soak unless given\n"
    "  --samples=FILE   every look at the process, those of the warm-up too: a row of numbers each\n"
    "  --strict         every value goes through serializer and store\n"
    "\n"
    "Exit codes: 0 it does not grow, 1 it does, or something went wrong, 2 wrong arguments.\n";

constexpr uint64_t kMemoryBytes = uint64_t{32} << 20;   // Of the store,
constexpr uint64_t kStoredBytes = uint64_t{128} << 20;  // and what is put there.
constexpr double kResidentMbPerHourMax = 1;
constexpr double kSampleSeconds = 0.5;
constexpr double kWarmUpPart = 0.2;

struct Wishes {
  uint64_t minutes = 30;
  std::optional<uint64_t> rounds = std::nullopt;
  uint64_t seed = 1;
  std::string directory = "/var/tmp/manta_soak";
  std::string samples;  // A file; empty: none.
  bool strict = false;
};

// One sentence: which argument, and what is wanted.
struct UsageError {
  std::string message;
};

uint64_t Number(std::string_view argument, std::string_view text) {
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size() && number > 0) return number;
  throw UsageError{std::string(argument) + " has no number from 1 on behind it"};
}

Wishes Parse(int argc, char** argv) {
  Wishes wishes;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    const size_t sign = argument.find('=');
    const std::string_view name = argument.substr(0, sign);
    const std::string_view value = sign == std::string_view::npos ? "" : argument.substr(sign + 1);
    if (name.starts_with("--manta_")) continue;
    if (name == "--minutes") {
      wishes.minutes = Number(argument, value);
    } else if (name == "--rounds") {
      wishes.rounds = Number(argument, value);
    } else if (name == "--seed") {
      wishes.seed = Number(argument, value);
    } else if (name == "--directory" && !value.empty()) {
      wishes.directory = std::filesystem::absolute(value);
    } else if (name == "--samples" && !value.empty()) {
      wishes.samples = std::filesystem::absolute(value);
    } else if (argument == "--strict") {
      wishes.strict = true;
    } else {
      throw UsageError{"unknown argument " + std::string(argument) + "; --help shows what there is"};
    }
  }
  return wishes;
}

Options OptionsFor(const Wishes& wishes) {
  std::ostringstream store;
  store << "object_store { name: 'manta.object_store.tiered' typed_config { "
           "[type.googleapis.com/manta.plugins.object_store.tiered.v1.TieredStoreConfig] { directory: "
        << std::quoted(wishes.directory)
        << " capacity_bytes: 1073741824 } } inner { key: 'memory' value { name: 'manta.object_store.heap' "
           "typed_config { [type.googleapis.com/manta.plugins.object_store.heap.v1.HeapStoreConfig] { capacity_bytes: "
        << kMemoryBytes << " } } } } }";
  return {.set = {store.str()}, .strict = wishes.strict};
}

// A look at the process at every kSampleSeconds, between two rounds.
class Watch {
 public:
  using Clock = std::chrono::steady_clock;

  // Writes what it sees into the file, too, if that has a name.
  Watch(double seconds, const std::string& file) : seconds_(seconds) {
    // The memory of all samples is there from the start: it is not to be seen growing.
    samples_.resize(static_cast<size_t>(seconds / kSampleSeconds) + 1);
    samples_.clear();
    if (file.empty()) return;
    file_.open(file);
    file_ << "hours resident heap_used heap_free descriptors threads\n";
    if (!file_) throw std::runtime_error("cannot write " + file);
  }

  // False: the time is up.
  bool Look() {
    const double now_seconds = std::chrono::duration<double>(Clock::now() - start_).count();
    if (now_seconds >= next_seconds_) {
      const Sample sample = TakeSample(now_seconds / 3600);
      if (now_seconds >= seconds_ * kWarmUpPart) samples_.push_back(sample);
      if (file_.is_open()) {
        file_ << sample.hours << ' ' << sample.resident_bytes << ' ' << sample.heap_used_bytes << ' '
              << sample.heap_free_bytes << ' ' << sample.descriptor_count << ' ' << sample.thread_count << '\n';
      }
      next_seconds_ = std::max(next_seconds_ + kSampleSeconds, now_seconds);
    }
    if (now_seconds < seconds_) return true;
    file_.close();  // It is no descriptor of Manta's.
    return false;
  }

  // Those after the warm-up.
  const std::vector<Sample>& samples() const { return samples_; }

 private:
  const Clock::time_point start_ = Clock::now();
  const double seconds_;
  std::ofstream file_;
  double next_seconds_ = 0;
  std::vector<Sample> samples_;
};

// One row of the result; `right` is what is returned.
bool Show(std::string_view what, const std::string& found, std::string_view wanted, bool right) {
  std::cout << std::left << std::setw(34) << what << std::right << std::setw(16) << found << "   " << wanted
            << (right ? "" : "   FAILED") << "\n";
  return right;
}

bool ShowGrowth(const std::vector<Sample>& samples) {
  if (samples.size() < 2) throw std::runtime_error("the time was too short for two looks at the process");
  const auto show_slope = [&](std::string_view what, uint64_t Sample::*bytes, double most_mb_per_hour) {
    const double mb_per_hour = SlopeOf(samples, bytes);
    std::ostringstream text;
    text << std::fixed << std::setprecision(2) << mb_per_hour << " MB/h";
    const auto [least, most] = std::ranges::minmax_element(samples, {}, bytes);
    std::ostringstream range;
    range << ((*least).*bytes >> 10) << " to " << ((*most).*bytes >> 10) << " KiB";
    if (most_mb_per_hour < INFINITY) range << ", at most " << most_mb_per_hour << " MB/h";
    return Show(what, text.str(), range.str(), mb_per_hour <= most_mb_per_hour);
  };
  const auto show_count = [&](std::string_view what, uint64_t Sample::*count) {
    const uint64_t growth = GrowthOf(samples, count);
    return Show(what, std::to_string(growth), "0", growth == 0);
  };
  bool right = show_slope("resident memory grows by", &Sample::resident_bytes, kResidentMbPerHourMax);
  show_slope("  in use of malloc's heap", &Sample::heap_used_bytes, INFINITY);
  show_slope("  free in malloc's heap", &Sample::heap_free_bytes, INFINITY);
  right &= show_count("descriptors grow by", &Sample::descriptor_count);
  right &= show_count("threads grow by", &Sample::thread_count);
  Show("looks at the process", std::to_string(samples.size()), "after the warm-up", true);
  return right;
}

void ShowLoad(const LoadCounts& counts) {
  std::cout << counts.rounds << " rounds: " << counts.puts << " puts, " << counts.tasks << " tasks, " << counts.actors
            << " actors, " << counts.errors << " errors, " << counts.cancelled << " cancelled, " << counts.items
            << " items of streams, " << counts.stored << " objects stored by id; all came back right\n";
}

// Everything that was started has ended, and everything that was taken was given back.
bool ShowRest(const RuntimeCounts& counts, const Sample& before, const Sample& after) {
  const auto none = [](std::string_view what, int64_t count) {
    return Show(what, std::to_string(count), "0", count == 0);
  };
  bool right = none("tasks left", counts.pending_count);
  right &= none("objects left", counts.object_count);
  right &= none("bytes of values left", counts.native_bytes);
  right &= none("objects left in the store", counts.stored_count);
  right &= none("bytes left in the store", counts.stored_bytes);
  right &= none("descriptors more than before", static_cast<int64_t>(after.descriptor_count - before.descriptor_count));
  right &= none("threads more than before", static_cast<int64_t>(after.thread_count - before.thread_count));
  return right;
}

// The system lists a thread that has ended for a moment longer.
Sample SampleAfter(const Sample& before) {
  Sample after = TakeSample(0);
  for (int i = 0; i < 10'000 && after.thread_count > before.thread_count; ++i) after = TakeSample(0);
  return after;
}

// A runtime from its start to its end.
bool Soak(const Wishes& wishes, int argc, char** argv, const std::optional<uint64_t>& rounds) {
  const Sample before = TakeSample(0);
  Runtime runtime = Init(&argc, &argv, OptionsFor(wishes));
  Watch watch(static_cast<double>(wishes.minutes) * 60, wishes.samples);
  {
    Load load(runtime, wishes.seed, kStoredBytes);
    if (rounds) {
      while (load.counts().rounds < *rounds) load.Round();
    } else {
      while (watch.Look()) load.Round();
    }
    ShowLoad(load.counts());
  }
  const RuntimeCounts counts = runtime.Shutdown();
  bool right = ShowRest(counts, before, SampleAfter(before));
  if (!rounds) right &= ShowGrowth(watch.samples());
  return right;
}

int Run(int argc, char** argv) {
  const Wishes wishes = Parse(argc, argv);
  std::filesystem::create_directories(wishes.directory);
  std::cout << "seed " << wishes.seed << (wishes.strict ? ", strict" : "") << "\n";
  // A process starts something once that stays for good (files of the system's, say), and is no growth.
  std::vector<std::string> words(argv, argv + argc);
  std::vector<char*> copy;
  for (std::string& word : words) copy.push_back(word.data());
  copy.push_back(nullptr);
  { const Runtime first = Init(&argc, &argv, OptionsFor(wishes)); }
  return Soak(wishes, static_cast<int>(words.size()), copy.data(), wishes.rounds) ? EXIT_SUCCESS : EXIT_FAILURE;
}

int Main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    if (std::string_view(argv[i]) != "--help") continue;
    std::cout << kHelp;
    return EXIT_SUCCESS;
  }
  try {
    return Run(argc, argv);
  } catch (const UsageError& error) {
    std::cerr << "soak: " << error.message << "\n";
    return 2;
  } catch (const std::exception& error) {
    std::cerr << "soak: " << error.what() << "\n";
    return EXIT_FAILURE;
  }
}

}  // namespace
}  // namespace manta::bench

int main(int argc, char** argv) { return manta::bench::Main(argc, argv); }

// SPDX-License-Identifier: Apache-2.0
