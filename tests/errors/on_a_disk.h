// tests/errors/on_a_disk.h -- options of a program whose objects lie in the store `tiered`, over a real disk.
//
//   Runtime runtime = Init(OnADisk({.directory = SpillDirectoryFor("full"), .memory_bytes = 4 << 20}));
#pragma once

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iomanip>
#include <sstream>
#include <string>
#include <string_view>

#include "api/init.h"

namespace manta {

struct DiskOptions {
  std::string directory;
  uint64_t memory_bytes = 0;                    // Of the inner store.
  uint64_t disk_bytes_max = uint64_t{1} << 30;  // Of all files.
  uint32_t put_timeout_ms = 0;
  bool strict = false;
};

// A directory of this test's own.
inline std::string SpillDirectoryFor(std::string_view name) {
  return std::filesystem::path(std::getenv("TEST_TMPDIR")) / name;
}

// Nothing is spilled ahead, and no more than is needed: what leaves memory leaves it because somebody needs its room.
inline Options OnADisk(const DiskOptions& options) {
  std::ostringstream text;
  text << "object_store {\n"
          "  name: 'manta.object_store.tiered'\n"
          "  typed_config {\n"
          "    [type.googleapis.com/manta.plugins.object_store.tiered.v1.TieredStoreConfig] {\n"
          "      spill_at_percent: 100 file_bytes: 65536 directory: "
       << std::quoted(options.directory) << " disk_bytes_max: " << options.disk_bytes_max
       << "\n"
          "    }\n"
          "  }\n"
          "  inner {\n"
          "    key: 'memory'\n"
          "    value {\n"
          "      name: 'manta.object_store.heap'\n"
          "      typed_config {\n"
          "        [type.googleapis.com/manta.plugins.object_store.heap.v1.HeapStoreConfig] {\n"
          "          capacity_bytes: "
       << options.memory_bytes
       << "\n"
          "        }\n"
          "      }\n"
          "    }\n"
          "  }\n"
          "}\n"
          "put_timeout_ms: "
       << options.put_timeout_ms;
  return {.set = {text.str()}, .strict = options.strict};
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
