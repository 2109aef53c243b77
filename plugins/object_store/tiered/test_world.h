// plugins/object_store/tiered/test_world.h -- what the tests of this folder share: a disk that misbehaves on its
// k-th call, memory for the inner store, and a store over both.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/ids.h"
#include "core/interface/basic_object_store.h"
#include "core/interface/disk_wrapper.h"
#include "core/interface/host_wrapper.h"
#include "core/interface/object_store.h"
#include "plugins/object_store/tiered/direct_buffer.h"
#include "plugins/object_store/tiered/tiered_store.h"
#include "tests/support/fifo_policy.h"

namespace manta {

// What the disk does once. The last two are lies: they are told as success.
enum class DiskFault { kNone, kFails, kIsFull, kTearsAndFails, kTears, kFlipsABit };

inline constexpr std::string_view kSpillBase = "/spill";

class FaultyDisk final : public DiskWrapper {
 public:
  // `pause` is called before each call: a point at which other threads may run.
  explicit FaultyDisk(Disk& inner, void (*pause)(void*) = nullptr, void* context = nullptr)
      : DiskWrapper(inner), pause_(pause), context_(context) {}

  // The `call`-th call from now on (1: the next), of any kind, meets the fault.
  void Arm(DiskFault fault, uint64_t call) {
    fault_ = fault;
    countdown_ = call;
  }
  uint64_t calls() const { return calls_; }
  bool met() const { return fault_ != DiskFault::kNone && countdown_ == 0; }

  absl::StatusOr<std::unique_ptr<File>> Open(std::string_view path, OpenMode mode) override {
    if (absl::Status failed = Refused(Next()); !failed.ok()) return failed;
    auto file = DiskWrapper::Open(path, mode);
    if (!file.ok()) return file.status();
    return std::make_unique<FaultyFile>(*std::move(file), *this);
  }
  absl::Status Remove(std::string_view path) override {
    const absl::Status failed = Refused(Next());
    return failed.ok() ? DiskWrapper::Remove(path) : failed;
  }
  absl::Status MakeDirectory(std::string_view path) override {
    const absl::Status failed = Refused(Next());
    return failed.ok() ? DiskWrapper::MakeDirectory(path) : failed;
  }
  absl::Status List(std::string_view path, NameSink& sink) override {
    const absl::Status failed = Refused(Next());
    return failed.ok() ? DiskWrapper::List(path, sink) : failed;
  }

 private:
  class FaultyFile final : public FileWrapper {
   public:
    FaultyFile(std::unique_ptr<File> inner, FaultyDisk& disk) : FileWrapper(std::move(inner)), disk_(disk) {}

    absl::Status ReadAt(uint64_t offset, std::span<std::byte> out) override {
      const DiskFault fault = disk_.Next();
      if (absl::Status failed = Refused(fault); !failed.ok()) return failed;
      absl::Status read = FileWrapper::ReadAt(offset, out);
      if (fault == DiskFault::kFlipsABit) out[out.size() / 3] ^= std::byte{4};
      return read;
    }
    absl::Status WriteAt(uint64_t offset, std::span<const std::byte> bytes) override {
      const DiskFault fault = disk_.Next();
      if (fault == DiskFault::kFails || fault == DiskFault::kIsFull) return Refused(fault);
      if (fault == DiskFault::kTears || fault == DiskFault::kTearsAndFails) {
        absl::Status torn = FileWrapper::WriteAt(offset, bytes.first(BlockBegin(bytes.size() / 2)));
        return fault == DiskFault::kTears ? torn : Refused(fault);
      }
      if (fault != DiskFault::kFlipsABit) return FileWrapper::WriteAt(offset, bytes);
      DirectBuffers buffers;
      const DirectBuffers::Buffer copy = buffers.Take();
      if (copy == nullptr) return absl::ResourceExhaustedError("no memory for the test");
      std::memcpy(copy.get(), bytes.data(), bytes.size());
      copy[100] ^= std::byte{16};  // In the first entry of the file.
      return FileWrapper::WriteAt(offset, {copy.get(), bytes.size()});
    }
    absl::Status Sync() override {
      const absl::Status failed = Refused(disk_.Next());
      return failed.ok() ? FileWrapper::Sync() : failed;
    }

   private:
    FaultyDisk& disk_;
  };

  static absl::Status Refused(DiskFault fault) {
    switch (fault) {
      case DiskFault::kFails:
      case DiskFault::kTearsAndFails:
        return absl::DataLossError("injected: input/output error");
      case DiskFault::kIsFull:
        return absl::ResourceExhaustedError("injected: no space left");
      default:
        return absl::OkStatus();
    }
  }

