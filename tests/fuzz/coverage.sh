#!/bin/bash
# Prints how many lines of a serializer's code its tests and the fuzzers' corpora reach.
#
#   tests/fuzz/coverage.sh native        # From the root of the tree; bazelw installs clang and llvm.
#
# Only tests without a loaded plugin count: those that link the code.
set -euo pipefail

format="${1:?name a folder of plugins/serializer}"
bazel="${BAZEL:-./bazelw}"
folder="plugins/serializer/${format}"
targets=("//tests/fuzz:${format}_decode_fuzzer_corpus_test")
for source in "${folder}"/*_{serializer,hostile}_test.cc; do
  targets+=("//${folder}:$(basename "${source}" .cc)")
done

"${bazel}" build --config=coverage "${targets[@]}"

profiles="$(mktemp -d)"
trap 'rm -rf "${profiles}"' EXIT
for target in "${targets[@]}"; do
  binary="bazel-bin/$(tr ':' '/' <<< "${target#//}")"
  arguments=()
  if [[ "${target}" == *_corpus_test ]]; then arguments=("tests/fuzz/corpus/${format}_decode/"*); fi
  LLVM_PROFILE_FILE="${profiles}/%p.profraw" "${binary}" "${arguments[@]}" > /dev/null
done
# The code lies in the libraries that the tests share.
objects=()
for library in "bazel-bin/${folder}"/lib*.so; do objects+=(-object "${library}"); done
llvm-profdata merge -o "${profiles}/all" "${profiles}"/*.profraw
llvm-cov report "${objects[@]:1}" -instr-profile "${profiles}/all" "${folder}"/*.cc "${folder}"/*.h

# SPDX-License-Identifier: Apache-2.0
