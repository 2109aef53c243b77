// docs/examples/external_sort/external_sort.cc -- sorts more than memory holds: tasks sort runs, the store keeps them
// on disk, and a merge reads them back block by block.
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <memory>
#include <optional>
#include <span>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "api/manta.h"
#include "docs/examples/common/arguments.h"
#include "docs/examples/external_sort/interruption.h"
#include "docs/examples/external_sort/sorted_file.h"

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kHelp =
    "external_sort -- sorts records that memory does not hold, with a store that keeps on disk what is not looked at.\n"
    "\n"
    "usage: external_sort [--size=SIZE] [--memory=SIZE] [--seed=N] [--directory=DIR] [--output=FILE] [--quiet]\n"
    "                     [--help] [--version] [--manta_...]\n"
    "\n"
    "  --size=SIZE      what is sorted, 4GiB unless given: records of 16 bytes, made from the seed\n"
    "  --memory=SIZE    what the store may have in memory; an eighth of the size unless given, 2MiB at least\n"
    "  --seed=N         another seed, other records; 1 unless given\n"
    "  --directory=DIR  on the disk that takes the rest, about the size, and the output; /var/tmp/manta_external_sort\n"
    "                   unless given\n"
    "  --output=FILE    keeps the sorted file; without it nothing is left. It is FILE.partial until it was checked\n"
    "  --quiet          no progress\n"
    "  --manta_help     lists everything that can be configured\n"
    "\n"
    "SIZE is a number of bytes, or one with KiB, MiB or GiB behind it.\n"
    "\n"
    "Ctrl-C and SIGTERM end it early, and nothing is left. What a killed program left goes when the next one starts\n"
    "there.\n"
    "\n"
    "Exit codes: 0 the file is sorted and holds what went in, 1 it does not, or something failed, 2 wrong arguments.\n";

using SteadyClock = std::chrono::steady_clock;

struct Record {
  uint64_t key = 0;
  uint64_t number = 0;  // Which record of the input it was.
};
using Block = manta::Array<Record>;

struct Wishes {
  uint64_t record_count = 0;
  uint64_t memory_bytes = 0;
  uint64_t seed = 0;
  std::string directory;
  std::string output;
  bool quiet = false;
};

constexpr uint64_t kMiB = uint64_t{1} << 20;

// NAME=SIZE, or `otherwise`.
uint64_t SizeOf(example::Arguments& arguments, std::string_view name, uint64_t otherwise, uint64_t least_mib) {
  const std::string text = arguments.Text(name, "SIZE");
  if (text.empty()) return otherwise;
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit(end, static_cast<size_t>(text.data() + text.size() - end));
  const int shift = unit.empty() ? 0 : unit == "KiB" ? 10 : unit == "MiB" ? 20 : unit == "GiB" ? 30 : -1;
  if (error != std::errc() || shift < 0 || number > UINT64_MAX >> 8 >> shift || number << shift < least_mib * kMiB) {
    throw example::UsageError{std::string(name) + " is \"" + text + "\", and should be at least " +
                              std::to_string(least_mib) + "MiB: a number with KiB, MiB or GiB behind it"};
  }
  return number << shift;
}

Wishes Parse(int argc, char** argv) {
  example::Arguments arguments(argc, argv);
  const uint64_t size_bytes = SizeOf(arguments, "--size", 4096 * kMiB, 1);
  Wishes wishes = {.record_count = size_bytes / sizeof(Record),
                   .memory_bytes = SizeOf(arguments, "--memory", std::max(size_bytes / 8, 2 * kMiB), 2),
                   .seed = arguments.Number("--seed", 1, 0),
                   .directory = arguments.Text("--directory", "DIR"),
                   .output = arguments.Text("--output", "FILE"),
                   .quiet = arguments.Flag("--quiet")};
  arguments.Finish();
  if (wishes.directory.empty()) wishes.directory = "/var/tmp/manta_external_sort";
  // Relative paths start where the user is, also under `bazel run`, which starts programs elsewhere.
  const char* const user_directory = std::getenv("BUILD_WORKING_DIRECTORY");
  const fs::path start = user_directory != nullptr ? fs::path(user_directory) : fs::current_path();
  wishes.directory = start / wishes.directory;
  if (!wishes.output.empty()) wishes.output = fs::weakly_canonical(start / wishes.output);  // A link stays one.
  return wishes;
}

