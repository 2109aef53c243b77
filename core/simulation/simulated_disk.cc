#include "core/simulation/simulated_disk.h"

#include <glog/logging.h>

#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "core/base/mutex.h"
#include "core/base/text.h"

namespace manta {
namespace {

using absl::StatusCode;

constexpr uint64_t kSectorBytes = 512;  // What a device writes as a whole or not at all.
constexpr size_t kNameBytesMax = 255;
constexpr size_t kOperationCount = 10;  // DiskOperation counts from 1.

// A file or a directory, with what programs see and what would survive a crash.
struct Node {
  explicit Node(bool is_directory) : directory(is_directory) {}

  const bool directory;

  std::vector<std::byte> bytes;
  std::vector<std::byte> durable_bytes;
  std::set<uint64_t> dirty_sectors;  // Written since the last Sync.
  uint64_t user_count = 0;           // Entries that programs see, and open files; at 0 its space is free.
  bool locked = false;               // An open file has it in kLock.

  using Entries = std::map<std::string, std::shared_ptr<Node>, std::less<>>;
  Entries entries;
  Entries durable_entries;
};

// One step: an entry goes, or comes, or (a rename) both.
struct Change {
  std::shared_ptr<Node> from;
  std::string from_name;
  std::shared_ptr<Node> to;
  std::string to_name;
  std::shared_ptr<Node> node;

  void Apply(Node::Entries Node::*entries) const {
    if (from != nullptr) ((*from).*entries).erase(from_name);
    if (to != nullptr) ((*to).*entries)[to_name] = node;
  }
  bool Touches(const std::set<Node*>& directories) const {
    return directories.contains(from.get()) || directories.contains(to.get());
  }
};

// Where a path leads: an entry of a directory, which may be missing, or the root (without a parent).
struct Place {
  std::shared_ptr<Node> parent;
  std::string name;
  std::shared_ptr<Node> node;
};

template <typename... Parts>
absl::Status DiskError(StatusCode code, std::string_view action, std::string_view path, const Parts&... reason) {
  return MakeStatus(code, action, " ", Quoted(path), ": ", reason...);
}

}  // namespace

class SimulatedDisk::State {
 public:
  State(Random& random, uint64_t capacity_bytes) : random_(random), capacity_bytes_(capacity_bytes) {}

  struct Fault {
    uint64_t after = 0;
    StatusCode after_code{};
    uint64_t chance = 0;
    StatusCode chance_code{};
  };

  Fault& FaultOf(DiskOperation operation) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
    const auto index = static_cast<size_t>(operation);
    CHECK(index > 0 && index < kOperationCount) << "there is no disk operation " << index;
    return faults_[index];
  }

