"""Every `./bazelw run` of the README ends well: each is run here with the programs that Bazel built.

Those that build anew, write into the tree or go on for long are tests of their own: _ELSEWHERE says which.
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

_ELSEWHERE = {
    "//docs/examples:NAME": "docs/examples/common/example_test.sh",
    "//tools/install": "tests/integration/install_test.sh",
    "//tools/compile_commands": "tools/compile_commands/compile_commands_test.py",
    "//tools/tidy": "tools/tidy/BUILD.bazel",
    "//tests/fuzz:elf_note_fuzzer": "tests/fuzz/fuzz.bzl",
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
                self.assertTrue(os.path.exists(os.path.join(_root(), _ELSEWHERE[target])), target)
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