//(begin plan)
// How the work is cut. A task has its run in memory while it sorts; the merge has a block of each run, and asks for the
// next one ahead. Both fit into the store's memory, with as much again for what is on its way to the disk.
struct Plan {
  uint64_t seed = 0;
  uint64_t record_count = 0;
  uint64_t run_records = 0;    // Sorted at a time, by one task.
  uint64_t block_records = 0;  // An object: what is spilled and restored as a whole.

  uint64_t run_count() const { return (record_count + run_records - 1) / run_records; }
};

constexpr uint64_t kRunPart = 8;        // A run is this part of the memory,
constexpr size_t kRunsAtOnce = 3;       // so many are sorted at a time,
constexpr uint64_t kMergePart = 4;      // and a block of each run is this part of it.
constexpr size_t kBlocksToWrite = 4;    // Merged, on their way into the file.
constexpr uint64_t kBlockRecords = 64;  // At least: smaller ones are more work than they hold.

Plan MakePlan(const Wishes& wishes) {
  Plan plan = {.seed = wishes.seed, .record_count = wishes.record_count};
  const uint64_t memory_records = wishes.memory_bytes / sizeof(Record);
  plan.run_records = memory_records / kRunPart;
  plan.block_records = memory_records / kMergePart / plan.run_count();
  if (plan.block_records < kBlockRecords) {
    throw example::UsageError{"--memory is " + std::to_string(wishes.memory_bytes) + " bytes, too few to merge the " +
                              std::to_string(plan.run_count()) + " runs that the input would be sorted in: give more"};
  }
  return plan;
}
//(end plan)

//(begin stage)
// A part of the work. At each step it shows how far it is, and unwinds if somebody has interrupted the program.
class Stage {
 public:
  Stage(std::string title, uint64_t total_bytes, bool quiet) {
    if (!quiet) view_.emplace(std::move(title), total_bytes);
  }

  void Reach(uint64_t bytes) {
    external_sort::ThrowIfInterrupted();
    if (view_) view_->Show({.ready_count = bytes});
  }

 private:
  std::optional<manta::ProgressView> view_;
};
//(end stage)

//(begin config)
// The store of this program: so much memory, and a disk behind it. What the user gives as --manta_... still wins.
manta::Options OptionsFor(const Wishes& wishes) {
  std::ostringstream store;
  store << "object_store {\n"
           "  name: 'manta.object_store.tiered'\n"
           "  typed_config {\n"
           "    [type.googleapis.com/manta.plugins.object_store.tiered.v1.TieredStoreConfig] {\n"
           "      directory: "
        << std::quoted(wishes.directory)
        << " capacity_bytes: " << 2 * wishes.record_count * sizeof(Record) + wishes.memory_bytes
        << "\n"
           "    }\n"
           "  }\n"
           "  inner {\n"
           "    key: 'memory'\n"
           "    value {\n"
           "      name: 'manta.object_store.heap'\n"
           "      typed_config {\n"
           "        [type.googleapis.com/manta.plugins.object_store.heap.v1.HeapStoreConfig] {\n"
           "          capacity_bytes: "
        << wishes.memory_bytes
        << " kept_bytes_max: 0\n"
           "        }\n"
           "      }\n"
           "    }\n"
           "  }\n"
           "}\n"
           "memory_bytes_max: "
        << wishes.memory_bytes + 64 * kMiB
        << " inline_bytes_max: " << kBlockRecords * sizeof(Record);  // Blocks lie in the store, however small they are.
  return {.set = {store.str()}};
}
//(end config)

// What the input holds, whatever its order.
struct Sums {
  uint64_t record_count = 0;
  uint64_t key_sum = 0;
  uint64_t key_xor = 0;
  uint64_t pair_sum = 0;

  void Add(const Record& record) {
    ++record_count;
    key_sum += record.key;
    key_xor ^= record.key;
    pair_sum += record.key * (2 * record.number + 1);
  }
  void Add(const Sums& other) {
    record_count += other.record_count;
    key_sum += other.key_sum;
    key_xor ^= other.key_xor;
    pair_sum += other.pair_sum;
  }
  bool operator==(const Sums&) const = default;
};

