"""Every header compiles alone.

A header that some .cc includes first is proven by the compilation of that file, which costs nothing here. The others
are compiled, a few at a time. What compiled is remembered in .cache/tidy (git and Bazel ignore it) by a hash of all
that was compiled: the header, those of this tree that it includes, the compiler, and the state of Debian's packages.

Most of a compilation is reading other people's headers. One of those that it includes anyway, if only by way of others
of this tree, is compiled once for many: each of those others is shown to compile alone, too.
"""

import concurrent.futures
import hashlib
import os
import subprocess
import tempfile
from typing import Dict, List, Optional, Set

from tree import Fault, Tree

_COMPILER = "g++"
_MEMORY = ".cache/tidy/headers_that_compile"
_PACKAGES = "/var/lib/dpkg/status"
_PRECOMPILED = ["absl/status/statusor.h", "absl/status/status.h", "functional"]  # The largest first.


def check_headers(tree: Tree) -> List[Fault]:
    """Every header compiles alone."""
    faults: List[Fault] = []
    unproven: List[str] = []
    proven = {includes[0].target for includes in map(tree.includes, tree.with_suffix(".cc")) if includes}
    for path in tree.with_suffix(".h"):
        if path in proven:
            continue
        if _needs_generated_code(tree, path):
            faults.append(
                Fault(
                    path,
                    1,
                    (
                        f"nothing shows that this header compiles alone: include it first in {path[:-2]}.cc or"
                        f" {path[:-2]}_test.cc"
                    ),
                )
            )
        else:
            unproven.append(path)
    known = _recall(tree)
    hashes = _hashes(tree, unproven)
    unknown = [path for path in unproven if hashes[path] not in known]
    with tempfile.TemporaryDirectory() as folder:
        with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count() or 2) as pool:
            first = {path: _first_of(tree, path) for path in unknown}
            needed = sorted(set(first.values()) - {""})
            ready = dict(zip(needed, pool.map(lambda name: _precompile(folder, name), needed)))
            compiled = dict(zip(unknown, pool.map(lambda path: _compile(tree, path, ready.get(first[path])), unknown)))
    faults += [fault for fault in compiled.values() if fault is not None]
    _remember(tree, {hashes[path] for path in unproven if compiled.get(path) is None})
    return faults


def _included(tree: Tree, path: str) -> Set[str]:
    """The header, and all of this tree's that it includes; generated ones by name."""
    seen: Set[str] = set()
    waiting = [path]
    while waiting:
        header = waiting.pop()
        if header not in seen and (header.endswith(".pb.h") or tree.has_file(header)):
            seen.add(header)
            if tree.has_file(header):
                waiting += [include.target for include in tree.includes(header)]
    return seen


def _needs_generated_code(tree: Tree, path: str) -> bool:
    return any(header.endswith(".pb.h") for header in _included(tree, path))


def _hashes(tree: Tree, paths: List[str]) -> Dict[str, str]:
    """What each header's compilation depends on."""
    try:
        compiler = subprocess.run([_COMPILER, "--version"], capture_output=True, text=True, check=False).stdout
        compiler += str(os.stat(_PACKAGES).st_mtime_ns)
    except OSError:
        compiler = ""
    hashes = {}
    for path in paths:
        text = "\0".join([compiler, path] + [name + "\0" + tree.text(name) for name in sorted(_included(tree, path))])
        hashes[path] = hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
    return hashes


def _recall(tree: Tree) -> Set[str]:
    try:
        with open(tree.full(_MEMORY), encoding="ascii") as file:
            return set(file.read().split())
    except (OSError, UnicodeDecodeError):
        return set()


def _remember(tree: Tree, hashes: Set[str]) -> None:
    """Replaces what is remembered. A tree that cannot be written is checked afresh each time."""
    folder = os.path.dirname(tree.full(_MEMORY))
    try:
        os.makedirs(folder, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=folder, delete=False, encoding="ascii") as file:
            file.write("".join(digest + "\n" for digest in sorted(hashes)))
        os.replace(file.name, tree.full(_MEMORY))
    except OSError:
        pass


def _first_of(tree: Tree, path: str) -> str:
    """The first of _PRECOMPILED that the header includes, itself or by way of others."""
    included = {
        include.target for header in _included(tree, path) if tree.has_file(header) for include in tree.includes(header)
    }
    return next((name for name in _PRECOMPILED if name in included), "")


_COMMAND = [_COMPILER, "-std=c++20", "-w", "-DBOOST_DLL_USE_STD_FS", "-x"]


def _precompile(folder: str, name: str) -> Optional[str]:
    """A header that includes nothing but this one, compiled. None: without it everything takes longer, no more."""
    header = os.path.join(folder, name.replace("/", "_") + ".h")
    with open(header, "w", encoding="ascii") as file:
        file.write(f"#include <{name}>\n")
    command = _COMMAND + ["c++-header", header, "-o", header + ".gch"]
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except OSError:
        return None
    return header if done.returncode == 0 else None


def _compile(tree: Tree, path: str, first: Optional[str]) -> Optional[Fault]:
    command = _COMMAND + ["c++", "-fsyntax-only", "-I", "."]
    command += (["-include", first] if first else []) + ["-include", path, "/dev/null"]
    try:
        done = subprocess.run(
            command,
            cwd=tree.root,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            env=dict(os.environ, LC_ALL="C"),
        )
    except OSError as error:
        return Fault(path, 1, f"cannot run {_COMPILER}: {error.strerror}; run ./bazelw setup test")
    if done.returncode == 0:
        return None
    first = next((line for line in done.stderr.splitlines() if "error:" in line), "the compiler says nothing")
    where, _, what = first.partition(" error: ")
    while where.startswith("./"):
        where = where[2:]
    line = where.split(":")[1] if where.startswith(path + ":") else "1"
    return Fault(
        path,
        int(line) if line.isdigit() else 1,
        f"the header does not compile alone ({(what or first).strip()}): include what it uses",
    )


# SPDX-License-Identifier: Apache-2.0
