#!/usr/bin/env python3
"""tidy -- says in one sentence each what in the source tree is not as the house rules want it.

  ./bazelw run //tools/tidy            prints all faults; exit code 1 when there are any
  ./bazelw run //tools/tidy -- --fix   mends format, spaces and shown code first
  ./bazelw run //tools/tidy -- --only=links,includes
"""

import argparse
import os
import sys
import time
from typing import Callable, Dict, List

sys.dont_write_bytecode = True  # The modules lie in the source tree.

import docs
import headers
import includes
import layout
import shape
import sizes
import words
from builds import Builds
from tree import Fault, Tree

Check = Callable[[Tree, Builds, bool], List[Fault]]
CHECKS: Dict[str, Check] = {
    "includes": lambda tree, builds, fix: includes.check_includes(tree),
    "public_headers": lambda tree, builds, fix: includes.check_public_headers(tree),
    "sizes": lambda tree, builds, fix: sizes.check_sizes(tree),
    "methods": lambda tree, builds, fix: sizes.check_methods(tree),
    "words": lambda tree, builds, fix: words.check_words(tree),
    "finished": lambda tree, builds, fix: words.check_finished(tree),
    "downloads": lambda tree, builds, fix: words.check_downloads(tree),
    "format": lambda tree, builds, fix: layout.check_format(tree, fix),
    "spaces": lambda tree, builds, fix: layout.check_spaces(tree, fix),
    "licence": lambda tree, builds, fix: layout.check_licence(tree),
    "targets": lambda tree, builds, fix: shape.check_targets(tree, builds),
    "plugins": lambda tree, builds, fix: shape.check_plugins(tree),
    "documents": lambda tree, builds, fix: shape.check_documents(tree),
    "decisions": lambda tree, builds, fix: shape.check_decisions(tree),
    "links": lambda tree, builds, fix: docs.check_links(tree),
    "languages": lambda tree, builds, fix: docs.check_languages(tree),
    "commands": lambda tree, builds, fix: docs.check_commands(tree, builds),
    "shown_code": lambda tree, builds, fix: docs.check_shown_code(tree, fix),
    "runs": lambda tree, builds, fix: docs.check_runs(tree),
    "headers": lambda tree, builds, fix: headers.check_headers(tree),
}


def find_root(given: str) -> str:
    """The tree: as given, as Bazel says under `bazel run`, or where the runfiles' WORKSPACE really lies."""
    if given:
        return given
    if os.environ.get("BUILD_WORKSPACE_DIRECTORY"):
        return os.environ["BUILD_WORKSPACE_DIRECTORY"]
    for start in (os.path.dirname(os.path.abspath(__file__)), os.getcwd()):
        folder = start
        while True:
            if os.path.isfile(os.path.join(folder, "WORKSPACE")):
                return os.path.dirname(os.path.realpath(os.path.join(folder, "WORKSPACE")))
            if folder == os.path.dirname(folder):
                break
            folder = os.path.dirname(folder)
    sys.exit("tidy: there is no WORKSPACE above this folder: say --root=FOLDER")


def main(arguments: List[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="tidy",
        description=__doc__.split("\n", maxsplit=1)[0],
        epilog="Checks: " + ", ".join(CHECKS) + ". Exit codes: 0 all is well, 1 there are faults, 2 wrong usage.",
        add_help=False,
    )
    parser.add_argument("-h", "--help", action="store_true", help="print this")
    parser.add_argument("--root", default="", help="the tree to check (default: this one)")
    parser.add_argument("--fix", action="store_true", help="mend format, spaces and shown code before checking")
    parser.add_argument("--only", default=",".join(CHECKS), help="checks to run, with commas between")
    parser.add_argument("--skip", default="", help="checks to leave out, with commas between")
    parser.add_argument("--times", action="store_true", help="say how long each check took")
    options = parser.parse_args(arguments)
    if options.help:
        print(parser.format_help(), end="")  # argparse's own help says nothing when it cannot be written.
        return 0
    skipped = [name for name in options.skip.split(",") if name]
    chosen = [name for name in options.only.split(",") if name not in skipped]
    unknown = [name for name in chosen + skipped if name not in CHECKS]
    if unknown:
        parser.error(f"there is no check {unknown[0]}; the checks are {', '.join(CHECKS)}")
    root = find_root(options.root)
    if not os.path.isdir(root):
        parser.error(f"--root={root} is no folder")
    tree = Tree(root)
    builds = Builds(tree)
    fault_count = 0
    for name in chosen:
        begin = time.monotonic()
        faults = CHECKS[name](tree, builds, options.fix)
        if options.fix and name == "format":
            tree = Tree(root)  # clang-format wrote into it.
        for fault in sorted(faults):
            print(f"{fault} [{name}]")
        if options.times:
            print(f"{name}: {time.monotonic() - begin:.2f} s", file=sys.stderr)
        fault_count += len(faults)
    print(f"tidy: {len(tree.files)} files, {len(chosen)} checks, {fault_count} fault{'' if fault_count == 1 else 's'}")
    return 1 if fault_count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

# SPDX-License-Identifier: Apache-2.0