  // What this call meets.
  DiskFault Next() {
    if (pause_ != nullptr) pause_(context_);
    ++calls_;
    return countdown_ != 0 && --countdown_ == 0 ? fault_ : DiskFault::kNone;
  }

  void (*const pause_)(void*);
  void* const context_;
  DiskFault fault_ = DiskFault::kNone;
  uint64_t countdown_ = 0;
  std::atomic<uint64_t> calls_{0};
};

class HostWithDisk final : public HostWrapper {
 public:
  HostWithDisk(const Host& inner, Disk& disk) : HostWrapper(inner), disk_(disk) {}
  Disk& disk() const override { return disk_; }

 private:
  Disk& disk_;
};

class AlignedMemory final : public ObjectMemory {
 public:
  std::byte* Allocate(uint64_t size_bytes) override {
    return static_cast<std::byte*>(std::aligned_alloc(64, (size_bytes + 63) / 64 * 64));
  }
  void Free(std::byte* memory, uint64_t) override { std::free(memory); }
};

inline absl::StatusOr<std::unique_ptr<TieredStore>> MakeTieredStore(const Host& host, uint64_t memory_bytes,
                                                                    const TieredStoreOptions& options) {
  absl::StatusOr<std::unique_ptr<SpillDirectory>> directory = SpillDirectory::Make(host, kSpillBase);
  if (!directory.ok()) return directory.status();
  return std::make_unique<TieredStore>(host, options,
                                       TieredStoreParts{.memory = std::make_unique<BasicObjectStore>(
                                                            host, memory_bytes, std::make_unique<AlignedMemory>()),
                                                        .eviction = std::make_unique<FifoPolicy>(),
                                                        .spilling = std::make_unique<FifoPolicy>(),
                                                        .directory = *std::move(directory)});
}

class NameList final : public NameSink {
 public:
  void OnName(std::string_view name) override { names.emplace_back(name); }
  std::vector<std::string> names;
};

// The paths of all spill files.
inline std::vector<std::string> SpillFiles(Disk& disk) {
  std::vector<std::string> files;
  NameList stores;
  disk.List(kSpillBase, stores).IgnoreError();
  for (const std::string& store : stores.names) {
    const std::string directory = std::string(kSpillBase) + "/" + store;
    NameList found;
    disk.List(directory, found).IgnoreError();
    for (const std::string& name : found.names) {
      if (name.starts_with("objects-")) files.push_back(directory + "/" + name);
    }
  }
  return files;
}

// How many directories stores have there.
inline size_t SpillDirectories(Disk& disk) {
  NameList found;
  disk.List(kSpillBase, found).IgnoreError();
  return found.names.size();
}

// By words: tests are built without optimization.
inline uint64_t PatternWord(uint64_t tag, uint64_t word) {
  return (tag * 0x9e3779b97f4a7c15u ^ word) * 0x2545f4914f6cdd1du;
}

inline void FillPattern(std::span<std::byte> out, uint64_t tag) {
  for (uint64_t i = 0; i * 8 < out.size(); ++i) {
    const uint64_t word = PatternWord(tag, i);
    std::memcpy(out.data() + i * 8, &word, std::min<uint64_t>(8, out.size() - i * 8));
  }
}

inline bool HoldsPattern(std::span<const std::byte> bytes, uint64_t tag) {
  for (uint64_t i = 0; i * 8 < bytes.size(); ++i) {
    const uint64_t word = PatternWord(tag, i);
    if (std::memcmp(bytes.data() + i * 8, &word, std::min<uint64_t>(8, bytes.size() - i * 8)) != 0) return false;
  }
  return true;
}

// Create, fill with the tag's pattern, Seal. The metadata are the tag.
inline absl::Status PutObject(ObjectStore& store, ObjectId id, uint64_t size_bytes, uint64_t tag) {
  const auto data = store.Create(id, size_bytes, std::as_bytes(std::span(&tag, 1)));
  if (!data.ok()) return data.status();
  FillPattern(*data, tag);
  return store.Seal(id);
}

// Whether a view holds what PutObject wrote, whatever tag it was.
inline bool Whole(const ObjectView& view) {
  uint64_t tag = 0;
  if (view.metadata.size() != sizeof(tag)) return false;
  std::memcpy(&tag, view.metadata.data(), sizeof(tag));
  return HoldsPattern(view.data, tag);
}

// Get, look, Release. kInternal: other bytes than were written.
inline absl::Status LookAt(ObjectStore& store, ObjectId id) {
  const absl::StatusOr<ObjectView> view = store.Get(id);
  if (!view.ok()) return view.status();
  const bool whole = Whole(*view);
  if (absl::Status released = store.Release(id); !released.ok()) return released;
  return whole ? absl::OkStatus() : absl::InternalError("object " + id.ToHex() + " has other bytes than were written");
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
