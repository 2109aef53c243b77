// Writes and reads values for msgpack_interop_test.py, in frames: a size of four bytes (little-endian), and a vector of
// values as MessagePack.
//
//   test_interop doubles|floats generate FRAMES VALUES SEED > frames
//   test_interop doubles|floats rewrite < frames > frames        (reads each, and writes it again)
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

#include "plugins/serializer/msgpack/msgpack_serializer.h"
#include "tests/support/any_value.h"
#include "tests/support/serial_values.h"

namespace manta {
namespace {

template <typename Real>
struct Record {
  uint64_t id = 0;
  int32_t small = 0;
  Real real = 0;
  bool flag = false;
  std::string text;
  std::vector<uint8_t> bytes;
  std::optional<int16_t> maybe;
  std::vector<Real> reals;
  std::map<std::string, int64_t> table;
};

template <typename Real>
using Value = std::variant<std::monostate, bool, int64_t, uint64_t, Real, std::string, std::vector<uint8_t>,
                           std::vector<int32_t>, std::map<int32_t, std::string>, std::optional<std::optional<int32_t>>,
                           std::tuple<int8_t, std::string, uint16_t>, serial_values::Link, Record<Real>>;

class Program {
 public:
  template <typename Real>
  int Generate(uint64_t frame_count, uint64_t value_count, uint64_t seed) {
    SeededChoices choices(seed);
    for (uint64_t frame = 0; frame < frame_count; ++frame) {
      std::vector<Value<Real>> values(value_count);
      for (Value<Real>& value : values) {
        GenerateValue(Describe<Value<Real>>(), &value, choices, {.long_row_bytes = 300, .binder = &binder_});
      }
      if (!Write(values)) return 1;
    }
    return 0;
  }

  template <typename Real>
  int Rewrite() {
    const std::string input{std::istreambuf_iterator<char>(std::cin), {}};
    auto rest = std::as_bytes(std::span(input));
    while (!rest.empty()) {
      uint32_t size_bytes = 0;
      if (rest.size() < sizeof(size_bytes)) return 1;
      std::memcpy(&size_bytes, rest.data(), sizeof(size_bytes));
      rest = rest.subspan(sizeof(size_bytes));
      if (rest.size() < size_bytes) return 1;
      std::vector<Value<Real>> values;
      const absl::Status status = serializer_.Read(Describe<std::vector<Value<Real>>>(),
                                                   {.stream = rest.first(size_bytes)}, {}, &binder_, &values);
      if (!status.ok()) {
        std::cerr << status << "\n";
        return 1;
      }
      if (!Write(values)) return 1;
      rest = rest.subspan(size_bytes);
    }
    return 0;
  }

 private:
  template <typename T>
  bool Write(const T& values) {
    encoded_.Clear();
    if (const absl::Status status = serializer_.Write(Describe<T>(), &values, encoded_); !status.ok()) {
      std::cerr << status << "\n";
      return false;
    }
    const auto size_bytes = static_cast<uint32_t>(encoded_.stream().size());
    return std::fwrite(&size_bytes, sizeof(size_bytes), 1, stdout) == 1 &&
           std::fwrite(encoded_.stream().data(), 1, size_bytes, stdout) == size_bytes;
  }

  MsgpackSerializer serializer_;
  EncodedValue encoded_;
  serial_values::Binder binder_;
};

template <typename Real>
int Run(int argc, char** argv) {
  Program program;
  if (argc == 3 && std::string_view(argv[2]) == "rewrite") return program.Rewrite<Real>();
  if (argc != 6) return 2;
  return program.Generate<Real>(std::strtoull(argv[3], nullptr, 10), std::strtoull(argv[4], nullptr, 10),
                                std::strtoull(argv[5], nullptr, 10));
}

}  // namespace
}  // namespace manta

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  return std::string_view(argv[1]) == "floats" ? manta::Run<float>(argc, argv) : manta::Run<double>(argc, argv);
}

// SPDX-License-Identifier: Apache-2.0
