// core/interface/disk_wrapper.h -- forwards to another disk or file; a subclass changes what it wants.
//
//   class NeverSynced final : public FileWrapper {  // Every file opens, none can be synced.
//    public:
//     using FileWrapper::FileWrapper;
//     absl::Status Sync() override { return absl::DataLossError("the device says no"); }
//   };
//   class DiskWithoutSync final : public DiskWrapper {
//    public:
//     using DiskWrapper::DiskWrapper;
//     absl::StatusOr<std::unique_ptr<File>> Open(std::string_view path, OpenMode mode) override {
//       auto file = DiskWrapper::Open(path, mode);
//       if (!file.ok()) return file.status();
//       return std::make_unique<NeverSynced>(*std::move(file));
//     }
//   };
//
// Memory    The inner disk is not owned and outlives the wrapper. An inner file is owned, as Open gives it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/interface/disk.h"

namespace manta {

class FileWrapper : public File {
 public:
  // REQUIRES: inner is not null.
  explicit FileWrapper(std::unique_ptr<File> inner) : inner_(std::move(inner)) {}

  absl::Status ReadAt(uint64_t offset, std::span<std::byte> out) override { return inner_->ReadAt(offset, out); }
  absl::Status WriteAt(uint64_t offset, std::span<const std::byte> bytes) override {
    return inner_->WriteAt(offset, bytes);
  }
  absl::Status Sync() override { return inner_->Sync(); }
  absl::StatusOr<uint64_t> SizeBytes() override { return inner_->SizeBytes(); }

 protected:
  File& inner() const { return *inner_; }

 private:
  const std::unique_ptr<File> inner_;
};

class DiskWrapper : public Disk {
 public:
  explicit DiskWrapper(Disk& inner) : inner_(inner) {}

  absl::StatusOr<std::unique_ptr<File>> Open(std::string_view path, OpenMode mode) override {
    return inner_.Open(path, mode);
  }
  absl::Status Rename(std::string_view from, std::string_view to) override { return inner_.Rename(from, to); }
  absl::Status Remove(std::string_view path) override { return inner_.Remove(path); }
  absl::Status MakeDirectory(std::string_view path) override { return inner_.MakeDirectory(path); }
  absl::Status SyncDirectory(std::string_view path) override { return inner_.SyncDirectory(path); }
  absl::Status List(std::string_view path, NameSink& sink) override { return inner_.List(path, sink); }
  absl::StatusOr<uint64_t> FreeBytes(std::string_view path) override { return inner_.FreeBytes(path); }

 protected:
  Disk& inner() const { return inner_; }

 private:
  Disk& inner_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