  absl::Status Fail(DiskOperation operation, std::string_view action, std::string_view path)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
    Fault& fault = FaultOf(operation);
    if (fault.after > 0 && --fault.after == 0) return DiskError(fault.after_code, action, path, "injected");
    if (fault.chance > 0 && RandomBelow(random_, fault.chance) == 0) {
      return DiskError(fault.chance_code, action, path, "injected");
    }
    return absl::OkStatus();
  }

  absl::StatusOr<Place> Resolve(std::string_view action, std::string_view path) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
    if (path.empty()) return DiskError(StatusCode::kInvalidArgument, action, path, "the path is empty: name a file");
    if (path.find('\0') != std::string_view::npos) {
      return DiskError(StatusCode::kInvalidArgument, action, path, "it holds a NUL byte: leave it out");
    }
    std::vector<std::shared_ptr<Node>> way = {root_};
    Place place = {.parent = nullptr, .name = "", .node = root_};
    for (size_t begin = 0; begin < path.size();) {
      const size_t end = std::min(path.find('/', begin), path.size());
      const std::string_view name = path.substr(begin, end - begin);
      begin = end + 1;
      if (name.empty()) continue;
      // One more name: what came before must be a directory.
      if (place.node == nullptr) return DiskError(StatusCode::kNotFound, action, path, "no such file or directory");
      if (!place.node->directory) {
        return DiskError(StatusCode::kInvalidArgument, action, path, Quoted(place.name), " is not a directory");
      }
      if (name.size() > kNameBytesMax) return DiskError(StatusCode::kInvalidArgument, action, path, "name too long");
      if (name == ".") continue;
      if (name == "..") {
        if (way.size() > 1) way.pop_back();
        place = {.parent = nullptr, .name = "..", .node = way.back()};
        continue;
      }
      const std::shared_ptr<Node> here = place.node;
      const auto found = here->entries.find(name);
      place = {
          .parent = here, .name = std::string(name), .node = found == here->entries.end() ? nullptr : found->second};
      if (place.node != nullptr && place.node->directory) way.push_back(place.node);
    }
    return place;
  }

  void Use(Node& node) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) { ++node.user_count; }
  void Unuse(Node& node) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
    if (--node.user_count == 0) used_bytes -= node.bytes.size();
  }

  void Make(Change change) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
    change.Apply(&Node::entries);
    changes_.push_back(std::move(change));
  }

  // Makes durable what changed in a directory, and what changed before in those that a rename ties to it.
  void SyncChanges(Node& directory) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
    std::set<Node*> touched = {&directory};
    std::vector<bool> durable(changes_.size());
    for (size_t i = changes_.size(); i-- > 0;) {
      if (!changes_[i].Touches(touched)) continue;
      durable[i] = true;
      if (changes_[i].from != nullptr) touched.insert(changes_[i].from.get());
      if (changes_[i].to != nullptr) touched.insert(changes_[i].to.get());
    }
    std::vector<Change> left;
    for (size_t i = 0; i < changes_.size(); ++i) {
      if (durable[i]) {
        changes_[i].Apply(&Node::durable_entries);
      } else {
        left.push_back(std::move(changes_[i]));
      }
    }
    changes_ = std::move(left);
  }

  void Crash(CrashLoss loss) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
    ++epoch;
    const size_t kept = loss == CrashLoss::kAtRandom ? RandomBelow(random_, changes_.size() + 1) : 0;
    for (size_t i = 0; i < kept; ++i) changes_[i].Apply(&Node::durable_entries);
    changes_.clear();
    used_bytes = 0;
    Restore(*root_, loss);
  }

  // Copies what is seen of a sector to what survives, as far as the surviving file reaches.
  static void CopySector(Node& node, uint64_t sector) {
    const uint64_t begin = sector * kSectorBytes;
    const uint64_t end = std::min({begin + kSectorBytes, node.bytes.size(), node.durable_bytes.size()});
    for (uint64_t i = begin; i < end; ++i) node.durable_bytes[i] = node.bytes[i];
  }

  Random& random() const { return random_; }
  uint64_t free_bytes() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) { return capacity_bytes_ - used_bytes; }

  Mutex mutex{"simulated_disk"};
  uint64_t used_bytes ABSL_GUARDED_BY(mutex) = 0;
  uint64_t epoch ABSL_GUARDED_BY(mutex) = 0;  // Grows in each crash; an open file knows its own.

 private:
  // Gives a node, and all below it, what survived.
  void Restore(Node& node, CrashLoss loss) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
    node.user_count = 1;
    node.locked = false;
    node.entries = node.durable_entries;
    for (const auto& [name, child] : node.entries) Restore(*child, loss);
    if (loss == CrashLoss::kAtRandom) {
      if (RandomBelow(random_, 2) == 0) node.durable_bytes.resize(node.bytes.size());
      for (const uint64_t sector : node.dirty_sectors) {
        if (RandomBelow(random_, 2) == 0) CopySector(node, sector);
      }
    }
    node.dirty_sectors.clear();
    node.bytes = node.durable_bytes;
    used_bytes += node.bytes.size();
  }

  Random& random_;
  const uint64_t capacity_bytes_;
  const std::shared_ptr<Node> root_ = std::make_shared<Node>(/*is_directory=*/true);
  std::array<Fault, kOperationCount> faults_ ABSL_GUARDED_BY(mutex) = {};
  std::vector<Change> changes_ ABSL_GUARDED_BY(mutex);  // Of directories, not durable yet, in order.
};

class SimulatedDisk::OpenFile final : public File {
 public:
  OpenFile(std::shared_ptr<State> state, std::shared_ptr<Node> node, std::string_view path, OpenMode mode,
           uint64_t epoch)
      : state_(std::move(state)), node_(std::move(node)), path_(path), mode_(mode), epoch_(epoch) {}

