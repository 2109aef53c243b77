// Fuzzes serializers by values: the input's bytes choose one, of a type with everything in it, and it must come back;
// then its bytes are damaged, and must give a value or a sentence.
//
//   ./bazelw build --config=fuzz //tests/fuzz:rich_value_fuzzer
//   bazel-bin/tests/fuzz/rich_value_fuzzer -runs=10000000 -max_len=128 -entropic=0
//       DIRECTORY tests/fuzz/corpus/rich_value
//
// Where a decoder's own fuzzer seldom gets deep into a type, this one begins with bytes that are nearly right.
#include <cstddef>
#include <cstdint>

#include "plugins/serializer/native/native_serializer.h"
#include "tests/fuzz/decode_harness.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static manta::NativeSerializer serializer;
  manta::WriteAny(serializer, {data, size});
  return 0;
}

// SPDX-License-Identifier: Apache-2.0
