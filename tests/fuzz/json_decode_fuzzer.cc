// Fuzzes the json reader: any text gives a value or a sentence, in bounded memory; and a value comes back.
//
//   ./bazelw build --config=fuzz //tests/fuzz:json_decode_fuzzer
//   bazel-bin/tests/fuzz/json_decode_fuzzer -runs=10000000 -max_len=512 DIRECTORY tests/fuzz/corpus/json_decode
//
// decode_harness.h says what an input is. There are no payloads in this format; the flag for misaligned ones says
// here that what was read is written with spaces and lines.
#include <cstddef>
#include <cstdint>

#include "plugins/serializer/json/json_serializer.h"
#include "tests/fuzz/decode_harness.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static manta::JsonSerializer compact;
  static manta::JsonSerializer pretty(1);
  manta::DecodeAny(size != 0 && (data[0] & manta::kFuzzMisaligned) != 0 ? pretty : compact, {data, size});
  return 0;
}

// SPDX-License-Identifier: Apache-2.0