// The input: each record depends on the seed and its number alone, so that any task can make any part of it.
Record RecordAt(uint64_t seed, uint64_t number) {
  uint64_t key = (seed + number) * 0x9e3779b97f4a7c15 + (seed << 32);
  key = (key ^ key >> 30) * 0xbf58476d1ce4e5b9;
  key = (key ^ key >> 27) * 0x94d049bb133111eb;
  return {.key = key ^ key >> 31, .number = number};
}

//(begin run)
// A sorted part of the input, in blocks. It holds references, not arrays: the blocks may leave memory.
struct SortedRun {
  std::vector<manta::ObjectRef<Block>> blocks;
  Sums sums;
};

SortedRun SortRun(const Plan& plan, uint64_t first) {
  SortedRun run;
  const uint64_t count = std::min(plan.run_records, plan.record_count - first);
  const Block sorted = manta::BuildArray<Record>(count, [&](std::span<Record> records) {
    for (uint64_t i = 0; i < count; ++i) run.sums.Add(records[i] = RecordAt(plan.seed, first + i));
    std::ranges::sort(records, {}, &Record::key);
  });
  for (uint64_t begin = 0; begin < count; begin += plan.block_records) {
    const std::span<const Record> part = sorted.span().subspan(begin, std::min(plan.block_records, count - begin));
    run.blocks.push_back(manta::Put(manta::BuildArray<Record>(
        part.size(), [&](std::span<Record> block) { std::ranges::copy(part, block.begin()); })));
  }
  return run;
}
//(end run)

struct Runs {
  std::vector<std::vector<manta::ObjectRef<Block>>> blocks;  // Of each run.
  Sums sums;
};

//(begin runs)
Runs SortRuns(const Plan& plan, Stage&& stage) {
  Runs runs;
  std::deque<manta::ObjectRef<SortedRun>> sorting;
  const auto take_first = [&] {
    const std::shared_ptr<const SortedRun> run = manta::Get(sorting.front());
    runs.blocks.push_back(run->blocks);
    runs.sums.Add(run->sums);
    sorting.pop_front();
    stage.Reach(runs.sums.record_count * sizeof(Record));
  };
  for (uint64_t first = 0; first < plan.record_count; first += plan.run_records) {
    if (sorting.size() == kRunsAtOnce) take_first();
    sorting.push_back(manta::Task<SortRun>().Remote(plan, first));
  }
  while (!sorting.empty()) take_first();
  return runs;
}
//(end runs)

//(begin cursor)
// Reading a block brings it back into memory. Whoever reads it soon asks ahead, and finds it there.
void BringBack(const Block&) {}

// Reads a run from front to end. It looks at one block at a time; each is gone once it was read.
class Cursor {
 public:
  explicit Cursor(std::vector<manta::ObjectRef<Block>> blocks)
      : blocks_(std::make_move_iterator(blocks.begin()), std::make_move_iterator(blocks.end())) {
    Next();
  }

  bool at_end() const { return block_ == nullptr; }
  const Record& record() const { return (*block_)[index_]; }
  void Step() {
    if (++index_ == block_->size()) Next();
  }

 private:
  void Next() {
    index_ = 0;
    block_ = nullptr;  // The last that looked at it: nobody refers to it any more.
    if (blocks_.empty()) return;
    block_ = manta::Get(blocks_.front());
    blocks_.pop_front();
    if (!blocks_.empty()) manta::Task<BringBack>().Send(blocks_.front());
  }

  std::deque<manta::ObjectRef<Block>> blocks_;
  std::shared_ptr<const Block> block_;
  uint64_t index_ = 0;
};
//(end cursor)

// The smallest record of several runs, again and again: a heap of cursors.
class Merge {
 public:
  explicit Merge(std::vector<std::vector<manta::ObjectRef<Block>>> runs) {
    for (auto& blocks : runs) cursors_.emplace_back(std::move(blocks));
    for (uint32_t i = 0; i < cursors_.size(); ++i) heap_.push_back({cursors_[i].record().key, i});
    for (size_t at = heap_.size() / 2; at-- > 0;) Sink(at);
  }

  // REQUIRES: not all were taken.
  Record Take() {
    Head& first = heap_.front();
    Cursor& cursor = cursors_[first.cursor];
    const Record record = cursor.record();
    cursor.Step();
    if (cursor.at_end()) {
      first = heap_.back();
      heap_.pop_back();
    } else {
      first.key = cursor.record().key;
    }
    if (!heap_.empty()) Sink(0);
    return record;
  }

