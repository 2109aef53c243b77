"""What the README runs by `./bazelw run` of the quickstart and of the command `manta` ends well: it is run here, with the
programs that Bazel built.

The other `./bazelw run`s build anew, write into the tree or go on for long. They are not run: _ELSEWHERE names for each the
test that comes nearest, and this test only looks that it is there. Of the rest of the README's commands tidy runs those that
are marked so, and looks that the targets of the others exist (tools/tidy/docs.py).
"""

import os
import re
import shlex
import subprocess
import sys
import tempfile
import unittest
from typing import Dict, List, Tuple

PROGRAMS: Dict[str, str] = {}  # By target: set by main.

# The nearest test, and words of it that show that it still does what it is named for here.
_ELSEWHERE = {
    # NAME stands for each example, which is run with the output that it should have.
    "//docs/examples:NAME": ("docs/examples/example.bzl", "example_test.sh"),
    # The installer itself, into a folder of its own.
    "//tools/install": ("tests/integration/install_test.sh", "--prefix"),
    # The command, with an answer of Bazel's that was written by hand.
    "//tools/compile_commands": ("tools/compile_commands/compile_commands_test.py", "compile_commands.main("),
    # The same program over the same tree; --fix over a small one.
    "//tools/tidy": ("tools/tidy/BUILD.bazel", 'name = "tree_test"'),
    # The target's corpus, once, without an engine.
    "//tests/fuzz:elf_note_fuzzer": ("tests/fuzz/fuzz.bzl", "corpus_replay.cc"),
}

_BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`(\./bazelw run [^`]*)`")


def _root() -> str:
    return os.path.dirname(os.path.realpath("WORKSPACE"))


def _commands() -> List[Tuple[str, List[str]]]:
    """Target and arguments of each command."""
    with open(os.path.join(_root(), "README.md"), encoding="utf-8") as page:
        text = page.read()
    lines = [line for block in _BLOCK.findall(text) for line in re.sub(r"\\\n\s*", "", block).splitlines()]
    lines += _INLINE.findall(text)
    commands = []
    for line in lines:
        words = shlex.split(line, comments=True)
        if words[:2] != ["./bazelw", "run"]:
            continue
        target = next(word for word in words if word.startswith("//"))
        arguments = words[words.index("--") + 1 :] if "--" in words else []
        commands.append((target, arguments))
    return commands


class ReadmeCommandsTest(unittest.TestCase):
    def test_each_ends_well(self):
        ran = set()
        for target, arguments in _commands():
            if target in _ELSEWHERE:
                path, words = _ELSEWHERE[target]
                with open(os.path.join(_root(), path), encoding="utf-8") as nearest:
                    self.assertIn(words, nearest.read(), f"{path} no longer stands for {target}")
                continue
            self.assertIn(target, PROGRAMS, "the README runs a program that this test has not: add it to its data")
            with self.subTest(target=target, arguments=arguments), tempfile.TemporaryDirectory() as home:
                done = subprocess.run(
                    [PROGRAMS[target], *arguments],
                    env={**os.environ, "HOME": home, "TMPDIR": home},
                    capture_output=True,
                    text=True,
                    check=False,
                )
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertNotEqual(done.stdout, "")
                self.assertEqual(done.stderr, "")
            ran.add(target)
        self.assertIn("//docs/examples:quickstart", ran)
        self.assertIn("//tools/manta", ran)


if __name__ == "__main__":
    PROGRAMS = dict(word.split("=", 1) for word in sys.argv[1:])
    PROGRAMS = {target: os.path.abspath(path) for target, path in PROGRAMS.items()}
    unittest.main(argv=sys.argv[:1])

# SPDX-License-Identifier: Apache-2.0
