"""Includes point inward: the table of directions, third parties, and what public headers may show."""

import os
from typing import Dict, List, Optional, Sequence, Set

from tree import Fault, Tree, is_test

_LOW = ("core/base/", "core/interface/")
_MIDDLE = _LOW + ("core/plugin/", "core/config/", "core/describe/", "core/ownership/")
AUTHOR_HEADERS = ("core/plugin/export.h", "core/plugin/abi.h", "core/plugin/fingerprint.h")
# Tests run in a simulated world or in the real one, and may share data.
_FOR_TESTS = ("tests/support/", "core/simulation/", "core/kernel/system/", "core/kernel/testdata/")

# Folder -> what its files may include from this tree, beside their own folder. The longest folder that fits counts.
DIRECTIONS: Dict[str, Sequence[str]] = {
    "core/base/": (),
    "core/interface/": ("core/base/",),
    "core/plugin/": _LOW,
    "core/config/": _LOW + ("core/plugin/",),
    "core/describe/": _LOW,
    "core/ownership/": _LOW,
    "core/runtime/": _MIDDLE,
    "core/node/": _MIDDLE,
    "core/cluster/": _MIDDLE,
    "core/simulation/": _MIDDLE + ("core/runtime/",),  # A whole runtime in a simulated world.
    "core/kernel/": ("core/",),
    "plugins/": _LOW + AUTHOR_HEADERS,
    "plugins/ref_counter/": _LOW + AUTHOR_HEADERS + ("core/ownership/",),
    "api/": ("core/",),
    "docs/examples/": ("api/",) + _LOW + AUTHOR_HEADERS,
    "tests/integration/": ("api/",) + _LOW + AUTHOR_HEADERS,
    # Spoils a real one.
    "tests/conformance/broken/": ("core/", "tests/", "plugins/ref_counter/tracing/"),
    "tests/eviction/": ("api/", "core/", "tests/", "plugins/eviction/"),  # Compares them.
    # Fuzzes what they read without a door between.
    "tests/fuzz/": ("api/", "core/", "tests/", "plugins/serializer/", "plugins/object_store/tiered/"),
    "tests/support/": ("api/", "core/", "tests/", "plugins/serializer/native/"),  # Runtimes without a door need one.
    "tests/plugins_bad/": _LOW + AUTHOR_HEADERS + ("tests/support/",),
    "tests/": ("api/", "core/", "tests/"),
    "tools/": ("api/", "core/", "tools/"),
}

# Third party (how its headers begin) -> the folders that may use it, or None for all.
_THIRD_PARTIES: Dict[str, Optional[Sequence[str]]] = {
    "absl/": None,
    "glog/": None,
    "google/protobuf/": (
        "core/config/",
        "core/describe/protobuf",  # An optional header: only who includes it needs protobuf.
        "core/plugin/",
        "core/kernel/",
        "plugins/",
        "tests/",
        "tools/",
        "docs/",
    ),
    "boost/asio": ("tools/bench/peers/",),
    "boost/": ("core/plugin/", "tests/"),
    "caf/": ("tools/bench/peers/",),
    "oneapi/": ("tools/bench/peers/",),
    "msgpack": ("api/", "core/describe/", "plugins/", "tests/"),
    "CLI/": ("tools/", "tests/"),
    "gtest/": ("tests/",),
    "gmock/": ("tests/",),
    "rapidcheck": ("tests/",),
    "relacy/": ("tests/",),
    "xxhash": ("plugins/", "tests/"),
    "nlohmann/": ("tests/",),
    "benchmark/": ("tests/", "tools/bench/"),
}
_TEST_LIBRARIES = ("gtest/", "gmock/", "rapidcheck", "nlohmann/", "benchmark/")


def _is_public_header(path: str) -> bool:
    if not path.endswith(".h") or path == "core/base/text.h":
        return False
    return path.startswith(("api/", "core/base/", "core/interface/")) or path in AUTHOR_HEADERS


def _zone(path: str) -> Optional[str]:
    fitting = [folder for folder in DIRECTIONS if path.startswith(folder)]
    return max(fitting, key=len) if fitting else None


def _own_folder(path: str, zone: str) -> str:
    """The folder that a file may use freely: for a plugin its own, never another plugin's."""
    if zone.startswith("plugins/"):
        return "/".join(path.split("/")[:3]) + "/"
    return zone