 private:
  struct Head {
    uint64_t key;
    uint32_t cursor;
  };

  void Sink(size_t at) {
    const Head head = heap_[at];
    for (size_t child = 2 * at + 1; child < heap_.size(); child = 2 * at + 1) {
      if (child + 1 < heap_.size() && heap_[child + 1].key < heap_[child].key) ++child;
      if (head.key <= heap_[child].key) break;
      heap_[at] = heap_[child];
      at = child;
    }
    heap_[at] = head;
  }

  std::deque<Cursor> cursors_;
  std::vector<Head> heap_;
};

//(begin output)
// Writes blocks one after another; an actor's calls run in the order in which they were made.
class OutputFile {
 public:
  explicit OutputFile(const std::string& path) : file_(path, std::ios::binary) {
    if (!file_) throw std::system_error(errno, std::generic_category(), "cannot write " + path);
  }

  void Append(std::span<const Record> records) {
    file_.write(reinterpret_cast<const char*>(records.data()), static_cast<std::streamsize>(records.size_bytes()));
    if (!file_) throw std::system_error(errno, std::generic_category(), "cannot write the sorted file");
  }

  void Close() {
    file_.close();
    if (!file_) throw std::system_error(errno, std::generic_category(), "cannot write the end of the sorted file");
  }

 private:
  std::ofstream file_;
};
//(end output)

//(begin merge)
void MergeRuns(const Plan& plan, Runs runs, const std::string& path, Stage&& stage) {
  const manta::ActorHandle<OutputFile> output = manta::Actor<OutputFile>().Remote(path);
  Merge merge(std::move(runs.blocks));
  std::deque<manta::ObjectRef<void>> writing;
  for (uint64_t done = 0; done < plan.record_count; done += plan.block_records) {
    if (writing.size() == kBlocksToWrite) {  // The merge is never further ahead than that.
      manta::Get(writing.front());
      writing.pop_front();
    }
    const manta::ObjectRef<Block> block = manta::Put(manta::BuildArray<Record>(
        std::min(plan.block_records, plan.record_count - done),
        [&](std::span<Record> records) { std::ranges::generate(records, [&] { return merge.Take(); }); }));
    writing.push_back(output.Task<&OutputFile::Append>().Remote(block));
    stage.Reach(done * sizeof(Record));
  }
  for (const manta::ObjectRef<void>& written : writing) manta::Get(written);
  manta::Get(output.Task<&OutputFile::Close>().Remote());
  stage.Reach(plan.record_count * sizeof(Record));
}
//(end merge)

// Where the program writes: the store's directory, which goes at the end if it was not there before, and the sorted
// file. The user's is FILE.partial until Keep, and goes unless that is called: so what has the name is whole, and an
// older file stays until then. Without one it has no name, and is gone with the program however that ends.
class Output {
 public:
  explicit Output(const Wishes& wishes)
      : directory_(wishes.directory), existed_(fs::exists(directory_)), name_(wishes.output) {}
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  ~Output() {
    std::error_code gone_or_in_use;
    if (!partial_.empty()) fs::remove(partial_, gone_or_in_use);
    if (descriptor_ >= 0) close(descriptor_);
    if (!existed_) fs::remove(directory_, gone_or_in_use);
  }

  // The store has made the directory by now.
  void Open() {
    if (fs::exists(name_) && !fs::is_regular_file(name_)) {
      throw std::runtime_error("cannot write " + name_ + ": it is not a regular file");
    }
    std::string path = name_.empty() ? directory_ + "/sorted.XXXXXX" : name_ + ".partial";
    descriptor_ = name_.empty() ? mkstemp(path.data()) : open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "cannot write " + path);
    if (flock(descriptor_, LOCK_EX | LOCK_NB) != 0) throw std::runtime_error(path + ": another program writes it");
    partial_ = path;
    fs::resize_file(partial_, 0);  // A killed program may have left it.
    if (name_.empty()) fs::remove(std::exchange(partial_, ""));
  }

  // To write and to read, whatever its name is.
  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

  // It is as it should be: gives it the name that the user wants, if any.
  void Keep() {
    if (!name_.empty()) fs::rename(std::exchange(partial_, ""), name_);
  }

 private:
  const std::string directory_;
  const bool existed_;
  const std::string name_;
  std::string partial_;  // Empty: there is no such file, or it is somebody else's.
  int descriptor_ = -1;
};

