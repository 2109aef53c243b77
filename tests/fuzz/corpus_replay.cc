// Runs a fuzz target over its corpus, without a fuzzing engine: what `bazel test` does with it.
//
// Each file named on the command line is given as it is, cut at every length, and with every byte changed in four ways
// (of files up to kMutatedBytesMax).
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

constexpr size_t kMutatedBytesMax = 4096;

uint64_t run_count = 0;

// A copy of exactly the input's size, so that ASan sees a read past its end.
void Run(const uint8_t* data, size_t size) {
  const std::vector<uint8_t> exact(data, data + size);
  LLVMFuzzerTestOneInput(exact.data(), exact.size());
  ++run_count;
}

void RunMutations(std::vector<uint8_t> input) {
  Run(input.data(), input.size());
  if (input.size() > kMutatedBytesMax) return;
  for (size_t size = 0; size < input.size(); ++size) Run(input.data(), size);
  for (uint8_t& byte : input) {
    const uint8_t kept = byte;
    for (uint8_t changed : {uint8_t{0}, uint8_t{0xff}, uint8_t(kept ^ 1u), uint8_t(kept ^ 0x80u)}) {
      byte = changed;
      Run(input.data(), input.size());
    }
    byte = kept;
  }
}

}  // namespace

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    if (!file) {
      std::fprintf(stderr, "cannot read %s\n", argv[i]);
      return 1;
    }
    RunMutations({std::istreambuf_iterator<char>(file), {}});
  }
  std::printf("%d corpus files, %llu runs\n", argc - 1, static_cast<unsigned long long>(run_count));
  return argc > 1 ? 0 : 1;
}

// SPDX-License-Identifier: Apache-2.0
