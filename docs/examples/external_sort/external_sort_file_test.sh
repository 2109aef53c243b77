#!/bin/bash
# Runs external_sort with more than its memory holds, and looks at the file with od and sort, and at what is left on the disk: after it ended
# well, failed, was interrupted or killed.
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

# A file that cannot be written is told before all the work, and is never anything but a file.
told=$("$program" --size=1MiB --directory=elsewhere --output=/proc/absent 2>&1)
[[ "$told" != *"sorting runs"* ]] || fail "it sorted before it looked at --output: $told"
mkdir folder
told=$("$program" --size=1MiB --directory=elsewhere --output=folder --quiet 2>&1) && fail "it wrote a folder"
[[ "$told" == *"folder: it is not a regular file"* ]] || fail "a folder is told otherwise: $told"

# Until the new file was checked, the old one is what has the name. A link to it stays a link.
echo old >kept
ln -s kept link
kept() { [ "$(cat kept)" = old ] && [ ! -e kept.partial ]; }
told=$(trap '' XFSZ; ulimit -f 1024; "$program" --size=4MiB --memory=2MiB --directory=disk --output=link --quiet 2>&1)
code=$?
[ $code -eq 1 ] || fail "it ended with $code when the file could not be written: $told"
[[ "$told" == *"cannot write"*"File too large"* ]] || fail "it does not say why the file could not be written: $told"
kept || fail "after a failure: $(ls -l kept*)"
[ -z "$(ls -A disk)" ] || fail "after a failure something is left in the directory: $(find disk)"
exec 4>kept.partial
flock 4
told=$("$program" --size=1MiB --directory=disk --output=kept --quiet 2>&1) && fail "two programs write one file"
[[ "$told" == *"kept.partial: another program writes it"* ]] || fail "another program's file is told otherwise: $told"
[ -e kept.partial ] || fail "it removed another program's file"
exec 4>&-
"$program" --size=1MiB --directory=disk --output=link --quiet >/dev/null || fail "it ended with $?"
[ -L link ] && [ "$(stat -c %s kept)" -eq $((1 << 20)) ] && [ ! -e kept.partial ] || fail "the link leads to: $(ls -l link kept*)"

# What follows ends programs that have told that they are at work, with most of it before them.
mkfifo progress
# start TEXT ARGUMENT... -- starts a program, and returns when its progress says TEXT.
start() {
  local wanted=$1 line
  shift
  set -m  # So that SIGINT is not ignored in the background.
  "$program" --directory=signals --output=kept "$@" >printed 2>progress &
  started=$!
  set +m  # So that it is not the end of waiting that it stands still.
  exec 3<progress
  while read -r line <&3; do
    [[ "$line" != "$wanted"* ]] || return
  done
  fail "it ended, and never said: $wanted"
}
# end_by SIGNAL EXIT_CODE
end_by() {
  local code
  kill -s "$1" "$started"
  wait "$started"
  code=$?
  told=$(cat <&3)
  exec 3<&-
  [ $code -eq "$2" ] || fail "after SIG$1 it ended with $code, not $2: $told"
}
echo old >kept
for how in "INT 130 sorting runs 10%" "TERM 143 merging 10%"; do
  read -r signal wanted_code wanted <<<"$how"
  start "$wanted" --size=96MiB --memory=8MiB
  [ -e kept.partial ] || fail "there is no file to be removed"
  end_by "$signal" "$wanted_code"
  [[ "$told" == *"external_sort: interrupted: nothing of it is left" ]] || fail "after SIG$signal it said: $told"
  kept || fail "after SIG$signal: $(ls -l kept*)"
  [ ! -e signals ] || fail "after SIG$signal something is left: $(find signals)"
done

# One that is killed leaves its files. Nobody touches them while it lives, though it does nothing; the next one removes them.
start "sorting runs 10%" --size=96MiB --memory=8MiB
kill -s STOP "$started"  # Soon: what it does until then is new files.
left=$(find signals -name 'objects-*' | sort)
[ -n "$left" ] || fail "it has no files"
are_there() { [ -z "$(comm -23 - <(find signals -name 'objects-*' | sort) <<<"$left")" ]; }
"$program" --size=1MiB --directory=signals --quiet >/dev/null || fail "beside another it ended with $?"
are_there || fail "files of a living program were removed: $left"
end_by KILL 137
are_there && [ -e kept.partial ] || fail "a killed program left nothing: this shows nothing"
"$program" --size=1MiB --directory=signals --output=kept --quiet >/dev/null || fail "after a killed one it ended with $?"
[ -z "$(ls -A signals)" ] || fail "a killed program's files are left: $(find signals)"
[ ! -e kept.partial ] || fail "a killed program's part of the file is left"

exit $failed

# SPDX-License-Identifier: Apache-2.0
