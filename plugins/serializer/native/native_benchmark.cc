// What native costs, beside memcpy of the same bytes in the same run.
//
//   bazel run -c opt //plugins/serializer/native:native_benchmark -- --benchmark_repetitions=9
//       --benchmark_report_aggregates_only=true
#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/array.h"
#include "core/base/buffer.h"
#include "core/describe/blob.h"
#include "core/describe/describe.h"
#include "core/describe/encoded_value.h"
#include "plugins/serializer/native/native_serializer.h"

namespace manta {
namespace {

constexpr size_t kFloatCount = (1 << 20) / sizeof(float);
constexpr size_t kRowCount = 10'000;

// Ten fields without padding: plain.
struct Plain {
  uint64_t id = 1;
  double x = 2, y = 3, z = 4;
  int64_t time = 5;
  uint32_t kind = 6, flags = 7;
  float weight = 8, score = 9;
  int64_t parent = 10;
};
static_assert(kPlain<Plain>);

// Ten fields: numbers with padding, bools, a text, an optional.
struct Mixed {
  uint64_t id = 1;
  double x = 2, y = 3;
  int32_t kind = 4;
  bool seen = true, valid = false;
  uint16_t port = 6;
  float weight = 8;
  std::string name = "a short name";
  std::optional<int32_t> parent = 10;
};

class NoKeeper final : public PayloadKeeper {
 public:
  void Retain() override { ++count; }
  void Release() override { --count; }
  int64_t count = 0;
};

void Check(bool good) {
  if (!good) std::abort();
}

// A value's run in memory like the store's.
template <typename T>
Buffer RunOf(NativeSerializer& serializer, const T& value) {
  EncodedValue encoded;
  Check(serializer.Write(Describe<T>(), &value, encoded).ok());
  BufferBuilder builder(encoded.run_bytes());
  encoded.WriteRun(builder.bytes());
  return std::move(builder).Seal();
}

// memcpy between two blocks that stay: what Write and Read are measured against.
void BM_Memcpy(benchmark::State& state) {
  const size_t size = static_cast<size_t>(state.range(0));
  BufferBuilder from(size), to(size);
  std::memset(from.bytes().data(), 1, size);
  std::memset(to.bytes().data(), 2, size);
  for (auto _ : state) {
    std::memcpy(to.bytes().data(), from.bytes().data(), size);
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * size));
}
BENCHMARK(BM_Memcpy)->Arg(1 << 20)->Arg(kRowCount * sizeof(Plain));

// What a vector's own copy costs, which reading one cannot beat.
void BM_CopyIntoVector(benchmark::State& state) {
  const std::vector<Plain> value(kRowCount);
  for (auto _ : state) {
    std::vector<Plain> copy(value);
    benchmark::DoNotOptimize(copy.data());
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * kRowCount * sizeof(Plain)));
}
BENCHMARK(BM_CopyIntoVector);

// Writes, and copies the run to where it will lie.
template <typename T>
void WriteToRun(benchmark::State& state, const T& value, size_t payload_bytes) {
  NativeSerializer serializer;
  EncodedValue encoded;
  Check(serializer.Write(Describe<T>(), &value, encoded).ok());
  BufferBuilder run(encoded.run_bytes());
  std::memset(run.bytes().data(), 0, run.bytes().size());
  for (auto _ : state) {
    encoded.Clear();
    Check(serializer.Write(Describe<T>(), &value, encoded).ok());
    encoded.WriteRun(run.bytes());
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * payload_bytes));
}

void BM_WriteFloatArray(benchmark::State& state) {
  const Array<float> value = Array<float>::CopyOf(std::vector<float>(kFloatCount, 1.5f));
  WriteToRun(state, value, kFloatCount * sizeof(float));
}
BENCHMARK(BM_WriteFloatArray);

