// Fuzzes what the tiered store reads back from its files: of a file that was changed in any way each object is what was
// written, or a typed error; and nothing is read beyond the object's blocks.
//
//   ./bazelw build --config=fuzz //tests/fuzz:spill_file_fuzzer
//   bazel-bin/tests/fuzz/spill_file_fuzzer -runs=1000000 -max_len=256 DIRECTORY tests/fuzz/corpus/spill_file
//
// The input is a recipe: how many objects lie in the file, and how large each is; then changes of it, one after the
// other, as long as there are bytes.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "core/interface/disk.h"
#include "core/interface/executor_wrapper.h"
#include "core/simulation/simulated_clock.h"
#include "core/simulation/simulated_executor.h"
#include "core/simulation/simulated_random.h"
#include "plugins/object_store/tiered/direct_buffer.h"
#include "plugins/object_store/tiered/spill_file.h"

namespace {

using manta::SpillEntry;
using manta::SpillItem;
using Bytes = std::vector<std::byte>;

void Require(bool condition) {
  if (!condition) std::abort();
}

// Numbers from the input; zeros when it has ended.
class Recipe {
 public:
  explicit Recipe(std::span<const uint8_t> input) : input_(input) {}

  bool done() const { return input_.empty(); }
  uint8_t Byte() {
    if (done()) return 0;
    const uint8_t byte = input_.front();
    input_ = input_.subspan(1);
    return byte;
  }
  size_t Below(size_t end) {  // REQUIRES: end > 0
    const size_t high = Byte();
    return (high << 8 | Byte()) % end;
  }

 private:
  std::span<const uint8_t> input_;
};

// One file, in memory.
class OneFile final : public manta::Disk {
 public:
  absl::StatusOr<std::unique_ptr<manta::File>> Open(std::string_view, manta::OpenMode) override {
    return std::make_unique<Handle>(*this);
  }
  absl::Status Rename(std::string_view, std::string_view) override { std::abort(); }
  absl::Status Remove(std::string_view) override { std::abort(); }
  absl::Status MakeDirectory(std::string_view) override { std::abort(); }
  absl::Status SyncDirectory(std::string_view) override { std::abort(); }
  absl::Status List(std::string_view, manta::NameSink&) override { std::abort(); }
  absl::StatusOr<uint64_t> FreeBytes(std::string_view) override { std::abort(); }

  Bytes bytes;
  uint64_t read_end = 0;  // How far was read.

 private:
  class Handle final : public manta::File {
   public:
    explicit Handle(OneFile& disk) : disk_(disk) {}

    absl::Status ReadAt(uint64_t offset, std::span<std::byte> out) override {
      RequireDirect(offset, out.data(), out.size());
      disk_.read_end = std::max(disk_.read_end, offset + out.size());
      if (offset > disk_.bytes.size() || out.size() > disk_.bytes.size() - offset) {
        return absl::DataLossError("the file ends before");
      }
      std::memcpy(out.data(), disk_.bytes.data() + offset, out.size());
      return absl::OkStatus();
    }
    absl::Status WriteAt(uint64_t offset, std::span<const std::byte> bytes) override {
      RequireDirect(offset, bytes.data(), bytes.size());
      disk_.bytes.resize(std::max<size_t>(disk_.bytes.size(), offset + bytes.size()));
      std::memcpy(disk_.bytes.data() + offset, bytes.data(), bytes.size());
      return absl::OkStatus();
    }
    absl::Status Sync() override { return absl::OkStatus(); }
    absl::StatusOr<uint64_t> SizeBytes() override { return disk_.bytes.size(); }

   private:
    static void RequireDirect(uint64_t offset, const std::byte* memory, size_t size) {
      Require(offset % manta::kDirectBytes == 0 && size % manta::kDirectBytes == 0);
      Require(reinterpret_cast<uintptr_t>(memory) % manta::kDirectBytes == 0);
    }

