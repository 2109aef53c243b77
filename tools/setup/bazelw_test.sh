#!/usr/bin/env bash
# tools/setup/bazelw_test.sh -- bazelw on machines of all kinds, with fake dpkg, apt-get, sudo and bazel.
set -uo pipefail

source_root=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd)
scratch=$TEST_TMPDIR
failures=0
tests=0

# Each test starts on a root's Debian 12 with package lists and only "base" and "bazel-bootstrap" installed, with spaces in its path.
new_machine() {
  machine="$scratch/machine $tests"
  tree=$scratch/tree$tests
  mkdir -p "$machine"/{bin,etc,usr/bin,tmp,var/lib/apt/lists} "$tree/tools/setup" "$tree/sub folder"
  cp "$source_root/bazelw" "$source_root/.bazelversion" "$tree/"
  touch "$tree/WORKSPACE"
  printf '# comment\n\nbazel-bootstrap 900 builds\nbase 1 the base\nlibrun 20 runs it\n' >"$tree/tools/setup/run.txt"
  printf 'libtest 3 tests it\n' >"$tree/tools/setup/test.txt"
  printf 'clang 250 second compiler\n' >"$tree/tools/setup/develop.txt"
  printf 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n' >"$machine/etc/os-release"
  touch "$machine/var/lib/apt/lists/debian_Packages"
  printf 'base 1\nbazel-bootstrap 4.2.3+ds-9\n' >"$machine/installed"
  echo ok >"$machine/apt_mode"
  local tool
  for tool in bash env cat id mktemp readlink rm tee touch; do ln -s "$(PATH=/usr/bin:/bin type -P $tool)" "$machine/bin/$tool"; done
  rm "$machine/bin/id"
  program bin/id 'echo "${FAKE_UID:-0}"'
  program bin/dpkg 'echo "dpkg $*" >>"$MACHINE/calls"; if [[ $1 == --print-architecture ]]; then echo "${FAKE_ARCHITECTURE:-amd64}"; else echo ok >"$MACHINE/apt_mode"; fi'
  program bin/dpkg-query 'while read -r name version state; do
  for word in "$@"; do [[ $word == "$name" ]] && echo "${state:-ii}  $name $version"; done
done <"$MACHINE/installed"; exit 1'
  program bin/apt-get 'echo "apt-get $*" >>"$MACHINE/calls"
mode=$(<"$MACHINE/apt_mode")
case "$mode $*" in
  offline*update*) echo "W: Failed to fetch http://deb.debian.org: Could not resolve '"'deb.debian.org'"'" ;;
  offline*) echo "E: Unable to locate package librun"; exit 100 ;;
  stale*update*) echo ok >"$MACHINE/apt_mode" ;;
  stale*) echo "E: Failed to fetch http://deb.debian.org/librun.deb 404  Not Found"; exit 100 ;;
  unknown*update*) echo full >"$MACHINE/apt_mode" ;;
  unknown*) echo "E: Unable to locate package librun"; exit 100 ;;
  full*) echo "E: You do not have enough free space in /var/cache/apt/archives/."; exit 100 ;;
  locked*) echo "E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 1 (apt)"; exit 100 ;;
  ended*) echo ok >"$MACHINE/apt_mode"; echo "Unpacking"; kill -TERM $PPID; exit 100 ;;
  interrupted*) echo "E: dpkg was interrupted, you must manually run dpkg --configure -a"; exit 100 ;;
  *update*) touch "$MACHINE/var/lib/apt/lists/debian_Packages" ;;
  broken*) echo "E: Sub-process /usr/bin/dpkg returned an error code (1)"; exit 100 ;;
  liar*) ;;
  *) for word in "$@"; do [[ $word == lib* || $word == clang || $word == bazel* ]] && echo "$word 4.2.3" >>"$MACHINE/installed"; done; echo "Setting up" ;;
esac'
  program usr/bin/bazel 'folder=${PWD##*/}; echo "bazel in ${folder/#tree*/tree}:$(printf " <%s>" "$@")"; exit 7'
}

program() {
  printf '#!/bin/bash\n%s\n' "$2" >"$machine/$1"
  chmod +x "$machine/$1"
}

