// Fuzzes the json serializer: any text makes a value or is refused in a sentence, in bounded memory; and a value that
// was read is written and read again as the same value.
//
//   ./bazelw build --config=fuzz //tests/fuzz:json_decode_fuzzer
//   bazel-bin/tests/fuzz/json_decode_fuzzer -runs=10000000 -max_len=4096 DIRECTORY tests/fuzz/corpus/json_decode
//
// The first byte chooses the type, the rest is the text.
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <utility>

#include "core/base/text.h"
#include "core/describe/describe.h"
#include "core/describe/encoded_value.h"
#include "plugins/serializer/json/json_serializer.h"
#include "tests/support/any_value.h"
#include "tests/support/rich_types.h"

namespace {

using namespace manta::serial_values;  // NOLINT: the types of this fuzzer.

void Require(bool condition) {
  if (!condition) std::abort();
}

template <typename T>
void ReadAndWrite(std::span<const std::byte> text) {
  static manta::JsonSerializer compact;
  static manta::JsonSerializer pretty(1);
  const manta::TypeDescriptor& type = manta::Describe<T>();
  manta::SerialSource source;
  source.stream = text;
  Binder binder;
  T value{};
  const absl::Status status = compact.Read(type, source, {.decode_bytes_max = 1 << 20}, &binder, &value);
  if (!status.ok()) {
    Require(status.code() == absl::StatusCode::kInvalidArgument ||
            status.code() == absl::StatusCode::kResourceExhausted);
    Require(manta::ToStd(status.message()).find("byte ") != std::string_view::npos);
    return;
  }
  const std::string printed = manta::PrintValue(value);
  for (manta::JsonSerializer* serializer : {&compact, &pretty}) {
    manta::EncodedValue encoded;
    Require(serializer->Write(type, &value, encoded).ok());
    T again{};
    Require(serializer->Read(type, encoded.source(), {}, &binder, &again).ok());
    Require(manta::PrintValue(again) == printed);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::span<const std::byte> text = std::as_bytes(std::span(data + 1, size - 1));
  switch (data[0]) {
    case 'n':
      ReadAndWrite<Node>(text);
      break;
    case 'f':
      ReadAndWrite<std::vector<std::pair<float, double>>>(text);
      break;
    case 't':
      ReadAndWrite<std::map<std::string, std::vector<std::string>>>(text);
      break;
    default:
      ReadAndWrite<Everything>(text);
  }
  return 0;
}

// SPDX-License-Identifier: Apache-2.0