  ~OpenFile() override {
    MutexLock lock(state_->mutex);
    if (state_->epoch != epoch_) return;
    if (mode_ == OpenMode::kLock) node_->locked = false;
    state_->Unuse(*node_);
  }

  absl::Status ReadAt(uint64_t offset, std::span<std::byte> out) override {
    MutexLock lock(state_->mutex);
    if (absl::Status good = CheckDirect(offset, out, "read"); !good.ok()) return good;
    if (absl::Status good = Begin(DiskOperation::kRead, "read"); !good.ok()) return good;
    if (out.empty()) return absl::OkStatus();
    const uint64_t size_bytes = node_->bytes.size();
    if (offset > size_bytes || out.size() > size_bytes - offset) {
      return DiskError(StatusCode::kDataLoss, "read", path_, "the file ends at byte ", size_bytes, ", ", out.size(),
                       " bytes from ", offset, " are wanted");
    }
    std::copy_n(node_->bytes.begin() + static_cast<int64_t>(offset), out.size(), out.begin());
    return absl::OkStatus();
  }

  absl::Status WriteAt(uint64_t offset, std::span<const std::byte> bytes) override {
    MutexLock lock(state_->mutex);
    if (absl::Status good = CheckDirect(offset, bytes, "write"); !good.ok()) return good;
    absl::Status result = Begin(DiskOperation::kWrite, "write");
    if (state_->epoch != epoch_) return result;
    if (mode_ == OpenMode::kRead || mode_ == OpenMode::kReadDirect) {
      return DiskError(StatusCode::kPermissionDenied, "write", path_, "it is open for reading only");
    }
    if (bytes.empty()) return result;
    if (!result.ok()) bytes = bytes.first(RandomBelow(state_->random(), bytes.size()));
    // What fits, up to the last free byte of the disk.
    const uint64_t end_max = node_->bytes.size() + state_->free_bytes();
    if (offset > end_max || bytes.size() > end_max - offset) {
      result = DiskError(StatusCode::kResourceExhausted, "write", path_, "no space is left on the simulated disk, ",
                         bytes.size(), " bytes at ", offset, " are to be written, ", state_->free_bytes(), " are free");
      bytes = bytes.first(offset > end_max ? 0 : end_max - offset);
    }
    if (!bytes.empty()) Store(offset, bytes);
    return result;
  }

  absl::Status Sync() override {
    MutexLock lock(state_->mutex);
    absl::Status failed = Begin(DiskOperation::kSync, "sync");
    if (sync_error_.ok()) sync_error_ = failed;
    if (!sync_error_.ok()) return sync_error_;
    node_->durable_bytes.resize(node_->bytes.size());
    for (const uint64_t sector : node_->dirty_sectors) State::CopySector(*node_, sector);
    node_->dirty_sectors.clear();
    return absl::OkStatus();
  }

  absl::StatusOr<uint64_t> SizeBytes() override {
    MutexLock lock(state_->mutex);
    if (absl::Status good = CheckEpoch("stat"); !good.ok()) return good;
    return node_->bytes.size();
  }

 private:
  absl::Status CheckEpoch(std::string_view action) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(state_->mutex) {
    if (state_->epoch == epoch_) return absl::OkStatus();
    return DiskError(StatusCode::kDataLoss, action, path_, "the machine crashed since it was opened: open it again");
  }

  absl::Status CheckDirect(uint64_t offset, std::span<const std::byte> bytes, std::string_view action) const {
    const bool direct = mode_ == OpenMode::kReadDirect || mode_ == OpenMode::kCreateDirect;
    const uint64_t bits = offset | reinterpret_cast<uintptr_t>(bytes.data()) | bytes.size();
    if (!direct || bits % kDirectBytes == 0) return absl::OkStatus();
    return DiskError(StatusCode::kInvalidArgument, action, path_, "it is open for direct transfers, whose memory, ",
                     "offset and size are multiples of ", kDirectBytes);
  }

  absl::Status Begin(DiskOperation operation, std::string_view action) ABSL_EXCLUSIVE_LOCKS_REQUIRED(state_->mutex) {
    if (absl::Status good = CheckEpoch(action); !good.ok()) return good;
    return state_->Fail(operation, action, path_);
  }

