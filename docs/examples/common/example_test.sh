#!/bin/bash
# example_test.sh PROGRAM EXPECTATIONS -- runs an example as a user does. Each line of EXPECTATIONS is
#
#   EXIT_CODE | ARGUMENTS | TEXT       a run with these arguments, whose output (both streams) must hold TEXT
#
# and every example must know --help and --version, refuse what it does not know, say when it cannot print, and write nothing to standard error in a plain run,
# unless a comment in EXPECTATIONS speaks of standard error.
# Where a plain run is long, a line "# A short run: ARGUMENTS" says what one is.
set -u
program=$1
expectations=$2
name=$(basename "$program")
failed=0
export HOME=${TEST_TMPDIR:?}
source docs/examples/common/no_leak.sh || exit 1

# expect EXIT_CODE TEXT ARGUMENT... -- runs the program; its output must hold TEXT.
expect() {
  local wanted_code=$1 wanted_text=$2 output code
  shift 2
  output=$("$program" "$@" 2>&1)
  code=$?
  if [ "$code" -ne "$wanted_code" ] || [[ "$output" != *"$wanted_text"* ]]; then
    printf 'FAILED: %s %s\n  wanted exit code %s and: %s\n  got exit code %s and:\n%s\n' "$name" "$*" "$wanted_code" \
      "$wanted_text" "$code" "$output" >&2
    failed=1
  fi
}

trim() {
  local text=$1
  text=${text#"${text%%[! ]*}"}
  echo "${text%"${text##*[! ]}"}"
}

while IFS='|' read -r code arguments text; do
  case $(trim "$code") in '' | '#'*) continue ;; esac
  read -ra words <<<"$arguments"
  expect "$(trim "$code")" "$(trim "$text")" "${words[@]+"${words[@]}"}"
done <"$expectations"

expect 0 "usage: $name" --help
expect 0 "$name, Manta 0." --version
expect 2 'unknown argument "--no_such_thing"; --help shows what there is' --no_such_thing
expect 2 'unknown argument "--versoin"; did you mean "--version"?' --versoin
if output=$("$program" --help 2>&1 >/dev/full) || [[ "$output" != *'cannot write the results'* ]]; then
  echo "FAILED: $name does not say that it cannot print: $output" >&2
  failed=1
fi
if "$program" --help | grep -q -- --manta_help; then
  expect 0 '--manta_set=TEXT' --manta_help
  expect 2 'did you mean "--manta_config"?' --manta_confg=x
  read -ra words <<<"$(sed -n 's/^# A short run: //p' "$expectations")"
  # Native, and every value through serializer and store. (replay takes no --manta_ arguments: simulated runtimes have no counter.)
  no_leak "$program" "${words[@]+"${words[@]}"}" || failed=1
  no_leak "$program" "${words[@]+"${words[@]}"}" --manta_native_values=NEVER || failed=1
fi
if ! grep -q '^#.* standard error' "$expectations" && [ -n "$("$program" 2>&1 >/dev/null)" ]; then
  echo "FAILED: a plain run of $name writes to standard error: $("$program" 2>&1 >/dev/null)" >&2
  failed=1
fi
exit $failed

# SPDX-License-Identifier: Apache-2.0
