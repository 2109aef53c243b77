#!/bin/bash
# Runs a few rounds of the soak, native and strict: what comes back is right, and nothing is left, in the process or on the disk.
set -u
soak=$(realpath "$1")
failed=0
export HOME=${TEST_TMPDIR:?}
cd "$TEST_TMPDIR" || exit 1

# expect EXIT_CODE TEXT ARGUMENT... -- runs the soak; its output (both streams) must hold TEXT.
expect() {
  local wanted_code=$1 wanted_text=$2 output code
  shift 2
  output=$("$soak" "$@" 2>&1)
  code=$?
  if [ "$code" -ne "$wanted_code" ] || [[ "$output" != *"$wanted_text"* ]]; then
    printf 'FAILED: soak %s\n  wanted exit code %s and: %s\n  got exit code %s and:\n%s\n' "$*" "$wanted_code" \
      "$wanted_text" "$code" "$output" >&2
    failed=1
  fi
}

expect 0 '150 rounds: ' --rounds=150 --directory=disk
expect 0 'seed 7, strict' --rounds=40 --seed=7 --strict --directory=disk
if [ -n "$(ls -A disk)" ]; then
  echo "FAILED: something is left in the store's directory: $(find disk)" >&2
  failed=1
fi
expect 0 'usage: soak' --help
expect 2 'unknown argument --minuets=5; --help shows what there is' --minuets=5
expect 2 '--minutes=0 has no number from 1 on behind it' --minutes=0
expect 2 '--directory' --directory=
exit $failed

# SPDX-License-Identifier: Apache-2.0