# Runs bazelw with nothing but the fakes; sets output and status.
bazelw() {
  output=$(cd "${folder:-$tree}" && env -i PATH="$machine/bin" MACHINE="$machine" TMPDIR="$machine/tmp" BAZELW_SYSTEM_ROOT="$machine" \
    "${environment[@]}" "$tree/bazelw" "$@" 2>&1 <&-)
  status=$?
}

begin() {
  tests=$((tests + 1))
  name=$1 folder='' environment=(CI=true)
  new_machine
}

fail() {
  echo "FAILED $name: $1"
  echo "  status $status, output:"
  echo "$output" | while IFS= read -r line; do echo "    $line"; done
  failures=$((failures + 1))
}
expect_status() { [[ $status == "$1" ]] || fail "status is not $1"; }
expect_output() { [[ $output == *"$1"* ]] || fail "output lacks: $1"; }
expect_no_output() { [[ $output != *"$1"* ]] || fail "output has: $1"; }
calls() { cat "$machine/calls" 2>/dev/null; }
expect_call() { [[ $(calls) == *"$1"* ]] || fail "not called: $1; called: $(calls)"; }
expect_no_call() { [[ $(calls) != *"$1"* ]] || fail "called: $1"; }

begin "with everything there it runs bazel with the same arguments and its exit code"
echo 'librun 1' >>"$machine/installed"
bazelw run //a:b --flag='x y' -- --print-only '' '*'
expect_status 7
[[ $output == 'bazel in tree: <run> <//a:b> <--flag=x y> <--> <--print-only> <> <*>' ]] || fail "bazel got other arguments"
[[ -z $(calls) ]] || fail "something was installed"

begin "it works from a subfolder, and enters its tree from anywhere else"
echo 'librun 1' >>"$machine/installed"
folder="$tree/sub folder"
bazelw build :x
expect_output 'bazel in sub folder:'
folder=/
bazelw build //x
expect_output 'bazel in tree:'

begin "what is missing is listed with size and reason, installed, and then bazel runs"
bazelw test //...
expect_status 7
expect_output '2 Debian package(s) are missing, about 23 MB'
expect_output '  librun     20 MB  runs it'
expect_output '  libtest     3 MB  tests it'
expect_output 'Setting up'
expect_output 'bazel in tree: <test> <//...>'
expect_no_output $'\e['
expect_call 'install -y --no-install-recommends librun libtest'
expect_no_call 'update'
[[ -z $(ls "$machine/tmp") ]] || fail "temporary files are left"

begin "run needs no test packages, a clang build needs the compilers too"
bazelw run //a:b
expect_no_output libtest
expect_output 'bazel in tree: <run>'
bazelw build --config=clang //a:b
expect_call 'install -y --no-install-recommends libtest clang'
expect_status 7

begin "so do builds for fuzzing and for coverage"
for config in fuzz coverage; do
  bazelw --print-only build --config=$config //a:b
  expect_output 'libtest'
  expect_output 'second compiler'
done

begin "what stands behind -- is the program's, not a reason for packages"
bazelw --print-only run //a:b -- test //... --config=clang
expect_no_output libtest
expect_no_output clang

begin "a package that was removed and left its settings is missing"
echo 'librun 1 rc' >>"$machine/installed"
bazelw --print-only run //a:b
expect_output 'librun'

begin "wildcards and tests need the test packages"
for target in //... //a:all //a:x_test; do
  bazelw --print-only build $target
  expect_output 'libtest'
done

begin "--print-only installs nothing and runs nothing"
bazelw --print-only test //...
expect_status 0
expect_output 'librun'
expect_output 'tests it'
[[ -z $(calls) ]] || fail "something was called: $(calls)"
expect_no_output 'bazel in'

begin "--print-only says when nothing is missing"
echo 'librun 1' >>"$machine/installed"
bazelw --print-only run //a:b
expect_status 0
[[ $output == 'bazelw: nothing is missing.' ]] || fail "other words"
bazelw --print-only setup run
expect_status 0
[[ $output == 'bazelw: nothing is missing.' ]] || fail "other words"

