// Fuzzes the MessagePack reader: any bytes give a value or a sentence, in bounded memory; and a value comes back.
//
//   ./bazelw build --config=fuzz //tests/fuzz:msgpack_decode_fuzzer
//   bazel-bin/tests/fuzz/msgpack_decode_fuzzer -runs=10000000 -max_len=512 DIRECTORY tests/fuzz/corpus/msgpack_decode
//
// decode_harness.h says what an input is; there are no payloads in this format.
#include <cstddef>
#include <cstdint>

#include "plugins/serializer/msgpack/msgpack_serializer.h"
#include "tests/fuzz/decode_harness.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static manta::MsgpackSerializer serializer;
  manta::DecodeAny(serializer, {data, size});
  return 0;
}

// SPDX-License-Identifier: Apache-2.0
