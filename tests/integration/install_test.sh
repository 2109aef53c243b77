#!/usr/bin/env bash
# install_test PLUGIN... -- installs Manta below a prefix, and uses that tree as people without Bazel do.
#
# Each PLUGIN, plugins/INTERFACE/NAME/libNAME.so, must be in that tree, too: they are those of //plugins:all.
# Everything is built and run outside of the build's folders, with an empty environment, so that nothing is found there
# by accident.
set -euo pipefail

fail() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }
has() { grep -qF -- "$2" <<<"$1" || fail "$3: \"$2\" is missing in: $1"; }

plugin_libraries=("$@")
((${#plugin_libraries[@]} > 0)) || fail "no PLUGIN was given"
install=$PWD/tools/install/install
examples=$(dirname "$(dirname "$(realpath docs/examples/hello/hello.cc)")")
outside=$(dirname "$(realpath tests/integration/outside/WORKSPACE)")
store_source=$outside/my_store/my_store.cc
serializer_source=$outside/my_serializer/my_serializer.cc
author_pages=()
for page in docs/plugin_author/*.md; do author_pages+=("$(realpath "$page")"); done
cmake_lists=$(realpath tests/integration/installed/CMakeLists.txt)
work=$(realpath "${TEST_TMPDIR:?}")/work
mkdir -p "$work/home" "$work/empty"
tools_path=/usr/bin:/bin
cd "$work"

# What the installer refuses.
refused() {
  local wanted=$1 said
  shift
  ! said=$("$install" "$@" 2>&1) || fail "install $* was not refused"
  has "$said" "$wanted" "install $*"
}
refused 'Say --prefix=DIR'
refused 'names no folder' --prefix=
refused 'equals sign' --prefix "$work/p"
refused 'unknown argument "--prefux=x"' --prefux=x
touch "$work/file"
refused 'cannot write to' --prefix="$work/file"
has "$("$install" --help)" '--dry-run' 'install --help'
has "$("$install" --version)" 'install, Manta 0.' 'install --version'

# A dry run changes nothing; a relative prefix counts from the user's folder; what an earlier version left is removed.
planned=$("$install" --prefix="$work/prefix" --dry-run)
[[ ! -e $work/prefix ]] || fail "--dry-run made the prefix"
mkdir -p "$work/prefix/share/manta" "$work/prefix/lib"
echo lib/libold.so >"$work/prefix/share/manta/installed_files.txt"
touch "$work/prefix/lib/libold.so" "$work/prefix/lib/libother.so"
(cd / && BUILD_WORKING_DIRECTORY=$work "$install" --prefix=prefix)
[[ ! -e $work/prefix/lib/libold.so ]] || fail "lib/libold.so of an earlier version is still there"
[[ -e $work/prefix/lib/libother.so ]] || fail "lib/libother.so is not Manta's, and was removed"
found=$(find "$work/prefix" -type f ! -name libother.so ! -name installed_files.txt -printf '%#m %p\n' | sort)
[[ $found == "$(sort <<<"$planned")" ]] || fail "installed and planned differ: $(diff <(sort <<<"$planned") <(echo "$found"))"
[[ -z $(find "$work/prefix" -name '.manta-install*') ]] || fail "the installer left its scratch folder"
again=$("$install" --prefix="$work/prefix")
has "$again" "below $work/prefix" 'a second install'

# The tree can be moved.
mv "$work/prefix" "$work/moved"
prefix=$work/moved
clean() { (cd "$work/empty" && env -i PATH="$tools_path" HOME="$work/home" PKG_CONFIG_PATH="$prefix/lib/pkgconfig" "$@"); }

# Plain g++ and pkg-config (clang++ when Manta was built with it; the sanitizer's flags come along, too).
cxx=$(clean pkg-config --variable=cxx manta)
read -ra program_flags <<<"$(clean pkg-config --cflags --libs manta)"
read -ra plugin_flags <<<"$(clean pkg-config --cflags --libs manta-plugin)"
read -ra header_flags <<<"$(clean pkg-config --cflags manta)"
mkdir -p "$work/programs" "$work/plugins" "$work/sources/docs/examples"
cp -r "$examples/common" "$examples/quickstart" "$work/sources/docs/examples"
clean "$cxx" -Wall -Wextra -Werror "-I$work/sources" "$work/sources/docs/examples/quickstart/quickstart.cc" \
  "$work/sources/docs/examples/common/arguments.cc" "${program_flags[@]}" -o "$work/programs/quickstart"
clean "$cxx" -Wall -Wextra -Werror "$store_source" "${plugin_flags[@]}" -o "$work/plugins/libmy_store.so"
clean "$cxx" -Wall -Wextra -Werror "$serializer_source" "${plugin_flags[@]}" -o "$work/plugins/libmy_serializer.so"

# A plugin with a config message.
build_with_config() {
  cp -r "$outside/sampled_policy" "$work/plugins"
  cd "$work/plugins"
  export PKG_CONFIG_PATH=$prefix/lib/pkgconfig
  g++() { command "$cxx" "$@"; }
  #(begin config)
  protoc --proto_path=. --cpp_out=. --include_imports --descriptor_set_out=schema.pb sampled_policy/sampled_config.proto
  $(pkg-config --variable=embed_schema manta-plugin) schema.pb schema.cc
  g++ -O2 -I. sampled_policy/sampled_policy.cc sampled_policy/sampled_config.pb.cc schema.cc \
    $(pkg-config --cflags --libs manta-plugin protobuf-lite) -o libsampled_policy.so
  #(end config)
}
(build_with_config)

# All installed headers compile: nothing that they include was left behind. (That each compiles alone is tidy's to show.)
(cd "$prefix/include/manta" && find . -name '*.h' -printf '#include "%P"\n' | sort) >"$work/all_headers.cc"
clean "$cxx" -fsyntax-only "${header_flags[@]}" "$work/all_headers.cc" || fail "some installed headers do not compile"

# By config alone: the same program with the default store, then with the store built here.
mine='object_store { name: "example.object_store.mine" }'
uses_default() {
  local said
  said=$(clean "$1") || fail "$1 fails: $said"
  has "$said" 'manta.object_store.heap' "$1"
}
uses_mine() {
  local said
  said=$(clean "$1" --manta_plugin_path="$2" --manta_set="$mine") || fail "$1 fails with the store in $2: $said"
  has "$said" 'example.object_store.mine' "$1"
}
uses_default "$work/programs/quickstart"
uses_mine "$work/programs/quickstart" "$work/plugins"

sampled='object_store { inner { key: "eviction" value { name: "example.eviction.sampled" typed_config {
  [type.googleapis.com/example.eviction.sampled.v1.SampledConfig] { sample_count: SAMPLES } } } } }'
uses_sampled() {
  local said
  said=$(clean "$1" --manta_plugin_path="$2" --manta_set="${sampled/SAMPLES/8}") || fail "$1 fails with the policy in $2: $said"
  has "$said" 'example.eviction.sampled' "$1"
}
uses_sampled "$work/programs/quickstart" "$work/plugins"
! said=$(clean "$work/programs/quickstart" --manta_plugin_path="$work/plugins" --manta_set="${sampled/SAMPLES/65}" 2>&1) ||
  fail "sample_count 65 was not refused: $said"
has "$said" 'sample_count is 65, wanted is 1 to 64' 'quickstart with 65 samples'

said=$(clean "$work/programs/quickstart" --manta_plugin_path="$work/plugins" --manta_log_level=INFO \
  --manta_set='serializer { name: "example.serializer.compact" }' 2>&1) || fail "quickstart fails with our serializer: $said"
has "$said" 'example.serializer.compact compact.done numbers=' 'quickstart with our serializer'

# The configs that the author's pages show. (Those that name Manta's plugins only: tests/docs.)
shown_count=0
for page in "${author_pages[@]}"; do
  shown=$work/shown.textproto
  awk '/^```textproto/ { shown = 1; next } /^```/ { shown = 0 } shown' "$page" >"$shown"
  checked=$(clean "$prefix/bin/manta" config check "$shown" --plugin_path="$work/plugins" 2>&1) ||
    fail "the config that $page shows: $checked"
  has "$checked" 'example.' "the config that $page shows"
  shown_count=$((shown_count + 1))
done
[[ $shown_count == 3 ]] || fail "$shown_count configs of pages were checked"

# CMake.
mkdir "$work/cmake"
cp "$cmake_lists" "$examples/hello/hello.cc" "$work/cmake"
cp -r "$outside/my_store" "$outside/sampled_policy" "$work/cmake"
clean cmake -S "$work/cmake" -B "$work/cmake/build" -DCMAKE_CXX_COMPILER="$cxx" -DCMAKE_PREFIX_PATH="$prefix"
clean cmake --build "$work/cmake/build"
said=$(clean "$work/cmake/build/hello") || fail "hello fails: $said"
[[ $said == 81 ]] || fail "hello says $said, and not 81"
uses_mine "$work/programs/quickstart" "$work/cmake/build"
uses_sampled "$work/programs/quickstart" "$work/cmake/build"

# The command.
version=$(clean pkg-config --modversion manta)
has "$(clean "$prefix/bin/manta" --version)" "$version" 'manta --version'
listed=$(clean "$prefix/bin/manta" plugins list)
for library in "${plugin_libraries[@]}"; do
  IFS=/ read -r _ interface name _ <<<"$library"
  has "$listed" "manta.$interface.$name" 'manta plugins list'
done
checked=$(clean "$prefix/bin/manta" plugins check "$work/plugins/libmy_store.so") || fail "manta plugins check: $checked"
has "$checked" 'example.object_store.mine' 'manta plugins check'
checked=$(clean "$prefix/bin/manta" plugins check "$work/plugins/libmy_serializer.so") || fail "manta plugins check: $checked"
has "$checked" 'example.serializer.compact' 'manta plugins check'

# SPDX-License-Identifier: Apache-2.0
