"""The shape of the tree: files belong to targets, plugin folders look alike, interface changes are explained."""

import os
import re
import subprocess
from typing import Any, List, Optional, Set

from builds import Builds
from tree import Fault, Tree, line_of

_DOCUMENT = re.compile(r"\bdocs/[\w/.-]+\.md\b")


def _strings(value: Any) -> List[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for item in list(value) + list(value.values()) for text in _strings(item)]
    if isinstance(value, (list, tuple)):
        return [text for item in value for text in _strings(item)]
    return []


def check_targets(tree: Tree, builds: Builds) -> List[Fault]:
    """Every source file is named by a target of its package: else nobody compiles or runs it."""
    faults: List[Fault] = []
    for folder in builds.packages():
        build_file = f"{folder}/BUILD.bazel" if folder else "BUILD.bazel"
        try:
            targets = builds.targets(folder) or {}
        except Exception as error:  # pylint: disable=broad-except  # Whatever a BUILD file raises is its fault.
            faults.append(
                Fault(
                    build_file,
                    getattr(error, "lineno", None) or 1,
                    f"tidy cannot read this BUILD file ({error}): write plain Starlark",
                )
            )
            continue
        named: Set[str] = {text for target in targets.values() for text in _strings(target.arguments)}
        named.update(builds.exported(folder))
        for path in tree.files:
            if _package_of(tree, path) == folder and path.endswith((".h", ".cc", ".proto", "_test.sh", "_test.py")):
                inside = path[len(folder) + 1 :] if folder else path
                if inside not in named and ":" + inside not in named:
                    faults.append(
                        Fault(
                            path,
                            1,
                            (
                                f"no target of {build_file} names this file, so nothing checks it: add it to one, or"
                                " delete it"
                            ),
                        )
                    )
    return faults


def _package_of(tree: Tree, path: str) -> Optional[str]:
    folder = os.path.dirname(path)
    while True:
        if tree.has_file(f"{folder}/BUILD.bazel" if folder else "BUILD.bazel"):
            return folder
        if not folder or tree.has_file(f"{folder}/WORKSPACE"):
            return None
        folder = os.path.dirname(folder)


def check_plugins(tree: Tree) -> List[Fault]:
    """Plugin folders are plugins/<interface>/<name>, all shaped alike."""
    faults: List[Fault] = []
    folders = {
        "/".join(path.split("/")[:3]) for path in tree.files if path.startswith("plugins/") and path.count("/") >= 3
    }
    for folder in sorted(folders):
        inside = [path for path in tree.files if os.path.dirname(path) == folder]
        wanted = {
            "BUILD.bazel": lambda name: name == "BUILD.bazel",
            "README.md": lambda name: name == "README.md",
            "a header": lambda name: name.endswith(".h"),
            "a source": lambda name: name.endswith(".cc") and not name.endswith(("_test.cc", "_benchmark.cc")),
            "a unit test (*_test.cc)": lambda name: name.endswith("_test.cc"),
            "a benchmark (*_benchmark.cc)": lambda name: name.endswith("_benchmark.cc"),
        }
        for what, is_it in wanted.items():
            if not any(is_it(os.path.basename(path)) for path in inside):
                faults.append(
                    Fault(
                        folder,
                        1,
                        (
                            f"the plugin has no {what.replace('a ', '', 1)}: all plugin folders have the same shape, so"
                            " add it"
                        ),
                    )
                )
    return faults


def check_documents(tree: Tree) -> List[Fault]:
    """Documents that comments point to exist."""
    faults: List[Fault] = []
    for path in tree.with_suffix(".h", ".cc", ".proto", ".bzl", ".BUILD", ".bazel"):
        text = tree.text(path)
        for match in _DOCUMENT.finditer(text):
            if not tree.has_file(match.group(0)):
                faults.append(
                    Fault(
                        path,
                        line_of(text, match.start()),
                        f"there is no {match.group(0)}: name the document that explains this, or write it",
                    )
                )
    return faults


def check_decisions(tree: Tree) -> List[Fault]:
    """Interface changes that are not on origin/main yet come with an ADR. Without git nothing is compared."""
    changed = _changed_files(tree)
    interfaces = [
        path
        for path in changed
        if (
            path.startswith("core/interface/")
            and path.endswith(".h")
            and "/draft/" not in path
            and not path.endswith("_wrapper.h")
        )
        or path == "core/plugin/abi.h"
    ]
    if not interfaces or any(path.startswith("docs/adr/") for path in changed):
        return []
    return [
        Fault(interfaces[0], 1, "an interface changes, and no ADR says why: add docs/adr/NNNN-title.md to this change")
    ]


def _changed_files(tree: Tree) -> List[str]:
    if not os.path.exists(tree.full(".git")):
        return []
    try:
        base = subprocess.run(
            ["git", "merge-base", "origin/main", "HEAD"], cwd=tree.root, capture_output=True, text=True, check=False
        )
        if base.returncode != 0:
            return []
        changed = subprocess.run(
            ["git", "diff", "--name-only", base.stdout.strip()],
            cwd=tree.root,
            capture_output=True,
            text=True,
            check=False,
        )
        new = subprocess.run(
            ["git", "ls-files", "--others", "--exclude-standard"],
            cwd=tree.root,
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return []
    return changed.stdout.splitlines() + new.stdout.splitlines()


# SPDX-License-Identifier: Apache-2.0