void BM_ReadFloatArray(benchmark::State& state) {
  NativeSerializer serializer;
  const Buffer run = RunOf(serializer, Array<float>::CopyOf(std::vector<float>(kFloatCount, 1.5f)));
  EncodedRun parsed;
  Check(parsed.Parse(run.bytes()).ok());
  NoKeeper keeper;
  size_t copied_bytes = 0;
  for (auto _ : state) {
    Array<float> value;
    Check(serializer.Read(Describe<Array<float>>(), parsed.source(&keeper), {}, nullptr, &value).ok());
    benchmark::DoNotOptimize(value.data());
    if (static_cast<const void*>(value.data()) != parsed.payloads()[0].data()) copied_bytes += value.buffer().size();
  }
  state.counters["copied_bytes"] = static_cast<double>(copied_bytes);
}
BENCHMARK(BM_ReadFloatArray);

void BM_WriteFloatVector(benchmark::State& state) {
  WriteToRun(state, std::vector<float>(kFloatCount, 1.5f), kFloatCount * sizeof(float));
}
BENCHMARK(BM_WriteFloatVector);

void BM_WritePlainRows(benchmark::State& state) {
  WriteToRun(state, std::vector<Plain>(kRowCount), kRowCount * sizeof(Plain));
}
BENCHMARK(BM_WritePlainRows);

// Into a new vector each time.
void BM_ReadPlainRows(benchmark::State& state) {
  NativeSerializer serializer;
  const Buffer run = RunOf(serializer, std::vector<Plain>(kRowCount));
  EncodedRun parsed;
  Check(parsed.Parse(run.bytes()).ok());
  for (auto _ : state) {
    std::vector<Plain> value;
    Check(serializer.Read(Describe<std::vector<Plain>>(), parsed.source(), {}, nullptr, &value).ok());
    benchmark::DoNotOptimize(value.data());
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * kRowCount * sizeof(Plain)));
}
BENCHMARK(BM_ReadPlainRows);

template <typename T>
void BM_Write(benchmark::State& state) {
  NativeSerializer serializer;
  EncodedValue encoded;
  const T value{};
  for (auto _ : state) {
    encoded.Clear();
    Check(serializer.Write(Describe<T>(), &value, encoded).ok());
    benchmark::DoNotOptimize(encoded.stream().data());
  }
}

template <typename T>
void BM_Read(benchmark::State& state) {
  NativeSerializer serializer;
  EncodedValue encoded;
  const T written{};
  Check(serializer.Write(Describe<T>(), &written, encoded).ok());
  T value{};
  for (auto _ : state) {
    Check(serializer.Read(Describe<T>(), encoded.source(), {}, nullptr, &value).ok());
    benchmark::DoNotOptimize(value);
  }
}

BENCHMARK_TEMPLATE(BM_Write, Plain);
BENCHMARK_TEMPLATE(BM_Read, Plain);
BENCHMARK_TEMPLATE(BM_Write, Mixed);
BENCHMARK_TEMPLATE(BM_Read, Mixed);

using Table = std::map<std::string, std::vector<int32_t>>;

Table MakeTable() {
  Table table;
  for (int i = 0; i < 100; ++i) table["key " + std::to_string(i)] = std::vector<int32_t>(10, i);
  return table;
}

void BM_WriteTable(benchmark::State& state) {
  NativeSerializer serializer;
  EncodedValue encoded;
  const Table value = MakeTable();
  for (auto _ : state) {
    encoded.Clear();
    Check(serializer.Write(Describe<Table>(), &value, encoded).ok());
    benchmark::DoNotOptimize(encoded.stream().data());
  }
}
BENCHMARK(BM_WriteTable);

void BM_ReadTable(benchmark::State& state) {
  NativeSerializer serializer;
  EncodedValue encoded;
  const Table written = MakeTable();
  Check(serializer.Write(Describe<Table>(), &written, encoded).ok());
  for (auto _ : state) {
    Table value;
    Check(serializer.Read(Describe<Table>(), encoded.source(), {}, nullptr, &value).ok());
    benchmark::DoNotOptimize(value);
  }
}
BENCHMARK(BM_ReadTable);

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