    OneFile& disk_;
  };
};

// Gives no threads: transfers are too few for one.
class NoThreads final : public manta::ExecutorWrapper {
 public:
  using ExecutorWrapper::ExecutorWrapper;
  absl::StatusOr<manta::ThreadId> Start(std::string_view, manta::Job) override {
    return absl::ResourceExhaustedError("no thread here");
  }
};

manta::Executor& TheExecutor() {
  static manta::SimulatedClock clock;
  static manta::SimulatedRandom random(1);
  static manta::SimulatedExecutor executor(clock, random);
  static NoThreads no_threads(executor);
  return no_threads;
}

manta::DirectBuffers& TheBuffers() {
  static manta::DirectBuffers buffers;
  return buffers;
}

struct Object {
  Bytes metadata;
  Bytes data;
};

// The largest one's data come in a second transfer.
Object NewObject(Recipe& recipe, bool may_be_large) {
  constexpr size_t kSizes[] = {0, 1, 8, 63, 500, 4040, 9000};
  const uint8_t choice = recipe.Byte();
  Object object;
  object.metadata.resize(choice / 16 * 7);
  object.data.resize(choice == 255 && may_be_large ? manta::kTransferBytes + 5 : kSizes[choice % std::size(kSizes)]);
  uint64_t word = choice;
  for (Bytes* const bytes : {&object.metadata, &object.data}) {
    for (size_t i = 0; i < bytes->size(); i += 97) (*bytes)[i] = static_cast<std::byte>(word = word * 167 + 3);
  }
  return object;
}

struct Written {
  std::vector<Object> objects;
  std::vector<SpillEntry> entries;
  Bytes bytes;
};

Written WriteFile(Recipe& recipe, uint64_t first_number) {
  Written written;
  const size_t count = 1 + recipe.Byte() % 4;
  for (size_t i = 0; i < count; ++i) written.objects.push_back(NewObject(recipe, /*may_be_large=*/i == 0));
  std::vector<SpillItem> items;
  for (size_t i = 0; i < count; ++i) {
    const Object& object = written.objects[i];
    items.push_back({.id = manta::ObjectId(7, first_number + i, 0), .data = object.data, .metadata = object.metadata});
  }
  OneFile disk;
  auto entries = manta::WriteSpillFile(disk, TheExecutor(), TheBuffers(), "file", items);
  Require(entries.ok() && entries->size() == count && disk.bytes.size() == manta::SpillFileBytes(items));
  written.entries = *std::move(entries);
  written.bytes = std::move(disk.bytes);
  return written;
}

void Change(Bytes& file, Recipe& recipe) {
  const uint8_t what = recipe.Byte() % 6;
  if (what == 5) {  // Longer.
    file.resize(file.size() + 1 + recipe.Below(2 * manta::kDirectBytes), std::byte{0xa5});
    return;
  }
  if (file.empty()) return;
  const size_t at = recipe.Below(file.size());
  switch (what) {
    case 0:  // A bit, or more.
      file[at] ^= static_cast<std::byte>(std::max<uint8_t>(recipe.Byte(), 1));
      return;
    case 1:  // Shorter: somewhere, or by whole blocks.
      file.resize(recipe.Byte() % 2 == 0 ? at : manta::BlockBegin(at));
      return;
    case 2:  // Anything, as other lengths in a header.
      for (size_t i = at, end = std::min(file.size(), at + recipe.Byte() % 48); i < end; ++i) {
        file[i] = static_cast<std::byte>(recipe.Byte());
      }
      return;
    case 3:  // A lost write.
      std::fill_n(file.begin() + static_cast<int64_t>(manta::BlockBegin(at)),
                  std::min<uint64_t>(manta::kDirectBytes, file.size() - manta::BlockBegin(at)), std::byte{0});
      return;
    default: {  // Parts of another file, with headers and checksums that are right there.
      const Written other = WriteFile(recipe, /*first_number=*/1 + recipe.Byte() % 8);
      const size_t from = recipe.Below(other.bytes.size());
      const size_t count = std::min({file.size() - at, other.bytes.size() - from, recipe.Below(1024) * 16});
      std::copy_n(other.bytes.begin() + static_cast<int64_t>(from), count, file.begin() + static_cast<int64_t>(at));
    }
  }
}

absl::Status ReadBack(manta::SpillReader& reader, const SpillEntry& entry, Object& object) {
  object.metadata.resize(entry.metadata_bytes);
  object.data.resize(entry.size_bytes);
  if (absl::Status begun = reader.Begin(entry); !begun.ok()) return begun;
  if (absl::Status read = reader.Read(object.metadata); !read.ok()) return read;
  if (absl::Status read = reader.Read(object.data); !read.ok()) return read;
  return reader.Finish();
}

std::unique_ptr<manta::SpillReader> OpenFile(OneFile& disk, uint64_t ahead_end) {
  auto reader = manta::SpillReader::Open(disk, TheExecutor(), TheBuffers(), "file", ahead_end);
  Require(reader.ok());
  return *std::move(reader);
}

// What is read ahead may be missing; what is read is as written.
void ReadAhead(OneFile& disk, const Written& written) {
  const bool is_whole = disk.bytes == written.bytes;
  std::unique_ptr<manta::SpillReader> reader = OpenFile(disk, written.bytes.size());
  for (size_t i = 0; i < written.entries.size(); ++i) {
    Object object;
    const absl::Status read = ReadBack(*reader, written.entries[i], object);
    Require(!is_whole || read.ok());
    if (read.ok()) {
      Require(object.metadata == written.objects[i].metadata && object.data == written.objects[i].data);
    } else {
      Require(read.code() == absl::StatusCode::kDataLoss && !read.message().empty());
      reader = OpenFile(disk, written.bytes.size());
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Recipe recipe({data, size});
  const Written written = WriteFile(recipe, /*first_number=*/1);
  OneFile disk;
  disk.bytes = written.bytes;
  while (!recipe.done()) Change(disk.bytes, recipe);
  for (size_t i = 0; i < written.entries.size(); ++i) {
    const SpillEntry& entry = written.entries[i];
    const uint64_t end = i + 1 < written.entries.size() ? written.entries[i + 1].offset
                                                        : entry.offset + sizeof(manta::SpillEntryHeader) +
                                                              entry.metadata_bytes + entry.size_bytes + 8;
    const bool there = disk.bytes.size() >= manta::BlockEnd(end);
    const bool same = there && std::equal(written.bytes.begin() + static_cast<int64_t>(entry.offset),
                                          written.bytes.begin() + static_cast<int64_t>(end),
                                          disk.bytes.begin() + static_cast<int64_t>(entry.offset));
    disk.read_end = 0;
    Object object;
    const absl::Status read = ReadBack(*OpenFile(disk, /*ahead_end=*/0), entry, object);
    Require(read.ok() == same);
    Require(disk.read_end <= manta::BlockEnd(end));
    if (read.ok()) {
      Require(object.metadata == written.objects[i].metadata && object.data == written.objects[i].data);
    } else {
      Require(read.code() == absl::StatusCode::kDataLoss && !read.message().empty());
    }
  }
  ReadAhead(disk, written);
  return 0;
}

// SPDX-License-Identifier: Apache-2.0
