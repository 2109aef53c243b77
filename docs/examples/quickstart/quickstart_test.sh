#!/bin/bash
# Runs the quickstart as a user does: as it is, with other plugins by config alone, and with every kind of mistake.
set -u
quickstart=$1
config=$2
failed=0
export HOME=${TEST_TMPDIR:?}
source docs/examples/common/no_leak.sh || exit 1

# expect EXIT_CODE TEXT ARGUMENT... -- runs the quickstart; its output (both streams) must hold TEXT.
expect() {
  local wanted_code=$1 wanted_text=$2 output code
  shift 2
  output=$("$quickstart" "$@" 2>&1)
  code=$?
  if [ "$code" -ne "$wanted_code" ] || [[ "$output" != *"$wanted_text"* ]]; then
    printf 'FAILED: quickstart %s\n  wanted exit code %s and: %s\n  got exit code %s and:\n%s\n' "$*" "$wanted_code" \
      "$wanted_text" "$code" "$output" >&2
    failed=1
  fi
}

expect 0 'object_store.eviction   manta.eviction.lru'
expect 0 'all bytes are right'
expect 0 'the sum is right: 333833500'
expect 0 'shared an array of 8000000 bytes with 4 tasks'
expect 0 'shared an array of 8000000 bytes with 4 tasks' --manta_native_values=NEVER
for scheduler in fifo priority deterministic work_stealing; do
  expect 0 'the sum is right: 333833500' --manta_scheduler=manta.scheduler.$scheduler --manta_worker_count=3
done
expect 0 'ref_counter             manta.ref_counter.none'
expect 0 'ref_counter             manta.ref_counter.owner' --manta_ref_counter=manta.ref_counter.owner
expect 0 'serializer              manta.serializer.native'
expect 0 'and got an equal one'
expect 0 'What to try next'
expect 0 'object_store.eviction   manta.eviction.s3_fifo' \
  --manta_set='object_store { inner { key: "eviction" value { name: "manta.eviction.s3_fifo" } } }'
expect 0 'manta.eviction.s3_fifo' --manta_config="$config"
expect 0 'capacity_bytes: 268435456  # '"$config"':11:23' --manta_config="$config" --manta_log_level=INFO
expect 0 'manta.eviction.lru' --manta_config="$config" \
  --manta_set='object_store { inner { key: "eviction" value { name: "manta.eviction.lru" } } }'
expect 0 'usage: quickstart' --help
expect 0 'quickstart, Manta 0.' --version
expect 0 '--manta_set=TEXT' --manta_help

expect 2 '--manta_set:1:16: PluginSlot has no field "nam"; did you mean "name"?' --manta_set='object_store { nam: "x" }'
expect 1 'did you mean "manta.object_store.heap"?' --manta_object_store=manta.object_store.heep
expect 1 'did you mean "manta.serializer.native"?' --manta_serializer=manta.serializer.natve
expect 2 'unknown argument "--manta_confg"; did you mean "--manta_config"?' --manta_confg=x
expect 1 'cannot read the config file "absent.textproto"' --manta_config=absent.textproto
expect 2 '--manta_set:2:94: object_store: plugin manta.object_store.heap: capacity_bytes is 0, ' --manta_set='object_store { typed_config {
  [type.googleapis.com/manta.plugins.object_store.heap.v1.HeapStoreConfig] { capacity_bytes: 0 } } }'
expect 2 'unknown argument "--mantaset=x"; --help shows what there is' --mantaset=x
expect 2 'unknown argument "--hlep"; did you mean "--help"?' --hlep

MANTA_CONFIG=$config expect 0 'manta.eviction.s3_fifo'
MANTA_LOG_LEVEL=LOUD expect 2 'MANTA_LOG_LEVEL: log_level is LOUD, wanted one of INFO, WARNING, ERROR'

# Quiet: nothing but the quickstart's own words, and nothing on standard error.
if [ -n "$("$quickstart" 2>&1 >/dev/null)" ]; then
  echo "FAILED: a plain run writes to standard error: $("$quickstart" 2>&1 >/dev/null)" >&2
  failed=1
fi

no_leak "$quickstart" || failed=1
no_leak "$quickstart" --manta_native_values=NEVER || failed=1

# Under `bazel run`, relative paths start where the user is.
cp "$config" "$TEST_TMPDIR/here.textproto"
BUILD_WORKING_DIRECTORY=$TEST_TMPDIR expect 0 'manta.eviction.s3_fifo' --manta_config=here.textproto

exit $failed

# SPDX-License-Identifier: Apache-2.0