  void Store(uint64_t offset, std::span<const std::byte> bytes) ABSL_EXCLUSIVE_LOCKS_REQUIRED(state_->mutex) {
    const uint64_t end = offset + bytes.size();
    if (end > node_->bytes.size()) {
      state_->used_bytes += end - node_->bytes.size();
      node_->bytes.resize(end);
    }
    std::copy_n(bytes.begin(), bytes.size(), node_->bytes.begin() + static_cast<int64_t>(offset));
    for (uint64_t sector = offset / kSectorBytes; sector * kSectorBytes < end; ++sector) {
      node_->dirty_sectors.insert(sector);
    }
  }

  const std::shared_ptr<State> state_;
  const std::shared_ptr<Node> node_;
  const std::string path_;
  const OpenMode mode_;
  const uint64_t epoch_;
  absl::Status sync_error_;  // The first error of Sync; kept for good. Under the disk's lock.
};

SimulatedDisk::SimulatedDisk(Random& random, const SimulatedDiskOptions& options)
    : state_(std::make_shared<State>(random, options.capacity_bytes)) {}

SimulatedDisk::~SimulatedDisk() = default;

void SimulatedDisk::FailAfter(DiskOperation operation, uint64_t count, StatusCode code) {
  MutexLock lock(state_->mutex);
  State::Fault& fault = state_->FaultOf(operation);
  fault.after = count;
  fault.after_code = code;
}

void SimulatedDisk::FailSometimes(DiskOperation operation, uint64_t chance, StatusCode code) {
  MutexLock lock(state_->mutex);
  State::Fault& fault = state_->FaultOf(operation);
  fault.chance = chance;
  fault.chance_code = code;
}

void SimulatedDisk::Crash(CrashLoss loss) {
  MutexLock lock(state_->mutex);
  state_->Crash(loss);
}

absl::StatusOr<std::unique_ptr<File>> SimulatedDisk::Open(std::string_view path, OpenMode mode) {
  MutexLock lock(state_->mutex);
  if (absl::Status good = state_->Fail(DiskOperation::kOpen, "open", path); !good.ok()) return good;
  absl::StatusOr<Place> place = state_->Resolve("open", path);
  if (!place.ok()) return place.status();
  if (mode < OpenMode::kRead || mode > OpenMode::kLock) {
    return DiskError(StatusCode::kInvalidArgument, "open", path, "there is no mode ", static_cast<uint32_t>(mode),
                     "; wanted is 1 (kRead) to 6 (kLock)");
  }
  const bool creates = mode == OpenMode::kCreate || mode == OpenMode::kCreateDirect;
  if (creates || (mode == OpenMode::kLock && place->node == nullptr)) {
    if (place->node != nullptr) return DiskError(StatusCode::kAlreadyExists, "open", path, "it exists");
    place->node = std::make_shared<Node>(/*is_directory=*/false);
    state_->Make({.from = nullptr, .from_name = "", .to = place->parent, .to_name = place->name, .node = place->node});
    state_->Use(*place->node);
  }
  if (place->node == nullptr) return DiskError(StatusCode::kNotFound, "open", path, "no such file or directory");
  if (place->node->directory) return DiskError(StatusCode::kInvalidArgument, "open", path, "it is not a regular file");
  if (mode == OpenMode::kLock) {
    if (place->node->locked) return DiskError(StatusCode::kUnavailable, "lock", path, "another open file holds it");
    place->node->locked = true;
  }
  state_->Use(*place->node);
  return std::make_unique<OpenFile>(state_, place->node, path, mode, state_->epoch);
}

absl::Status SimulatedDisk::Rename(std::string_view from, std::string_view to) {
  MutexLock lock(state_->mutex);
  if (absl::Status good = state_->Fail(DiskOperation::kRename, "rename", from); !good.ok()) return good;
  const absl::StatusOr<Place> old_place = state_->Resolve("rename", from);
  if (!old_place.ok()) return old_place.status();
  const absl::StatusOr<Place> new_place = state_->Resolve("rename to", to);
  if (old_place->node == nullptr) return DiskError(StatusCode::kNotFound, "rename", from, "no such file or directory");
  if (old_place->node->directory) {
    return DiskError(StatusCode::kInvalidArgument, "rename", from, "it is a directory; only files are renamed");
  }
  if (!new_place.ok()) return new_place.status();
  if (new_place->node == old_place->node) return absl::OkStatus();
  if (new_place->node != nullptr) {
    if (new_place->node->directory) {
      return DiskError(StatusCode::kInvalidArgument, "rename to", to, "it is a directory");
    }
    state_->Unuse(*new_place->node);
  }
  state_->Make({.from = old_place->parent,
                .from_name = old_place->name,
                .to = new_place->parent,
                .to_name = new_place->name,
                .node = old_place->node});
  return absl::OkStatus();
}

