#!/bin/bash
# Runs external_sort with more than its memory holds, and looks at the file with od and sort, and at what is left on the disk.
set -u
program=$(realpath "$1")
failed=0
export HOME=${TEST_TMPDIR:?}
export LC_ALL=C
cd "$TEST_TMPDIR" || exit 1

fail() {
  echo "FAILED: $*" >&2
  failed=1
}

mkdir disk
if ! output=$("$program" --size=6MiB --memory=2MiB --seed=3 --directory=disk --output=sorted --quiet); then
  fail "it ended with $?: $output"
fi
# Whether the row that begins with $1 says at least $2 MiB.
at_least() { awk -v row="$1" -v least="$2" '$1 == row { mib = $3 == "MiB" ? $2 : $2 / 1024 } END { exit !(mib >= least) }' <<<"$output"; }
at_least spilled 4 || fail "what memory did not hold was not spilled: $output"
at_least restored 4 || fail "what memory did not hold was not restored: $output"
[ "$(stat -c %s sorted)" -eq $((6 << 20)) ] || fail "the file has another size than the input"
od -An -v -t u8 -w16 sorted >words
sort -c -n -k1,1 words || fail "the file is not sorted"
sort -n -k2,2 words | awk '$2 != NR - 1 { exit 1 } END { if (NR != 393216) exit 1 }' || fail "a record of the input is missing"
[ -z "$(ls -A disk)" ] || fail "something is left in the directory: $(find disk)"

# What was spilled is not in memory any more: beside what the program takes for next to nothing, the peak is the store's
# memory, and what is on its way to and from the disk. (Sanitizers keep memory that was freed.)
peak_mib() {
  local printed
  printed=$("$program" "$@" --directory=peak --quiet --manta_worker_count=2) || fail "it ended with $?: $printed"
  awk '$1 == "peak" { print $3 == "MiB" ? $2 : $2 / 1024 }' <<<"$printed"
}
if ! grep -aqE '__(asan|tsan)_init' "$program"; then
  least=$(peak_mib --size=1MiB --memory=2MiB)
  peak=$(peak_mib --size=32MiB --memory=4MiB)
  [ "${peak:-999}" -le $((${least:-0} + 2 + 20)) ] || fail "sorting 32 MiB with 4 MiB took $peak MiB at most, where 1 MiB takes $least MiB"
fi

# Another seed is another input; without --output nothing is left.
"$program" --size=6MiB --memory=2MiB --seed=4 --directory=elsewhere --quiet >other || fail "it ended with $?: $(cat other)"
[ "$(tail -n 1 other)" != "$(tail -n 1 <<<"$output")" ] || fail "two seeds have one checksum"
[ ! -e elsewhere ] || fail "something is left: $(find elsewhere)"

exit $failed

# SPDX-License-Identifier: Apache-2.0
