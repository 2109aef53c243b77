// What MessagePack costs, beside msgpack-cxx used directly on the same values in the same run.
//
//   bazel run -c opt //plugins/serializer/msgpack:msgpack_benchmark -- --benchmark_repetitions=9
//       --benchmark_enable_random_interleaving=true --benchmark_report_aggregates_only=true
#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstdlib>
#include <map>
#include <msgpack.hpp>
#include <random>
#include <string>
#include <vector>

#include "core/describe/describe.h"
#include "core/describe/encoded_value.h"
#include "plugins/serializer/msgpack/msgpack_serializer.h"

namespace {

constexpr size_t kRowCount = 10'000;

// Ten fields; a map of names for both.
struct Row {
  uint64_t id = 0;
  double x = 0, y = 0;
  int32_t kind = 0;
  bool seen = false, valid = false;
  uint16_t port = 0;
  float weight = 0;
  int64_t time = 0;
  std::string name;
  MSGPACK_DEFINE_MAP(id, x, y, kind, seen, valid, port, weight, time, name)
};

// Numbers of all widths; their fractions keep msgpack-cxx from writing floats as integers.
Row MakeRow(std::mt19937_64& random) {
  Row row;
  row.id = random() >> random() % 64;
  row.x = static_cast<double>(random() % 1000) + 0.25;
  row.y = static_cast<double>(random() % 1000) + 0.75;
  row.kind = static_cast<int32_t>(random() % 200) - 100;
  row.seen = random() % 2 != 0;
  row.valid = random() % 2 != 0;
  row.port = static_cast<uint16_t>(random());
  row.weight = static_cast<float>(random() % 1000) + 0.5f;
  row.time = static_cast<int64_t>(random() >> 20);
  row.name = "row " + std::to_string(random() % 1'000'000);
  return row;
}

using Rows = std::vector<Row>;
using Table = std::map<std::string, int>;
using Words = std::vector<std::string>;
using Numbers = std::vector<int64_t>;
using Reals = std::vector<double>;

template <typename T>
T Make() {
  std::mt19937_64 random(7);
  if constexpr (std::is_same_v<T, Row>) {
    return MakeRow(random);
  } else {
    T value;
    for (size_t i = 0; i < kRowCount; ++i) {
      if constexpr (std::is_same_v<T, Rows>) {
        value.push_back(MakeRow(random));
      } else if constexpr (std::is_same_v<T, Table>) {
        value["key " + std::to_string(random())] = static_cast<int>(random());
      } else if constexpr (std::is_same_v<T, Words>) {
        value.push_back(std::string(random() % 100, 'w'));
      } else if constexpr (std::is_same_v<T, Numbers>) {
        value.push_back(static_cast<int64_t>(random() >> random() % 64));
      } else {
        value.push_back(static_cast<double>(random() % 1000) + 0.25);
      }
    }
    return value;
  }
}

void Check(bool good) {
  if (!good) std::abort();
}

template <typename T>
void BM_Write(benchmark::State& state) {
  manta::MsgpackSerializer serializer;
  manta::EncodedValue encoded;
  const T value = Make<T>();
  for (auto _ : state) {
    encoded.Clear();
    Check(serializer.Write(manta::Describe<T>(), &value, encoded).ok());
    benchmark::DoNotOptimize(encoded.stream().data());
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * encoded.stream().size()));
}

template <typename T>
void BM_WriteDirectly(benchmark::State& state) {
  msgpack::sbuffer buffer;
  const T value = Make<T>();
  for (auto _ : state) {
    buffer.clear();
    msgpack::pack(buffer, value);
    benchmark::DoNotOptimize(buffer.data());
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * buffer.size()));
}

// Into a new value each time.
template <typename T>
void BM_Read(benchmark::State& state) {
  manta::MsgpackSerializer serializer;
  manta::EncodedValue encoded;
  const T written = Make<T>();
  Check(serializer.Write(manta::Describe<T>(), &written, encoded).ok());
  for (auto _ : state) {
    T value{};
    Check(serializer.Read(manta::Describe<T>(), encoded.source(), {}, nullptr, &value).ok());
    benchmark::DoNotOptimize(value);
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * encoded.stream().size()));
}

template <typename T>
void BM_ReadDirectly(benchmark::State& state) {
  msgpack::sbuffer buffer;
  msgpack::pack(buffer, Make<T>());
  for (auto _ : state) {
    T value{};
    msgpack::unpack(buffer.data(), buffer.size()).get().convert(value);
    benchmark::DoNotOptimize(value);
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * buffer.size()));
}

#define MANTA_BENCHMARKS(T)                \
  BENCHMARK_TEMPLATE(BM_Write, T);         \
  BENCHMARK_TEMPLATE(BM_WriteDirectly, T); \
  BENCHMARK_TEMPLATE(BM_Read, T);          \
  BENCHMARK_TEMPLATE(BM_ReadDirectly, T)

MANTA_BENCHMARKS(Row);
MANTA_BENCHMARKS(Rows);
MANTA_BENCHMARKS(Table);
MANTA_BENCHMARKS(Words);
MANTA_BENCHMARKS(Numbers);
MANTA_BENCHMARKS(Reals);

}  // namespace

// SPDX-License-Identifier: Apache-2.0