absl::Status SimulatedDisk::Remove(std::string_view path) {
  MutexLock lock(state_->mutex);
  if (absl::Status good = state_->Fail(DiskOperation::kRemove, "remove", path); !good.ok()) return good;
  const absl::StatusOr<Place> place = state_->Resolve("remove", path);
  if (!place.ok()) return place.status();
  if (place->node == nullptr) return DiskError(StatusCode::kNotFound, "remove", path, "no such file or directory");
  if (place->parent == nullptr) return DiskError(StatusCode::kPermissionDenied, "remove", path, "it is in use");
  if (!place->node->entries.empty()) {
    return DiskError(StatusCode::kInvalidArgument, "remove", path, "it is a directory that is not empty");
  }
  state_->Unuse(*place->node);
  state_->Make({.from = place->parent, .from_name = place->name, .to = nullptr, .to_name = "", .node = nullptr});
  return absl::OkStatus();
}

absl::Status SimulatedDisk::MakeDirectory(std::string_view path) {
  MutexLock lock(state_->mutex);
  if (absl::Status good = state_->Fail(DiskOperation::kMakeDirectory, "make directory", path); !good.ok()) return good;
  const absl::StatusOr<Place> place = state_->Resolve("make directory", path);
  if (!place.ok()) return place.status();
  if (place->node != nullptr) return DiskError(StatusCode::kAlreadyExists, "make directory", path, "it exists");
  auto node = std::make_shared<Node>(/*is_directory=*/true);
  state_->Use(*node);
  state_->Make(
      {.from = nullptr, .from_name = "", .to = place->parent, .to_name = place->name, .node = std::move(node)});
  return absl::OkStatus();
}

absl::Status SimulatedDisk::SyncDirectory(std::string_view path) {
  MutexLock lock(state_->mutex);
  if (absl::Status good = state_->Fail(DiskOperation::kSyncDirectory, "sync directory", path); !good.ok()) return good;
  const absl::StatusOr<Place> place = state_->Resolve("sync directory", path);
  if (!place.ok()) return place.status();
  if (place->node == nullptr) {
    return DiskError(StatusCode::kNotFound, "sync directory", path, "no such file or directory");
  }
  if (!place->node->directory) {
    return DiskError(StatusCode::kInvalidArgument, "sync directory", path, "it is not a directory");
  }
  state_->SyncChanges(*place->node);
  return absl::OkStatus();
}

absl::Status SimulatedDisk::List(std::string_view path, NameSink& sink) {
  std::vector<std::string> names;
  {
    MutexLock lock(state_->mutex);
    if (absl::Status good = state_->Fail(DiskOperation::kList, "list", path); !good.ok()) return good;
    const absl::StatusOr<Place> place = state_->Resolve("list", path);
    if (!place.ok()) return place.status();
    if (place->node == nullptr) return DiskError(StatusCode::kNotFound, "list", path, "no such file or directory");
    if (!place->node->directory) return DiskError(StatusCode::kInvalidArgument, "list", path, "it is not a directory");
    for (const auto& [name, node] : place->node->entries) names.push_back(name);
  }
  for (const std::string& name : names) sink.OnName(name);  // The sink may use the disk.
  return absl::OkStatus();
}

absl::StatusOr<uint64_t> SimulatedDisk::FreeBytes(std::string_view path) {
  MutexLock lock(state_->mutex);
  const absl::StatusOr<Place> place = state_->Resolve("free bytes of", path);
  if (!place.ok()) return place.status();
  if (place->node == nullptr) {
    return DiskError(StatusCode::kNotFound, "free bytes of", path, "no such file or directory");
  }
  return state_->free_bytes();
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
