#!/bin/sh
# The checked-in file is what its program writes: bindings_test.sh PROGRAM FILE
set -eu
if ! python3 "$1" | cmp - "$2"; then
  echo "$2 is not what $1 writes: run python3 core/describe/make_bindings.py > core/describe/bindings.h"
  exit 1
fi

# SPDX-License-Identifier: Apache-2.0
