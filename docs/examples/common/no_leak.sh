# Sourced by the tests of examples.

# no_leak PROGRAM ARGUMENT... -- runs an example with every object traced: it ends well, and the tracing counter says neither
# that references were left behind nor that actors keep each other.
no_leak() {
  local traced output
  traced='ref_counter { name: "manta.ref_counter.tracing" typed_config {
    [type.googleapis.com/manta.plugins.ref_counter.tracing.v1.TracingCounterConfig] { observe_one_in: 1 } } }'
  if ! output=$("$@" --manta_set="$traced" 2>&1 >/dev/null) || [[ "$output" == *memory.leaked* || "$output" == *memory.actor_cycle* ]]; then
    echo "FAILED: $* with all objects traced: $output" >&2
    return 1
  fi
}

# SPDX-License-Identifier: Apache-2.0
