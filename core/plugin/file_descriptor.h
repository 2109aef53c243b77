// core/plugin/file_descriptor.h -- owns a file descriptor.
#pragma once

#include <unistd.h>

#include <utility>

namespace manta {

class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int descriptor) : descriptor_(descriptor) {}
  FileDescriptor(FileDescriptor&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);  // The old one is closed with `other`.
    return *this;
  }
  ~FileDescriptor() { Close(); }

  void Close() {
    if (descriptor_ >= 0) close(std::exchange(descriptor_, -1));
  }

  int get() const { return descriptor_; }
  bool open() const { return descriptor_ >= 0; }

 private:
  int descriptor_ = -1;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
