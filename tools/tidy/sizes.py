"""Sizes that keep files readable: lines per file, methods per interface."""

import re
from typing import List

from tree import Fault, Tree, line_of

HEADER_LINES_MAX = 300
SOURCE_LINES_MAX = 600
METHODS_MAX = 15

_CLASS = re.compile(r"\b(?:class|struct)\s+(?:\w+\s+)*?(?P<name>\w+)\s*(?:final\s*)?(?::[^;{]*)?\{")
_VIRTUAL = re.compile(r"\bvirtual\b(?!\s*~)(?!\s+(?:public|protected|private)\b)")


def check_sizes(tree: Tree) -> List[Fault]:
    """Headers have at most 300 lines, sources 600; generated ones as many as it takes."""
    faults: List[Fault] = []
    for path in tree.cpp():
        if tree.is_generated(path):
            continue
        line_count = tree.text(path).count("\n")
        most = HEADER_LINES_MAX if path.endswith(".h") else SOURCE_LINES_MAX
        if line_count > most:
            faults.append(
                Fault(
                    path, most + 1, f"the file has {line_count} lines, at most {most} are readable: split it by concept"
                )
            )
    return faults


def check_methods(tree: Tree) -> List[Fault]:
    """An interface has at most 15 methods."""
    faults: List[Fault] = []
    for path in tree.with_suffix(".h"):
        if not path.startswith("core/interface/"):
            continue
        code = tree.code(path)
        for match in _CLASS.finditer(code):
            body = _without_inner_classes(_body(code, match.end()))
            count = len(_VIRTUAL.findall(body))
            if count > METHODS_MAX:
                faults.append(
                    Fault(
                        path,
                        line_of(code, match.start()),
                        (
                            f"{match.group('name')} has {count} virtual methods, at most {METHODS_MAX} "
                            "make a small interface: move an ability into an interface of its own"
                        ),
                    )
                )
    return faults


def _body(code: str, begin: int) -> str:
    depth = 1
    for index in range(begin, len(code)):
        if code[index] == "{":
            depth += 1
        elif code[index] == "}":
            depth -= 1
            if depth == 0:
                return code[begin:index]
    return code[begin:]


def _without_inner_classes(body: str) -> str:
    while True:
        match = _CLASS.search(body)
        if match is None:
            return body
        inner = _body(body, match.end())
        body = body[: match.start()] + body[match.end() + len(inner) :]


# SPDX-License-Identifier: Apache-2.0
