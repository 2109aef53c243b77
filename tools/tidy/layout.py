"""How text files look: clang-format for C++, spaces and ends of lines for the rest, one licence line at the end."""

import os
import re
import subprocess
from typing import List

from tree import Fault, Tree, is_build_file

_FORMATTER = "clang-format"
_BATCH = 40
_WARNING = re.compile(r"^(?P<path>.+?):(?P<line>\d+):\d+: (?:error|warning): ")
_LICENCE = "SPDX-License-Identifier: Apache-2.0"


def check_format(tree: Tree, fix: bool = False) -> List[Fault]:
    """C++ is as clang-format leaves it."""
    faults: List[Fault] = []
    paths = [path for path in tree.cpp() if not tree.is_generated(path)]
    for begin in range(0, len(paths), _BATCH):
        batch = paths[begin : begin + _BATCH]
        how = ["-i"] if fix else ["--dry-run", "-Werror", "--ferror-limit=1"]
        try:
            done = subprocess.run(
                [_FORMATTER, "--style=file"] + how + batch, cwd=tree.root, capture_output=True, text=True, check=False
            )
        except OSError as error:
            return [Fault(".clang-format", 1, f"cannot run {_FORMATTER}: {error.strerror}; run ./bazelw setup test")]
        seen = set()
        for line in done.stderr.splitlines():
            match = _WARNING.match(line)
            if match and match.group("path") not in seen:
                seen.add(match.group("path"))
                faults.append(
                    Fault(
                        match.group("path"),
                        int(match.group("line")),
                        "clang-format would write this otherwise: run ./bazelw run //tools/tidy -- --fix",
                    )
                )
        if done.returncode != 0 and not seen:
            faults.append(
                Fault(
                    ".clang-format",
                    1,
                    f"clang-format fails: {done.stderr.strip().splitlines()[0] if done.stderr.strip() else 'no words'}",
                )
            )
    return faults


def _is_text(tree: Tree, path: str) -> bool:
    endings = (".bzl", ".py", ".sh", ".md", ".proto", ".textproto", ".txt", ".h", ".cc", ".cmake", ".in", ".bazelrc")
    return (
        is_build_file(path) or path.endswith(endings) or os.path.basename(path) == "WORKSPACE" or tree.is_script(path)
    )


def check_spaces(tree: Tree, fix: bool = False) -> List[Fault]:
    """Text files have no tabs, no spaces before an end of line, and one end of line at the end."""
    faults: List[Fault] = []
    for path in tree.files:
        if not _is_text(tree, path) or _is_licence_text(path):
            continue
        text = tree.text(path)
        if not text:
            continue
        if fix:
            mended = re.sub(r"[ \t\r]+(?=\n|\Z)", "", text).rstrip("\n") + "\n"
            if mended != text:
                tree.write(path, mended)
                text = mended
        for number, line in enumerate(text.split("\n"), 1):
            if "\t" in line:
                faults.append(Fault(path, number, "the line has a tab: write spaces, or \\t inside a string"))
            elif line != line.rstrip():
                faults.append(Fault(path, number, "the line ends with a space: remove it, or run tidy with --fix"))
        if not text.endswith("\n"):
            faults.append(
                Fault(path, text.count("\n") + 1, "the last line does not end: add a newline, or run tidy with --fix")
            )
        elif text.endswith("\n\n"):
            faults.append(
                Fault(path, text.count("\n"), "the file ends with an empty line: remove it, or run tidy with --fix")
            )
    return faults


def _is_licence_text(path: str) -> bool:
    return os.path.basename(path).startswith("LICENSE")


def _comment_mark(tree: Tree, path: str) -> str:
    """What starts a comment in a source file, "" for files that need no licence line."""
    if path.endswith((".h", ".cc", ".proto")):
        return "//"
    if path.endswith(".bzl") or is_build_file(path) or os.path.basename(path) == "WORKSPACE" or tree.is_script(path):
        return "#"
    return ""


def check_licence(tree: Tree) -> List[Fault]:
    """The last line of every source file names the licence."""
    faults: List[Fault] = []
    for path in tree.files:
        mark = _comment_mark(tree, path)
        lines = tree.text(path).rstrip("\n").split("\n") if mark else []
        if mark and lines != [""] and lines[-1] != f"{mark} {_LICENCE}":
            faults.append(
                Fault(path, len(lines), f'the last line is not the licence: end the file with "{mark} {_LICENCE}"')
            )
    return faults


# SPDX-License-Identifier: Apache-2.0
