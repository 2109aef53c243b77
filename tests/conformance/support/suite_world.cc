#include "tests/conformance/support/suite_world.h"

#include <algorithm>
#include <cstring>

#include "core/base/text.h"
#include "glog/logging.h"

namespace manta::conformance {
namespace {

absl::Status Refused(std::string_view path) {
  return MakeStatus(absl::StatusCode::kPermissionDenied, Quoted(path), ": a conformance run has no disk");
}

}  // namespace

uint64_t SeededRandom::Next() {
  constexpr uint64_t kStep = 0x9e3779b97f4a7c15u;
  uint64_t bits = state_.fetch_add(kStep) + kStep;
  bits = (bits ^ bits >> 30) * 0xbf58476d1ce4e5b9u;
  bits = (bits ^ bits >> 27) * 0x94d049bb133111ebu;
  return bits ^ bits >> 31;
}

void SeededRandom::Fill(std::span<std::byte> bytes) {
  while (!bytes.empty()) {
    const uint64_t bits = Next();
    const size_t count = std::min(bytes.size(), sizeof(bits));
    std::memcpy(bytes.data(), &bits, count);
    bytes = bytes.subspan(count);
  }
}

absl::Status CountingBudget::Reserve(uint64_t bytes) {
  uint64_t used = used_bytes_.load();
  do {
    const uint64_t limit = limit_bytes_.load();
    if (used > limit || bytes > limit - used) {
      return MakeStatus(absl::StatusCode::kResourceExhausted, bytes, " bytes are needed, ",
                        used > limit ? 0 : limit - used, " of ", limit, " are free");
    }
  } while (!used_bytes_.compare_exchange_weak(used, used + bytes));
  return absl::OkStatus();
}

void CountingBudget::Release(uint64_t bytes) {
  const uint64_t used = used_bytes_.fetch_sub(bytes);
  CHECK_GE(used, bytes) << "the plugin released more of the memory budget than it had reserved";
}

void RecordingLog::Add(LogLevel level, std::string_view event, std::string_view facts) {
  constexpr std::string_view kNames[] = {"none", "info", "warning", "error"};
  std::lock_guard lock(mutex_);
  lines_.push_back(Concat(kNames[static_cast<uint32_t>(level) % 4], " ", event, " ", facts));
}

std::vector<std::string> RecordingLog::lines() const {
  std::lock_guard lock(mutex_);
  return lines_;
}

absl::StatusOr<std::unique_ptr<File>> RefusingDisk::Open(std::string_view path, OpenMode) { return Refused(path); }
absl::Status RefusingDisk::Rename(std::string_view from, std::string_view) { return Refused(from); }
absl::Status RefusingDisk::Remove(std::string_view path) { return Refused(path); }
absl::Status RefusingDisk::MakeDirectory(std::string_view path) { return Refused(path); }
absl::Status RefusingDisk::SyncDirectory(std::string_view path) { return Refused(path); }
absl::Status RefusingDisk::List(std::string_view path, NameSink&) { return Refused(path); }
absl::StatusOr<uint64_t> RefusingDisk::FreeBytes(std::string_view path) { return Refused(path); }

}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
