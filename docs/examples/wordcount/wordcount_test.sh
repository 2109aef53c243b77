#!/bin/bash
# Runs wordcount as a user does, and compares its total with that of wc, on texts that are hard to split.
set -u
wordcount=$(realpath "$1")
failed=0
export HOME=${TEST_TMPDIR:?}
source docs/examples/common/no_leak.sh || exit 1
export LC_ALL=C
cd "$TEST_TMPDIR" || exit 1

fail() {
  echo "FAILED: $*" >&2
  failed=1
}

# expect EXIT_CODE TEXT ARGUMENT... -- runs wordcount; its output (both streams) must hold TEXT.
expect() {
  local wanted_code=$1 wanted_text=$2 output code
  shift 2
  output=$("$wordcount" "$@" 2>&1)
  code=$?
  if [ "$code" -ne "$wanted_code" ] || [[ "$output" != *"$wanted_text"* ]]; then
    fail "wordcount $*: wanted exit code $wanted_code and \"$wanted_text\", got $code and: $output"
  fi
}

# compare DIR PIECE... -- the total is that of cat and wc, in pieces of each size.
compare() {
  local folder=$1 wanted
  shift
  wanted=$(cat "$folder"/* 2>/dev/null | wc -w)
  for piece in "$@"; do
    expect 0 "
$wanted words, " --input="$folder" --piece_bytes="$piece" --quiet
  done
}

mkdir plain edges bytes empty nested nested/folder random
printf 'the quick brown fox\njumps over the lazy dog\n' >plain/a.txt
printf '  the end \t of\r\nit\f\vall ' >plain/b.txt
compare plain 1 2 3 7 64 1048576

# Files that end and begin inside a word; empty ones between them; hidden ones, and folders, which DIR/* leaves out.
printf 'over' >edges/a
: >edges/b
printf 'lap ping wor' >edges/c
printf 'd' >edges/d
printf ' s' >edges/e
printf 'hidden words' >edges/.hidden
compare edges 1 2 3 7 64 1048576

# Bytes that cannot be printed make no word, and end none.
printf 'a\0b \0 \001 c\177d \177 \303\251 \240 x\240y\205z \034q' >bytes/binary
printf '\303\251\n\n\0\0\0' >bytes/utf8
compare bytes 1 2 3 7 64 1048576

printf 'top level\n' >nested/a
printf 'far below' >nested/folder/b
expect 0 "
2 words, " --input=nested
expect 0 "
4 words, 4 different ones, in 2 files of nested" --input=nested --recursive
expect 0 "0 words, 0 different ones, in 0 files of empty" --input=empty

# Random bytes and random words, the same in each run.
for i in 1 2 3 4 5 6 7 8; do
  awk -v seed=$i 'BEGIN {
    srand(seed)
    for (n = 0; n < 3000; ++n) printf "%c", int(rand() * 255) + 1
    for (n = 0; n < 300; ++n) printf "%s", substr("ab \n\t\001", int(rand() * 6) + 1, 1)
  }' >random/$i
done
compare random 1 7 64 1048576

# A larger one, in pieces that tasks count side by side; progress is told, and the most frequent words are right.
mkdir large
awk 'BEGIN { srand(1); for (n = 0; n < 400000; ++n) printf "w%d%s", int(rand() * rand() * 50), n % 11 == 0 ? "\n" : " " }' >large/words
compare large 1000 65536 1048576
size=$(stat -c %s large/words)
expect 0 "counting bytes 100% $size/$size" --input=large --piece_bytes=65536
"$wordcount" --input=large --top=5 --piece_bytes=10000 --quiet | head -5 | awk '{ print $1, $2 }' >mine
tr -s ' \n' '\n' <large/words | sort | uniq -c | sort -k1,1nr -k2,2 | head -5 | awk '{ print $1, $2 }' >theirs
cmp -s mine theirs || fail "the most frequent words differ: $(paste -d/ mine theirs | head -5)"
[ "$("$wordcount" --input=plain --top=0 --quiet 2>&1 | wc -l)" -eq 1 ] || fail "--top=0 shows more than the total"

# Through serializer and store, the same.
expect 0 "
$(cat large/* | wc -w) words, " --input=large --piece_bytes=65536 --quiet --manta_native_values=NEVER \
  --manta_serializer=manta.serializer.msgpack

no_leak "$wordcount" --input=large --piece_bytes=65536 --quiet || failed=1
no_leak "$wordcount" --input=large --piece_bytes=65536 --quiet --manta_native_values=NEVER || failed=1

expect 0 'usage: wordcount' --help
expect 0 '--manta_set=TEXT' --manta_help
expect 1 'cannot read absent: No such file or directory' --input=absent
expect 1 'cannot read plain/a.txt: Not a directory' --input=plain/a.txt
expect 2 'unknown argument "--inptu=plain"; did you mean "--input"?' --inptu=plain
expect 2 'unknown argument "plain"' plain
expect 2 '--input is empty: write --input=DIR' --input=
expect 2 '--top has no value: write --top=N' --top
expect 2 'unknown argument "--quiet=1"; did you mean "--quiet"?' --quiet=1
expect 0 'wordcount, Manta 0.' --version
expect 2 '--top is "many", and should be a number from 0 on' --top=many
expect 2 '--piece_bytes is "0", and should be a number from 1 on' --piece_bytes=0
expect 2 'did you mean "--manta_config"?' --manta_confg=x

# What cannot be read is told, and the rest is counted. (Root may read everything.)
if [ "$(id -u)" -ne 0 ]; then
  mkdir locked
  printf 'one two ' >locked/a
  printf 'three' >locked/b
  chmod 000 locked/b
  expect 1 'locked/b: Permission denied' --input=locked --quiet
  expect 1 "
2 words, " --input=locked --quiet
fi

# Under `bazel run`, relative paths start where the user is, and without --input it is the repository that is counted.
mkdir elsewhere
(
  cd elsewhere || exit 1
  BUILD_WORKING_DIRECTORY=$TEST_TMPDIR "$wordcount" --input=plain --quiet | grep -q '14 words'
) || fail "a relative path does not start where the user is"
BUILD_WORKSPACE_DIRECTORY=$TEST_TMPDIR/nested expect 0 '4 words' --quiet

exit $failed

# SPDX-License-Identifier: Apache-2.0
