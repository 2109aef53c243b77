"""Writes compile_commands.json at the root of the tree, for clangd, clang-tidy and editors.

  ./bazelw run //tools/compile_commands                     all of //...
  ./bazelw run //tools/compile_commands -- //core/...       only these targets
  ./bazelw run //tools/compile_commands -- --config=clang   more flags for Bazel

Asks Bazel for its own compile commands (aquery), so it is right by construction; builds the generated protobuf headers
first, so that includes of them resolve. Run it again after BUILD files change.
"""

import json
import os
import pathlib
import subprocess
import sys

# Flags of g++ that clang's tools do not know.
_GCC_ONLY = {"-fno-canonical-system-headers", "-Wunused-but-set-parameter", "-Wno-free-nonheap-object", "-pass-exit-codes"}


def source_of(arguments):
    """Returns the file that a compile command compiles: the word after -c; None if there is none."""
    for flag, word in zip(arguments, arguments[1:]):
        if flag == "-c":
            return word
    return None


def to_commands(actions, directory):
    """Returns the entries of compile_commands.json: one for each source, from its first action."""
    commands = {}
    for action in actions:
        arguments = [word for word in action["arguments"] if word not in _GCC_ONLY]
        source = source_of(arguments)
        if source and source not in commands:
            commands[source] = {"directory": str(directory), "file": source, "arguments": arguments}
    return [commands[source] for source in sorted(commands)]


def main(words):
    root = pathlib.Path(os.environ.get("BUILD_WORKSPACE_DIRECTORY", os.getcwd()))
    if "-h" in words or "--help" in words:
        print(__doc__.strip())
        return 0
    flags = [word for word in words if word.startswith("--")]
    targets = " + ".join(word for word in words if not word.startswith("--")) or "//..."

    def bazel(*arguments):
        command = [root / "bazelw", *arguments, *flags]
        return subprocess.run(command, cwd=root, check=True, stdout=subprocess.PIPE, text=True).stdout

    try:
        protos = subprocess.run(
            [root / "bazelw", "query", "--noshow_progress", f'kind("cc_proto_library", {targets})'],
            cwd=root, check=True, stdout=subprocess.PIPE, text=True,
        ).stdout.split()
        if protos:
            bazel("build", "--noshow_progress", *protos)
        graph = json.loads(bazel("aquery", "--noshow_progress", "--output=jsonproto", f'mnemonic("CppCompile", {targets})'))
    except subprocess.CalledProcessError as error:
        print(f"compile_commands: bazel {error.cmd[1]} failed, see above", file=sys.stderr)
        return 1

    commands = to_commands(graph.get("actions", []), root)
    path = root / "compile_commands.json"
    try:
        path.write_text(json.dumps(commands, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        print(f"compile_commands: {path} cannot be written: {error.strerror}", file=sys.stderr)
        return 1
    print(f"{path}: {len(commands)} sources")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

# SPDX-License-Identifier: Apache-2.0