// The most memory that this process has had at a time, as Linux counts it.
uint64_t PeakResidentBytes() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    uint64_t kib = 0;
    if (word == "VmHWM:" && status >> kib) return kib << 10;
  }
  return 0;
}

// What one of the runtime's metrics has come to.
uint64_t Metric(const std::string& metrics, std::string_view name) {
  std::istringstream lines(metrics);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(name) && line[name.size()] == ' ') return std::stoull(line.substr(name.size()));
  }
  return 0;
}

std::string Shown(uint64_t bytes) {
  return bytes % kMiB == 0 || bytes >= 10 * kMiB ? std::to_string((bytes + kMiB / 2) / kMiB) + " MiB"
                                                 : std::to_string(bytes >> 10) + " KiB";
}

class Stopwatch {
 public:
  std::string Lap() {
    const auto now = SteadyClock::now();
    const double seconds = std::chrono::duration<double>(now - std::exchange(start_, now)).count();
    std::ostringstream text;
    text << std::fixed << std::setprecision(1) << seconds << " s";
    return text.str();
  }

 private:
  SteadyClock::time_point start_ = SteadyClock::now();
};

void ShowRow(std::string_view what, const std::string& amount, const std::string& remark) {
  std::cout << std::left << std::setw(10) << what << std::right << std::setw(12) << amount << "   " << remark << "\n";
}

// False, and a line that says what is wrong: the file is not what went in, sorted.
bool Check(const std::string& path, const Sums& wanted, Stage&& stage) {
  const external_sort::FileFacts facts =
      external_sort::ReadSortedFile(path, [&](uint64_t bytes) { stage.Reach(bytes); });
  const Sums found = {.record_count = facts.record_count,
                      .key_sum = facts.key_sum,
                      .key_xor = facts.key_xor,
                      .pair_sum = facts.pair_sum};
  if (facts.first_misplaced != UINT64_MAX) {
    std::cerr << "external_sort: record " << facts.first_misplaced << " has a smaller key than the one before\n";
  } else if (found != wanted) {
    std::cerr << "external_sort: the file holds " << found.record_count << " records, the input had "
              << wanted.record_count << ", and their sums differ or their numbers do\n";
  }
  return facts.first_misplaced == UINT64_MAX && found == wanted;
}

int Run(int argc, char** argv) {
  const Wishes wishes = Parse(argc, argv);
  const Plan plan = MakePlan(wishes);
  Output output(wishes);  // Before the runtime: it goes after the store.
  manta::Runtime runtime = manta::Init(&argc, &argv, OptionsFor(wishes));
  output.Open();  // Before all the work, which would be in vain without it.
  const uint64_t size_bytes = plan.record_count * sizeof(Record);
  Stopwatch stopwatch;

  Runs runs = SortRuns(plan, Stage("sorting runs", size_bytes, wishes.quiet));
  const Sums sums = runs.sums;
  ShowRow("sorted", Shown(size_bytes),
          "in " + std::to_string(plan.run_count()) + " runs of " + Shown(plan.run_records * sizeof(Record)) + ", " +
              stopwatch.Lap());
  MergeRuns(plan, std::move(runs), output.path(), Stage("merging", size_bytes, wishes.quiet));
  ShowRow("merged", Shown(size_bytes), stopwatch.Lap());
  const bool right = Check(output.path(), sums, Stage("checking", size_bytes, wishes.quiet));
  if (right) output.Keep();
  ShowRow("checked", Shown(size_bytes), stopwatch.Lap());
  const std::string metrics = runtime.MetricsText();
  ShowRow("spilled", Shown(Metric(metrics, "manta_spill_written_bytes_total")), "to disk");
  ShowRow("restored", Shown(Metric(metrics, "manta_spill_read_bytes_total")), "from there");
  ShowRow("store", Shown(wishes.memory_bytes), "of memory at most");
  ShowRow("peak", Shown(PeakResidentBytes()), "of memory for the whole program");
  if (right) {
    std::cout << plan.record_count << " records are in order, and are those that went in (checksum " << std::hex
              << sums.pair_sum << ")\n";
  }
  return right ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace

int main(int argc, char** argv) {
  external_sort::CatchInterruptions();
  return external_sort::EndInterrupted(example::Main("external_sort", kHelp, argc, argv, Run));
}

// SPDX-License-Identifier: Apache-2.0