begin "--print-only runs nothing where nothing is looked for"
environment+=(BAZELW_SETUP=off)
bazelw --print-only run //a:b
expect_status 0
[[ $output == 'bazelw: nothing is looked for, since BAZELW_SETUP is off.' ]] || fail "other words"

begin "setup installs and does not run bazel"
bazelw setup develop
expect_status 0
expect_call 'install -y --no-install-recommends librun libtest clang'
expect_no_output 'bazel in'
bazelw setup developer
expect_status 1
expect_output 'setup knows run, test and develop, not "developer"'

begin "setup with nothing missing does nothing"
echo 'librun 1' >>"$machine/installed"
bazelw setup run
expect_status 0
[[ $output == 'bazelw: nothing else to do.' ]] || fail "other words"
[[ -z $(calls) ]] || fail "something was called: $(calls)"

begin "a machine that never read package lists reads them first"
rm "$machine/var/lib/apt/lists/debian_Packages"
bazelw run //a:b
expect_status 7
[[ $(calls) == *update*install* ]] || fail "no update before install"

begin "outdated package lists are read again, once"
echo stale >"$machine/apt_mode"
bazelw run //a:b
expect_status 7
[[ $(calls) == *install*update*install* ]] || fail "no second try: $(calls)"

begin "an interrupted earlier set-up is finished"
echo interrupted >"$machine/apt_mode"
bazelw run //a:b
expect_status 7
expect_call 'dpkg --configure -a'

begin "a set-up that is interrupted says how to go on, and a second one finishes"
echo ended >"$machine/apt_mode"
bazelw run //a:b
expect_status 130
expect_output 'bazelw: interrupted; run the same command again to finish the set-up.'
expect_no_output 'bazel in'
[[ -z $(ls "$machine/tmp") ]] || fail "temporary files are left"
bazelw run //a:b
expect_status 7

begin "another program that holds apt's lock is waited for, then named"
echo locked >"$machine/apt_mode"
bazelw run //a:b
expect_status 1
expect_call 'DPkg::Lock::Timeout='
expect_output "bazelw: another program holds apt's lock: wait until it ends, then run this again"

begin "offline it says so"
echo offline >"$machine/apt_mode"
bazelw run //a:b
expect_status 1
expect_output 'bazelw: apt-get cannot reach a Debian mirror: connect this machine'

begin "only what apt-get said last explains a failure"
echo unknown >"$machine/apt_mode"
bazelw run //a:b
expect_status 1
expect_output 'bazelw: the disk is full'

begin "a failed installation ends with a sentence, and no bazel"
echo broken >"$machine/apt_mode"
bazelw run //a:b
expect_status 1
expect_output 'returned an error code'
expect_output 'bazelw: apt-get failed, its last words are above'
expect_no_output 'bazel in'

begin "an installation that changed nothing is noticed"
echo liar >"$machine/apt_mode"
bazelw run //a:b
expect_status 1
expect_output 'still missing: librun'

begin "without sudo it names the command for an administrator"
environment+=(FAKE_UID=1000)
bazelw run //a:b
expect_status 1
expect_output 'there is no sudo: run this as root, or ask an administrator for: apt-get install librun'
expect_no_call 'apt-get'

begin "with sudo it installs through sudo"
environment+=(FAKE_UID=1000)
program bin/sudo 'echo "sudo $*" >>"$MACHINE/calls"; shift; [[ $1 == true ]] || exec "$@"'
ln -s "$(type -P true)" "$machine/bin/true"
bazelw run //a:b
expect_status 7
expect_call 'sudo -n env DEBIAN_FRONTEND=noninteractive'

begin "sudo that wants a password is not asked without a terminal"
environment+=(FAKE_UID=1000)
program bin/sudo 'exit 1'
bazelw run //a:b
expect_status 1
expect_output 'run once in a terminal: sudo apt-get install librun'

begin "another distribution is named, with the packages it would need"
printf 'ID=ubuntu\nVERSION_ID="24.04"\nPRETTY_NAME="Ubuntu 24.04 LTS"\n' >"$machine/etc/os-release"
bazelw run //a:b
expect_status 1
expect_output 'this is Ubuntu 24.04 LTS'
expect_output 'BAZELW_SETUP=off: librun'
environment+=(BAZELW_SETUP=off)
bazelw run //a:b
expect_status 7

