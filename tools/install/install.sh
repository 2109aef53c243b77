#!/usr/bin/env bash
# install -- lays Manta out below a prefix: headers, libmanta.so, plugins, the command, pkg-config and CMake files.
#
# The list of files (tree.txt: mode, path below the prefix, path below the runfiles) comes from the build. Each file is
# written beside its place and renamed into it, so that a running program keeps the library it has mapped.
set -euo pipefail
umask 022

usage() {
  cat <<'END'
Usage: ./bazelw run [--config=opt] //tools/install -- --prefix=DIR [--dry-run]

  --prefix=DIR  where to: DIR/bin, DIR/include/manta, DIR/lib, DIR/share/manta. Made if missing; a relative DIR counts
                from the folder you are in. The tree can be moved later as a whole.
  --dry-run     prints the files that would be installed, changes nothing
  --version     prints which Manta would be installed
  --help        prints this

Afterwards:
  g++ program.cc $(PKG_CONFIG_PATH=DIR/lib/pkgconfig pkg-config --cflags --libs manta)
  cmake -DCMAKE_PREFIX_PATH=DIR ...          with find_package(manta) and manta::manta
To remove it again: the installed files are listed in DIR/share/manta/installed_files.txt
END
}

die() { printf 'install: %s\n' "$*" >&2; exit "${status:-1}"; }

prefix='' dry_run='' version=''
for word in "$@"; do
  case $word in
    --help | -h) usage; exit 0 ;;
    --version) version=1 ;;
    --dry-run) dry_run=1 ;;
    --prefix=*) prefix=${word#--prefix=}; [[ -n $prefix ]] || status=2 die '--prefix= names no folder: say --prefix=DIR' ;;
    --prefix) status=2 die 'write the folder after an equals sign: --prefix=DIR' ;;
    *) status=2 die "unknown argument \"$word\"; known: --prefix=DIR, --dry-run, --version, --help" ;;
  esac
done
[[ -n $prefix || -n $version ]] || status=2 die "where to? Say --prefix=DIR, for example --prefix=\$HOME/manta (--help explains)"
[[ $prefix == /* ]] || prefix=${BUILD_WORKING_DIRECTORY:-$PWD}/$prefix
prefix=$(realpath -m -- "$prefix")

# The files of the tree: beside this program, or in the runfiles of the test that runs it.
for runfiles in "${BASH_SOURCE[0]}.runfiles" "${RUNFILES_DIR:-}" "${BASH_SOURCE[0]%/tools/install/*}/.."; do
  for manifest in "$runfiles"/{manta,manta/external/manta}/tools/install/tree.txt; do
    [[ -r $manifest ]] && break 2
  done
done
[[ -r $manifest ]] || die 'tree.txt is missing: run this by ./bazelw run //tools/install -- --prefix=DIR'

if [[ -n $version ]]; then
  source=$(sed -n 's|^[0-9]* include/manta/api/version.h ||p' "$manifest")
  sed -n 's/.*kVersion = "\(.*\)".*/install, Manta \1/p' "$runfiles/$source"
  exit 0
fi
if [[ -n $dry_run ]]; then
  while read -r mode dest source; do printf '%s %s\n' "$mode" "$prefix/$dest"; done <"$manifest"
  exit 0
fi

mkdir -p -- "$prefix" 2>/dev/null && [[ -w $prefix ]] ||
  die "cannot write to $prefix: choose a folder that is yours, or run this as its owner"
staged=$(mktemp -d -- "$prefix/.manta-install.XXXXXX")
trap 'rm -rf -- "$staged"' EXIT

list=share/manta/installed_files.txt
count=0
mkdir -p -- "$staged/share/manta"
while read -r mode dest source; do
  install -D -m "$mode" -- "$runfiles/$source" "$staged/$dest" || die "cannot copy $dest: is the disk full?"
  printf '%s\n' "$dest" >>"$staged/$list"
  count=$((count + 1))
done <"$manifest"
printf '%s\n' "$list" >>"$staged/$list"
chmod 0644 "$staged/$list"

# What an earlier version had and this one has not.
stale=()
if [[ -r $prefix/$list ]]; then
  mapfile -t stale < <(grep -vxF -f "$staged/$list" -- "$prefix/$list" || true)
fi

while read -r dest; do
  mkdir -p -- "$prefix/${dest%/*}"
  mv -fT -- "$staged/$dest" "$prefix/$dest"
done < <(cat -- "$staged/$list")
for dest in "${stale[@]}"; do
  [[ -n $dest && $dest != /* && $dest != *..* ]] && rm -f -- "$prefix/$dest"
done

echo "installed $count files below $prefix"
echo "next: export PKG_CONFIG_PATH=$prefix/lib/pkgconfig PATH=$prefix/bin:\$PATH"

# SPDX-License-Identifier: Apache-2.0
