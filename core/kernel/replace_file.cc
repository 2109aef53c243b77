#include "core/kernel/replace_file.h"

#include <unistd.h>

#include <memory>
#include <span>

#include "absl/status/statusor.h"
#include "core/base/text.h"

namespace manta {
namespace {

// Of this process alone.
std::string PartOf(const std::string& path) { return Concat(path, ".", getpid(), ".part"); }

absl::Status CheckTarget(Disk& disk, const std::string& path) {
  absl::StatusOr<std::unique_ptr<File>> file = disk.Open(path, OpenMode::kWrite);
  return file.ok() || absl::IsNotFound(file.status()) ? absl::OkStatus() : file.status();
}

// A file that this process was about to write may be there since another one, with its number, was killed.
absl::Status WritePart(Disk& disk, const std::string& part, std::string_view text) {
  if (absl::Status removed = disk.Remove(part); !removed.ok() && !absl::IsNotFound(removed)) return removed;
  absl::StatusOr<std::unique_ptr<File>> file = disk.Open(part, OpenMode::kCreate);
  if (!file.ok()) return file.status();
  absl::Status status = (*file)->WriteAt(0, std::as_bytes(std::span(text)));
  if (status.ok()) status = (*file)->Sync();  // Some file systems find out only now that there is no room.
  file->reset();
  if (!status.ok()) disk.Remove(part).IgnoreError();
  return status;
}

absl::Status Explained(const absl::Status& status, const std::string& path) {
  if (status.ok()) return status;
  return MakeStatus(status.code(), "cannot write ", Quoted(path),
                    ", which is left as it was: ", ToStd(status.message()), ": mend that, or name another file");
}

}  // namespace

absl::Status ReplaceFile(Disk& disk, const std::string& path, std::string_view text) {
  const std::string part = PartOf(path);
  absl::Status status = CheckTarget(disk, path);
  if (status.ok()) status = WritePart(disk, part, text);
  if (status.ok()) {
    status = disk.Rename(part, path);
    if (!status.ok()) disk.Remove(part).IgnoreError();
  }
  return Explained(status, path);
}

absl::Status CheckReplaceable(Disk& disk, const std::string& path) {
  const std::string part = PartOf(path);
  absl::Status status = CheckTarget(disk, path);
  if (status.ok()) status = WritePart(disk, part, "?");
  if (status.ok()) status = disk.Remove(part);
  return Explained(status, path);
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
