#include "plugins/object_store/tiered/kept_readers.h"

#include <algorithm>
#include <utility>

#include "plugins/object_store/tiered/direct_buffer.h"

namespace manta {

KeptReaders::Lease KeptReaders::Take(SpilledFile& file, const SpillEntry& entry) {
  ++reads_;
  GiveUpIdle();
  const bool is_next = std::exchange(file.read_end, entry.end()) == entry.offset;
  // A row that goes on after its reader would have gone is none: many files in turn would open readers in vain.
  const bool is_kept = reads_ - std::exchange(file.read_at, reads_) <= kIdleReads;
  file.next_count = is_next && is_kept ? file.next_count + 1 : 1;
  if (const auto kept = Find(file); kept != kept_.end()) {
    if (kept->reader == nullptr) return {};
    if (!kept->reader->Reaches(entry)) {
      if (!is_next) return {};
      GiveUp(std::move(kept->reader));  // The order goes on elsewhere in the file.
    }
    kept->last_read = reads_;
    return {.reader = std::move(kept->reader), .is_ahead = true};
  }
  if (file.next_count < kInARow || BlockEnd(entry.end()) >= file.size_bytes || kept_.size() == kFilesMax) return {};
  kept_.push_back({.file = &file, .reader = nullptr, .last_read = reads_});
  return {.reader = nullptr, .is_ahead = true};
}

void KeptReaders::GiveBack(const SpilledFile& file, std::unique_ptr<SpillReader> reader, bool is_good) {
  const auto kept = Find(file);
  if (is_good && !reader->AtEnd()) {
    kept->reader = std::move(reader);
    return;
  }
  GiveUp(std::move(reader));
  kept_.erase(kept);
}

void KeptReaders::Forget(const SpilledFile& file) {
  const auto kept = Find(file);
  if (kept == kept_.end()) return;
  GiveUp(std::move(kept->reader));
  kept_.erase(kept);
}

std::vector<KeptReaders::Kept>::iterator KeptReaders::Find(const SpilledFile& file) {
  return std::find_if(kept_.begin(), kept_.end(), [&](const Kept& kept) { return kept.file == &file; });
}

void KeptReaders::GiveUpIdle() {
  for (auto kept = kept_.begin(); kept != kept_.end();) {
    if (kept->reader == nullptr || reads_ - kept->last_read <= kIdleReads) {
      ++kept;
      continue;
    }
    GiveUp(std::move(kept->reader));
    kept = kept_.erase(kept);
  }
}

std::vector<std::unique_ptr<SpillReader>> KeptReaders::TakeGivenUp() {
  std::vector<std::unique_ptr<SpillReader>> busy;
  std::vector<std::unique_ptr<SpillReader>> taken;
  for (std::unique_ptr<SpillReader>& reader : given_up_) {
    (reader->busy() ? busy : taken).push_back(std::move(reader));
  }
  given_up_ = std::move(busy);
  return taken;
}

void KeptReaders::GiveUp(std::unique_ptr<SpillReader> reader) {
  if (reader != nullptr) given_up_.push_back(std::move(reader));
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
