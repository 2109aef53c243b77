"""Words that must not stand in the code: what they would do has one place, or none."""

import os
import re
from typing import List, NamedTuple, Pattern, Sequence, Tuple

from tree import Fault, Tree, is_build_file, is_test, line_of


class _Rule(NamedTuple):
    what: Pattern[str]
    where: Tuple[str, ...]  # Folders.
    but: Tuple[str, ...]  # Folders and files where it may stand.
    tests: bool  # Whether it binds tests and benchmarks, too.
    message: str


def _rule(what: str, where: Sequence[str], but: Sequence[str], tests: bool, message: str) -> _Rule:
    return _Rule(re.compile(what), tuple(where), tuple(but), tests, message)


_OURS = ("api/", "core/", "plugins/")
_CPP_RULES = [
    _rule(
        r"\b(?:sleep_for|sleep_until|usleep|nanosleep|SleepFor)\b|(?<![\w.>])sleep\s*\(",
        ("",),
        (),
        True,
        "sleeps are no synchronisation: wait for the event (Executor::Park, a condition, a simulated clock)",
    ),
    _rule(
        r"\b(?:std::(?:recursive_|timed_|shared_)?mutex|std::condition_variable\w*|absl::(?:Mutex|CondVar)"
        r"|pthread_mutex_\w+)\b",
        _OURS + ("tools/",),
        ("core/base/mutex",),
        False,
        "locks are those of core/base/mutex.h: they are annotated, and TSan sees them",
    ),
    _rule(
        r"\bstd::chrono::\w+_clock::now\b|\b(?:clock_gettime|gettimeofday|timespec_get)\b"
        r"|(?<![\w.>:])time\s*\(\s*(?:nullptr|NULL|0)\s*\)",
        _OURS,
        ("core/kernel/system/",),
        False,
        "only core/kernel/system reads the clock: take a manta::Clock",
    ),
    _rule(
        r"\bstd::random_device\b|(?<![\w.>])s?rand\s*\(|\b(?:getrandom|arc4random\w*|drand48)\b",
        _OURS,
        ("core/kernel/system/",),
        False,
        "only core/kernel/system draws random numbers: take a manta::Random",
    ),
    _rule(
        r"\bstd::(?:basic_)?[io]?fstream\b|(?<![\w.>])f?open(?:at)?\s*\(|\bstd::filesystem\b",
        (
            "core/base/",
            "core/interface/",
            "core/describe/",
            "core/ownership/",
            "core/runtime/",
            "core/simulation/",
            "plugins/",
        ),
        ("core/describe/filesystem",),  # Paths are values; files it leaves alone.
        False,
        "only core/kernel/system touches files: take a manta::Disk",
    ),
    _rule(
        r"\bABSL_FLAG\b|\bDEFINE_(?:bool|int32|int64|uint64|double|string)\b",
        ("",),
        ("tools/",),
        True,
        "command line flags exist in tools/ only: take an options struct",
    ),
]
# Put together here, so that this file has none.
_UNFINISHED = re.compile(r"\b(?:" + "|".join(("TO" + "DO", "FIX" + "ME", "X" + "XX")) + r")\b")
# Repository rules that fetch, and what a repository rule of one's own would fetch with.
_FETCHES = re.compile(
    r"\b(?:http_(?:archive|file|jar)|(?:new_)?git_repository|maven_\w+|download(?:_and_extract)?(?=\s*\())\b"
)
_MACHINE_PATH = re.compile(r"(?<![\w.$}~/-])/(?:home|root|work)/\w")


def check_words(tree: Tree) -> List[Fault]:
    """Sleeps, clocks, random numbers, files, locks and flags stand only where they belong."""
    faults: List[Fault] = []
    for path in tree.cpp():
        code = tree.code(path)
        for rule in _CPP_RULES:
            if (
                not path.startswith(rule.where)
                or path.startswith(rule.but)
                or (not rule.tests and (is_test(path) or path.startswith("tests/")))
            ):
                continue
            for match in rule.what.finditer(code):
                faults.append(
                    Fault(path, line_of(code, match.start()), f"{match.group(0).rstrip(' (')}: {rule.message}")
                )
    return faults


def check_finished(tree: Tree) -> List[Fault]:
    """Nothing is left for later, and nothing names a path of one machine."""
    faults: List[Fault] = []
    for path in tree.files:
        readable = (
            path.endswith((".h", ".cc", ".proto", ".bzl", ".md", ".textproto", ".txt"))
            or is_build_file(path)
            or tree.is_script(path)
        )
        if not readable:
            continue
        for number, line in enumerate(tree.lines(path), 1):
            unfinished = _UNFINISHED.search(line)
            if unfinished:
                faults.append(
                    Fault(path, number, f"{unfinished.group(0)}: finish it now, or write it into docs/ROADMAP.md")
                )
            machine = _MACHINE_PATH.search(line)
            if machine:
                faults.append(
                    Fault(path, number, f"{machine.group(0)}... is a path of one machine: use a relative one")
                )
    return faults


def check_downloads(tree: Tree) -> List[Fault]:
    """No build fetches anything: what is needed is a Debian package."""
    faults: List[Fault] = []
    for path in tree.files:
        if not (path.endswith(".bzl") or is_build_file(path) or os.path.basename(path).startswith("WORKSPACE")):
            continue
        for number, line in enumerate(tree.lines(path), 1):
            fetches = _FETCHES.search(re.sub(r"(?:^|\s)#.*$", "", line))
            if fetches:
                faults.append(
                    Fault(
                        path,
                        number,
                        (
                            f"{fetches.group(0)}: builds download nothing; add a Debian package to tools/setup/run.txt and a"
                            " repository to third_party/repositories.bzl"
                        ),
                    )
                )
    return faults


# SPDX-License-Identifier: Apache-2.0
