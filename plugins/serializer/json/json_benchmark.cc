// What json costs, beside nlohmann/json on the same values in the same run: its tree is made of the value and printed,
// or parsed and taken apart into the value, by its own macros for structs.
//
//   bazel run -c opt //plugins/serializer/json:json_benchmark -- --benchmark_repetitions=9
//       --benchmark_report_aggregates_only=true
#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/describe/describe.h"
#include "core/describe/encoded_value.h"
#include "plugins/serializer/json/json_serializer.h"

namespace manta {

// Ten fields of all sorts.
struct Record {
  uint64_t id = 12345678901;
  double x = 0.25, y = -1234.0625;
  int32_t kind = -4;
  bool seen = true, valid = false;
  uint16_t port = 8080;
  double score = 0.1;
  std::string name = "a short name";
  std::vector<int32_t> parents = {1, 2, 3};
  NLOHMANN_DEFINE_TYPE_INTRUSIVE(Record, id, x, y, kind, seen, valid, port, score, name, parents)
  MANTA_DESCRIBE(Record, id, x, y, kind, seen, valid, port, score, name, parents)
};

namespace {

using Records = std::vector<Record>;
using Numbers = std::vector<double>;
using Integers = std::vector<int64_t>;
using Words = std::vector<std::string>;
using Table = std::map<std::string, std::vector<int32_t>>;

void Check(bool good) {
  if (!good) std::abort();
}

template <typename T>
T Make();
template <>
Record Make() {
  return {};
}
template <>
Records Make() {
  return Records(1000);
}
template <>
Numbers Make() {
  std::mt19937_64 random(1);
  Numbers numbers(10'000);
  for (double& number : numbers) number = static_cast<double>(random() >> 11) * 0x1p-53;
  return numbers;
}
template <>
Integers Make() {
  std::mt19937_64 random(1);
  Integers integers(10'000);
  for (int64_t& integer : integers) integer = static_cast<int64_t>(random() >> random() % 64);
  return integers;
}
template <>
Words Make() {
  return Words(1000, "some text of which most needs no escape, \"and\" a line\nand \u00fcber");
}
template <>
Table Make() {
  Table table;
  for (int i = 0; i < 100; ++i) table["key " + std::to_string(i)] = std::vector<int32_t>(10, i);
  return table;
}

template <typename T>
void BM_Write(benchmark::State& state) {
  JsonSerializer serializer;
  EncodedValue encoded;
  const T value = Make<T>();
  for (auto _ : state) {
    encoded.Clear();
    Check(serializer.Write(Describe<T>(), &value, encoded).ok());
    benchmark::DoNotOptimize(encoded.stream().data());
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * encoded.stream().size()));
}

template <typename T>
void BM_NlohmannWrite(benchmark::State& state) {
  const T value = Make<T>();
  size_t size_bytes = 0;
  for (auto _ : state) {
    const nlohmann::json tree = value;
    const std::string text = tree.dump();
    benchmark::DoNotOptimize(text.data());
    size_bytes = text.size();
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * size_bytes));
}

// Both read what we write.
template <typename T>
std::string TextOf() {
  JsonSerializer serializer;
  EncodedValue encoded;
  const T value = Make<T>();
  Check(serializer.Write(Describe<T>(), &value, encoded).ok());
  return {reinterpret_cast<const char*>(encoded.stream().data()), encoded.stream().size()};
}

template <typename T>
void BM_Read(benchmark::State& state) {
  JsonSerializer serializer;
  const std::string text = TextOf<T>();
  SerialSource source;
  source.stream = std::as_bytes(std::span(text));
  for (auto _ : state) {
    T value;
    Check(serializer.Read(Describe<T>(), source, {}, nullptr, &value).ok());
    benchmark::DoNotOptimize(value);
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * text.size()));
}

template <typename T>
void BM_NlohmannRead(benchmark::State& state) {
  const std::string text = TextOf<T>();
  Check(nlohmann::json(nlohmann::json::parse(text).get<T>()) == nlohmann::json(Make<T>()));
  for (auto _ : state) {
    T value = nlohmann::json::parse(text).get<T>();
    benchmark::DoNotOptimize(value);
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * text.size()));
}

#define MANTA_BENCHMARK_BOTH(T)            \
  BENCHMARK_TEMPLATE(BM_Write, T);         \
  BENCHMARK_TEMPLATE(BM_NlohmannWrite, T); \
  BENCHMARK_TEMPLATE(BM_Read, T);          \
  BENCHMARK_TEMPLATE(BM_NlohmannRead, T)

MANTA_BENCHMARK_BOTH(Record);
MANTA_BENCHMARK_BOTH(Records);
MANTA_BENCHMARK_BOTH(Numbers);
MANTA_BENCHMARK_BOTH(Integers);
MANTA_BENCHMARK_BOTH(Words);
MANTA_BENCHMARK_BOTH(Table);

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
