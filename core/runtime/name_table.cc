#include "core/runtime/name_table.h"

#include <array>
#include <deque>
#include <functional>
#include <string>
#include <unordered_map>

#include "absl/base/thread_annotations.h"
#include "core/base/mutex.h"

namespace manta {
namespace {

struct Table {
  Mutex mutex{"name_table"};
  std::deque<std::string> names ABSL_GUARDED_BY(mutex) = {"", "(other)"};
  std::unordered_map<std::string_view, uint32_t> numbers ABSL_GUARDED_BY(mutex);
};

Table& TheTable() {
  static Table& table = *new Table;  // Threads may ask after static destructors have run.
  return table;
}

struct Recent {
  std::string_view name;  // The table's.
  uint32_t number = 0;
};
thread_local constinit std::array<Recent, 16> recent_names;

}  // namespace

uint32_t NameTable::NumberOf(std::string_view name) {
  if (name.empty()) return 0;
  Recent& recent = recent_names[(reinterpret_cast<uintptr_t>(name.data()) >> 3) % recent_names.size()];
  if (recent.name == name) return recent.number;
  Table& table = TheTable();
  MutexLock lock(table.mutex);
  const auto found = table.numbers.find(name);
  if (found != table.numbers.end()) {
    recent = {found->first, found->second};
    return found->second;
  }
  if (table.names.size() >= kNameMax) return kOther;
  const auto number = static_cast<uint32_t>(table.names.size());
  table.names.emplace_back(name);
  table.numbers.emplace(table.names.back(), number);
  recent = {table.names.back(), number};
  return number;
}

std::string_view NameTable::NameOf(uint32_t number) {
  Table& table = TheTable();
  MutexLock lock(table.mutex);
  return number < table.names.size() ? std::string_view(table.names[number]) : table.names[kOther];
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
