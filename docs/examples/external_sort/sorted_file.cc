#include "docs/examples/external_sort/sorted_file.h"

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <system_error>
#include <vector>

namespace external_sort {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

}  // namespace

FileFacts ReadSortedFile(const std::string& path, const std::function<void(uint64_t read_bytes)>& at_step) {
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rb"));
  if (file == nullptr) throw std::system_error(errno, std::generic_category(), "cannot read " + path);
  std::vector<uint64_t> words(1 << 16);
  FileFacts facts;
  uint64_t last_key = 0;
  size_t count = 0;
  do {
    count = std::fread(words.data(), sizeof(uint64_t), words.size(), file.get());
    for (size_t i = 0; i + 1 < count; i += 2) {
      const uint64_t key = words[i];
      const uint64_t number = words[i + 1];
      if (key < last_key && facts.first_misplaced == UINT64_MAX) facts.first_misplaced = facts.record_count;
      last_key = key;
      facts.key_sum += key;
      facts.key_xor ^= key;
      facts.pair_sum += key * (number * 2 + 1);
      ++facts.record_count;
    }
    at_step(facts.record_count * 2 * sizeof(uint64_t));
    if (count % 2 != 0) throw std::runtime_error(path + " ends within a record");
  } while (count == words.size());
  if (std::ferror(file.get()) != 0) throw std::runtime_error("cannot read " + path + " to its end");
  return facts;
}

}  // namespace external_sort

// SPDX-License-Identifier: Apache-2.0
