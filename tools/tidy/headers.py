"""Every header compiles alone.

A header that some .cc includes first is proven by the compilation of that file, which costs nothing here. The others
are compiled, a few at a time.
"""

import concurrent.futures
import os
import subprocess
from typing import List, Optional

from tree import Fault, Tree

_COMPILER = os.environ.get("TIDY_CXX", "g++")


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
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count() or 2) as pool:
        faults += [fault for fault in pool.map(lambda path: _compile(tree, path), unproven) if fault is not None]
    return faults


def _needs_generated_code(tree: Tree, path: str) -> bool:
    seen = set()
    waiting = [path]
    while waiting:
        header = waiting.pop()
        if header.endswith(".pb.h"):
            return True
        if header not in seen and tree.has_file(header):
            seen.add(header)
            waiting += [include.target for include in tree.includes(header)]
    return False


def _compile(tree: Tree, path: str) -> Optional[Fault]:
    command = [
        _COMPILER,
        "-std=c++20",
        "-fsyntax-only",
        "-w",
        "-DBOOST_DLL_USE_STD_FS",
        "-I",
        ".",
        "-x",
        "c++",
        "-include",
        path,
        "/dev/null",
    ]
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
