// Fuzzes the native format's decoder: any bytes give a value or a sentence, in bounded memory; and a value comes back.
//
//   ./bazelw build --config=fuzz //tests/fuzz:native_decode_fuzzer
//   bazel-bin/tests/fuzz/native_decode_fuzzer -runs=10000000 -max_len=256 -entropic=0
//       DIRECTORY tests/fuzz/corpus/native_decode
//
// decode_harness.h says what an input is.
#include <cstddef>
#include <cstdint>

#include "plugins/serializer/native/native_serializer.h"
#include "tests/fuzz/decode_harness.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static manta::NativeSerializer serializer;
  manta::DecodeAny(serializer, {data, size});
  return 0;
}

// SPDX-License-Identifier: Apache-2.0
