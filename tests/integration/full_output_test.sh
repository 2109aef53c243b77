#!/bin/bash
# full_output_test.sh PROGRAM... -- what cannot be printed is no success: each PROGRAM, of each kind that there is, must
# print its help and return 0, and return something else, with a sentence, when standard output is full or closed.
# The suite among them must say the same of its table, and a program that calls Init of --manta_help.
set -u
failed=0

# refused WHAT PROGRAM ARGUMENT... -- its output is lost: that is no success, and is told.
refused() {
  local what=$1 said
  shift
  if said=$("$@" 2>&1 >/dev/full); then
    printf 'FAILED: %s: %s returns 0, and printed nothing\n' "$what" "$*" >&2
    failed=1
  elif [[ $said != *'standard output'* && $said != *'No space left on device'* && $what != mute ]]; then
    printf 'FAILED: %s: %s does not say why it fails: %s\n' "$what" "$*" "$said" >&2
    failed=1
  fi
  if "$@" >&- 2>/dev/null; then
    printf 'FAILED: %s: %s returns 0 with a closed output\n' "$what" "$*" >&2
    failed=1
  fi
}

for program in "$@"; do
  case $program in
    *.so) continue ;;
    */manta_probe) what=mute ;;  # The kernel alone reads what it says.
    *) what=help ;;
  esac
  if [[ -z $("$program" --help) ]]; then
    printf 'FAILED: %s --help prints nothing\n' "$program" >&2
    failed=1
  fi
  refused "$what" "$program" --help
  case $program in
    */conformance/*)
      refused version "$program" --version
      for library in "$@"; do
        [[ $library == *.so ]] && refused table "$program" "$library" --gtest_filter='*LifeCycle*'
      done
      ;;
    */quickstart) refused init "$program" --manta_help ;;
  esac
done
exit $failed

# SPDX-License-Identifier: Apache-2.0
