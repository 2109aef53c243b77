#!/usr/bin/env bash
# outside_test -- builds, proves and uses plugins from a workspace of its own, as a plugin author does.
#
# A Bazel inside Bazel: it has its own output folder, kept between runs beside that of the outer one, and its server is
# stopped at the end. It builds the sources that this test depends on, through the links that the outer Bazel made.
set -euo pipefail

workspace=$(dirname "$(realpath tests/integration/outside/WORKSPACE)")
output_base=${PWD%%/execroot/*}
if [[ $output_base != "$PWD" && -w $output_base ]]; then
  output_root=$output_base/outside_test
else
  output_root=${TEST_TMPDIR:?}/outside_test
fi
runfiles=${TEST_SRCDIR:?}
unset RUNFILES_DIR RUNFILES_MANIFEST_FILE RUNFILES_MANIFEST_ONLY TEST_SRCDIR TEST_WORKSPACE  # The outer test's.
export HOME=${TEST_TMPDIR:?} USER=${USER:-$(id -un)}

nested() {
  (cd "$workspace" && bazel --nohome_rc --output_user_root="$output_root" --max_idle_secs=60 "$@")
}
quiet=(--color=no --curses=no --noshow_progress --experimental_convenience_symlinks=ignore)
trap 'nested shutdown >/dev/null 2>&1' EXIT

fail() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }

# The rule works from outside: plugins, and the conformance test of one.
nested test "${quiet[@]}" --test_output=errors --build_tests_only=false \
  //my_store:my_store //my_serializer:my_serializer //sampled_policy:sampled_policy \
  //sampled_policy:sampled_policy_conformance_test || fail "the outside workspace does not build or pass"
binaries=$(nested info bazel-bin 2>/dev/null)

# A suite takes any library, and a program any plugin: those of the outer workspace prove and use what was built outside,
# which saves building all of Manta once more. Where they were compiled otherwise, by another compiler or for a
# sanitizer, they refuse to load these plugins, and the outside workspace builds its own.
quickstart=@manta//docs/examples:quickstart
nested build "${quiet[@]}" --nobuild "$quickstart" || fail "the outside workspace cannot use Manta's programs"
run() { RUNFILES_DIR=$runfiles docs/examples/quickstart/quickstart "$@"; }

readonly not_loaded=2
prove() {
  local said code=0
  said=$("tests/conformance/$1" "$binaries/$2/lib$2.so" 2>&1) || code=$?
  if ((code == not_loaded)); then
    run() { nested run "${quiet[@]}" --ui_event_filters=-info "$quickstart" -- "$@"; }
    nested test "${quiet[@]}" --test_output=errors "//$2:$2_conformance_test" || fail "$2 does not pass"
  elif ((code != 0)); then
    fail "$2 does not pass: $said"
  fi
}
prove object_store my_store
prove serializer my_serializer

# By config alone: the same program, first with the default store, then with ours.
default=$(run) || fail "quickstart fails with the default store: $default"
grep -q 'manta\.object_store\.heap' <<<"$default" || fail "quickstart does not name the default store: $default"
! grep -q 'example\.object_store\.mine' <<<"$default" || fail "quickstart names our store unasked: $default"

swapped=$(run --manta_plugin_path="$binaries/my_store" --manta_set='object_store { name: "example.object_store.mine" }') ||
  fail "quickstart fails with our store: $swapped"
grep -q 'example\.object_store\.mine' <<<"$swapped" || fail "quickstart does not use our store: $swapped"

swapped=$(run --manta_plugin_path="$binaries/sampled_policy" \
  --manta_set='object_store { inner { key: "eviction" value { name: "example.eviction.sampled" } } }') ||
  fail "quickstart fails with our policy: $swapped"
grep -q 'example\.eviction\.sampled' <<<"$swapped" || fail "quickstart does not use our policy: $swapped"

# A serializer is really called: it counts, and says how often when it is destroyed.
swapped=$(run --manta_plugin_path="$binaries/my_serializer" --manta_log_level=INFO \
  --manta_set='serializer { name: "example.serializer.compact" }' 2>&1) || fail "quickstart fails with our serializer: $swapped"
grep -q 'and got an equal one' <<<"$swapped" || fail "quickstart put no value: $swapped"
grep -q 'example\.serializer\.compact compact\.done numbers=[1-9]' <<<"$swapped" || fail "our serializer was not called: $swapped"

# SPDX-License-Identifier: Apache-2.0