begin "--print-only lists what is missing on another distribution, too"
printf 'ID=ubuntu\nVERSION_ID="24.04"\nPRETTY_NAME="Ubuntu 24.04 LTS"\n' >"$machine/etc/os-release"
bazelw --print-only run //a:b
expect_status 0
expect_output '  librun    20 MB  runs it'
expect_no_output 'bazel in'
[[ -z $(calls) ]] || fail "something was called: $(calls)"

begin "a system without dpkg is named as well"
rm "$machine"/bin/dpkg* "$machine/bin/apt-get" "$machine/etc/os-release"
bazelw run //a:b
expect_status 1
expect_output 'this is an unknown system'
expect_output 'bazel-bootstrap base librun'

begin "another architecture is named"
environment+=(FAKE_ARCHITECTURE=arm64)
bazelw run //a:b
expect_status 1
expect_output 'built and tested on amd64, but this machine is arm64'

begin "another Bazel is refused, unless BAZEL chooses one"
printf 'base 1\nlibrun 1\nbazel-bootstrap 7.7.1-1\n' >"$machine/installed"
bazelw run //a:b
expect_status 1
expect_output 'needs Bazel 4 (.bazelversion), but bazel-bootstrap is 7.7.1-1'
program bin/mine 'echo "mine: $*"'
environment+=(BAZEL=mine)
bazelw run //a:b
expect_status 0
expect_output 'mine: run //a:b'
environment+=(BAZEL=nowhere)
bazelw run //a:b
expect_status 1
expect_output 'there is no program "nowhere"'

begin "help and version need no set-up"
bazelw --help
expect_status 0
expect_output 'Usage: ./bazelw'
bazelw
expect_status 0
expect_output 'Usage: ./bazelw'
bazelw --version
expect_status 0
expect_output 'bazelw for Bazel 4; installed: bazel-bootstrap 4.2.3+ds-9'
[[ -z $(calls) ]] || fail "something was called: $(calls)"

begin "a path with spaces is refused before anything is installed, since Bazel does not work there"
mv "$tree" "$scratch/my tree"
tree="$scratch/my tree"
bazelw run //a:b
expect_status 1
expect_output "Bazel does not work in a path with spaces ($scratch/my tree): move this checkout"
[[ -z $(calls) ]] || fail "something was called: $(calls)"

begin "an incomplete checkout is named"
rm "$tree/tools/setup/run.txt"
bazelw run //a:b
expect_status 1
expect_output 'run.txt is missing: this checkout is not complete'

# The real lists: each line has a package, a size and a reason, no package stands twice, and each package that
# third_party/repositories.bzl asks for is there.
name="the lists are well formed and complete" output='' status=0
tests=$((tests + 1))
declare -A seen=()
for list in run test develop; do
  while read -r package size_mb reason; do
    [[ -z $package || $package == '#'* ]] && continue
    [[ $size_mb =~ ^[0-9]+$ && -n $reason ]] || fail "$list.txt: \"$package $size_mb $reason\" is not: package, megabytes, reason"
    [[ -z ${seen[$package]:-} ]] || fail "$package stands in ${seen[$package]}.txt and $list.txt"
    seen[$package]=$list
  done <"$source_root/tools/setup/$list.txt"
done
needs=$(grep -ohE '"(lib[a-z0-9-]+-dev|protobuf-compiler)"' "$source_root"/third_party/{repositories,absl}.bzl | grep -oE '[a-z0-9-]+"$' | tr -d '"')
[[ $(wc -l <<<"$needs") -ge 9 ]] || fail "third_party/repositories.bzl names too few packages: $needs"
for package in $needs libabsl-dev; do
  [[ -n ${seen[$package]:-} ]] || fail "$package is needed by third_party/repositories.bzl, but stands in no list"
done

echo "$tests tests, $failures failures"
((failures == 0))

# SPDX-License-Identifier: Apache-2.0
