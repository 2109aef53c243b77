#include "plugins/object_store/tiered/spill_directory.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/text.h"

namespace manta {
namespace {

constexpr std::string_view kDirectoryPrefix = "manta-spill-";
constexpr std::string_view kFilePrefix = "objects-";
constexpr std::string_view kOwner = "owner";
constexpr size_t kDigits = 16;
constexpr int kLastTries = 3;
constexpr int kTriesMax = 16;  // Each fails only if another process looks at the new directory that very moment.

class Names final : public NameSink {
 public:
  void OnName(std::string_view name) override { names.emplace_back(name); }
  std::vector<std::string> names;
};

std::string Below(std::string_view directory, std::string_view name) { return Concat(directory, "/", name); }

std::string Hex(uint64_t number) {
  std::array<char, kDigits> digits;
  for (size_t i = kDigits; i-- > 0; number /= 16) digits[i] = "0123456789abcdef"[number % 16];
  return std::string(digits.data(), digits.size());
}

bool AllOf(std::string_view text, std::string_view letters) {
  return !text.empty() && text.find_first_not_of(letters) == std::string_view::npos;
}

bool NamesDirectory(std::string_view name) {
  return name.starts_with(kDirectoryPrefix) && name.size() == kDirectoryPrefix.size() + kDigits &&
         AllOf(name.substr(kDirectoryPrefix.size()), "0123456789abcdef");
}

bool NamesFile(std::string_view name) {
  return name.starts_with(kFilePrefix) && AllOf(name.substr(kFilePrefix.size()), "0123456789");
}

// Removes what a dead store left, if it is dead.
absl::Status RemoveDead(Disk& disk, const std::string& directory) {
  const std::string owner_path = Below(directory, kOwner);
  absl::StatusOr<std::unique_ptr<File>> owner = disk.Open(owner_path, OpenMode::kLock);
  if (absl::IsUnavailable(owner.status())) return absl::OkStatus();  // It lives.
  if (!owner.ok()) return owner.status();
  Names found;
  if (absl::Status listed = disk.List(directory, found); !listed.ok()) return listed;
  for (const std::string& name : found.names) {
    if (!NamesFile(name)) continue;
    if (absl::Status removed = disk.Remove(Below(directory, name)); !removed.ok()) return removed;
  }
  // The lock's file goes while the lock is held. Who finds the directory without it before it goes as well may lock a
  // new one and take the directory over: then it is not empty, and stays.
  if (absl::Status removed = disk.Remove(owner_path); !removed.ok()) return removed;
  return disk.Remove(directory);
}

}  // namespace

absl::StatusOr<std::unique_ptr<SpillDirectory>> SpillDirectory::Make(const Host& host, std::string_view base) {
  Disk& disk = host.disk();
  Names found;
  absl::Status listed = disk.List(base, found);
  if (absl::IsNotFound(listed)) {
    listed = disk.MakeDirectory(base);
    if (absl::IsAlreadyExists(listed)) listed = absl::OkStatus();  // Made by another process just now.
  }
  if (!listed.ok()) return listed;
  for (const std::string& name : found.names) {
    if (!NamesDirectory(name)) continue;
    const absl::Status removed = RemoveDead(disk, Below(base, name));
    if (removed.ok() || absl::IsNotFound(removed)) continue;  // Not found: another process removes it, too.
    host.Log(LogLevel::kWarning, "spill.cleanup_failed",
             Concat("directory=", Quoted(Below(base, name)), " status=", Quoted(removed.ToString())));
  }
  absl::Status last;
  for (int i = 0; i < kTriesMax; ++i) {
    const std::string path = Below(base, Concat(kDirectoryPrefix, Hex(host.random().Next())));
    last = disk.MakeDirectory(path);
    if (absl::IsAlreadyExists(last)) continue;
    if (!last.ok()) return last;
    absl::StatusOr<std::unique_ptr<File>> owner = disk.Open(Below(path, kOwner), OpenMode::kLock);
    if (owner.ok()) return std::unique_ptr<SpillDirectory>(new SpillDirectory(host, path, *std::move(owner)));
    last = owner.status();
    // Another process that starts took the new directory for one of the dead.
    if (absl::IsUnavailable(last) || absl::IsNotFound(last)) continue;
    disk.Remove(path).IgnoreError();
    return last;
  }
  return last;
}

SpillDirectory::SpillDirectory(const Host& host, std::string path, std::unique_ptr<File> owner)
    : host_(host), path_(std::move(path)), owner_(std::move(owner)) {}

SpillDirectory::~SpillDirectory() {
  std::vector<std::string> left;
  {
    MutexLock lock(mutex_);
    left = std::move(left_);
  }
  left.push_back(Below(path_, kOwner));
  for (int i = 0; i < kLastTries; ++i) {
    std::erase_if(left, [this](const std::string& file) { return TryRemove(file); });
  }
  owner_.reset();
  // What is left goes when the next store starts there.
  for (int i = 0; i < kLastTries && left.empty() && !TryRemove(path_); ++i) continue;
}

std::string SpillDirectory::NewFile() {
  MutexLock lock(mutex_);
  return Below(path_, Concat(kFilePrefix, ++file_count_));
}

void SpillDirectory::Remove(std::string file) {
  std::string again;
  {
    MutexLock lock(mutex_);
    if (!left_.empty()) {
      again = std::move(left_.back());
      left_.pop_back();
    }
  }
  for (std::string* each : {&file, &again}) {
    if (each->empty() || TryRemove(*each)) continue;
    MutexLock lock(mutex_);
    left_.push_back(std::move(*each));
  }
}

bool SpillDirectory::TryRemove(const std::string& file) {
  const absl::Status removed = host_.disk().Remove(file);
  if (removed.ok() || absl::IsNotFound(removed)) return true;
  MutexLock lock(mutex_);
  if (!std::exchange(logged_, true)) {
    host_.Log(LogLevel::kWarning, "spill.remove_failed",
              Concat("file=", Quoted(file), " status=", Quoted(removed.ToString()), " hint=\"it is tried again\""));
  }
  return false;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