def _workspace_of(tree: Tree, path: str) -> str:
    """The nested workspace that a file belongs to, "" for the tree's own."""
    folder = os.path.dirname(path)
    while folder:
        if tree.has_file(f"{folder}/WORKSPACE"):
            return folder + "/"
        folder = os.path.dirname(folder)
    return ""


def _exists(tree: Tree, target: str) -> bool:
    if target.endswith(".pb.h"):
        return tree.has_file(target[: -len(".pb.h")] + ".proto")
    return tree.has_file(target)


def _third_party(target: str) -> Optional[str]:
    return next((start for start in _THIRD_PARTIES if target.startswith(start)), None)


def _check_direction(path: str, line: int, target: str) -> List[Fault]:
    zone = _zone(path)
    if zone is None:
        return [
            Fault(
                path,
                line,
                f"no row of the include table is for this folder: add one to DIRECTIONS in tools/tidy/includes.py",
            )
        ]
    own = _own_folder(path, zone)
    allowed = tuple(DIRECTIONS[zone])
    if is_test(path) and path.startswith(("api/", "core/", "plugins/")):
        allowed += _FOR_TESTS
    if is_test(path) and path.startswith("plugins/serializer/"):
        allowed += ("core/describe/",)  # A serializer sees descriptors only; its tests have types to describe.
    if is_test(path) and path.startswith("tests/plugins_bad/"):
        allowed += ("core/",)  # The bad plugins are plugins; their test is a test.
    if (
        target.startswith("core/interface/draft/")
        and not path.startswith("core/interface/draft/")
        and _is_public_header(path)
    ):
        return [
            Fault(
                path,
                line,
                f"a public header shows the draft {target}: drafts promise nothing, so include it in .cc files only",
            )
        ]
    if target.startswith((own,) + allowed):
        return []
    listed = ", ".join(item.rstrip("/") for item in (own,) + allowed)
    return [
        Fault(
            path,
            line,
            (
                f"{own.rstrip('/')} may not include {target}, only {listed}: move what it needs there, or take it"
                " through an interface"
            ),
        )
    ]


def _check_third_party(path: str, line: int, target: str, party: str) -> List[Fault]:
    name = party.rstrip("/")
    if party in _TEST_LIBRARIES and is_test(path):
        return []
    folders = _THIRD_PARTIES[party]
    if folders is not None and not path.startswith(tuple(folders)):
        listed = ", ".join(folder.rstrip("/") for folder in folders)
        return [Fault(path, line, f"{target} is {name}, which only {listed} may use: keep it out of here")]
    if (
        path.startswith(("core/base/", "core/interface/"))
        and party != "absl/"
        and not (party == "glog/" and path.endswith(".cc"))
    ):
        return [
            Fault(
                path,
                line,
                f"{target} is {name}, but {os.path.dirname(path)} builds on Abseil alone: keep it out of here",
            )
        ]
    return []


def check_includes(tree: Tree) -> List[Fault]:
    """Every include exists, is written from the tree's root, and points inward."""
    faults: List[Fault] = []
    for path in tree.cpp():
        workspace = _workspace_of(tree, path)
        for line, target, quoted in tree.includes(path):
            party = _third_party(target)
            if party is not None:
                faults += _check_third_party(path, line, target, party)
            elif quoted and workspace and _exists(tree, workspace + target):
                continue
            elif quoted and not _exists(tree, target):
                faults.append(
                    Fault(
                        path,
                        line,
                        (
                            f'there is no file "{target}": write the path from the root of the tree, as in'
                            ' "core/base/ids.h"'
                        ),
                    )
                )
            elif quoted:
                faults += _check_direction(path, line, target)
    return faults


def check_public_headers(tree: Tree) -> List[Fault]:
    """Public headers show neither glog nor absl/strings nor generated code, not even through our other headers."""
    faults: List[Fault] = []
    for path in tree.with_suffix(".h"):
        if not _is_public_header(path):
            continue
        for line, target, _ in tree.includes(path):
            reason = _shows(tree, target, set())
            if reason is not None:
                through = "" if reason == target else f" (through {target})"
                faults.append(
                    Fault(path, line, f"a public header shows {reason}{through}: include it in .cc files only")
                )
    return faults


def _shows(tree: Tree, target: str, seen: Set[str]) -> Optional[str]:
    if target.startswith(("glog/", "absl/strings/")) or target.endswith(".pb.h"):
        return target
    if target in seen or not tree.has_file(target):
        return None
    seen.add(target)
    for include in tree.includes(target):
        reason = _shows(tree, include.target, seen)
        if reason is not None:
            return reason
    return None


# SPDX-License-Identifier: Apache-2.0
