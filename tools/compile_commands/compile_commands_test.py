"""tools/compile_commands/compile_commands_test.py -- from Bazel's actions to the entries that clang's tools read.

The command itself runs over a tree that has nothing but a bazelw, which writes down what it is asked and answers from files.
"""

import contextlib
import io
import json
import os
import pathlib
import tempfile
import unittest
from unittest import mock

from tools.compile_commands import compile_commands

_BAZELW = """#!/bin/sh
cd "${0%/*}" || exit
echo "$*" >>calls
if [ -e "fails_$1" ]; then echo "ERROR: no such target" >&2; exit 7; fi
if [ -e "$1" ]; then cat "$1"; fi
"""


class CompileCommandsTest(unittest.TestCase):
    def test_the_source_is_the_word_after_c(self):
        self.assertEqual(compile_commands.source_of(["gcc", "-c", "a.cc", "-o", "a.o"]), "a.cc")
        self.assertIsNone(compile_commands.source_of(["gcc", "a.o", "-c"]))

    def test_flags_that_clang_does_not_know_are_dropped(self):
        actions = [{"arguments": ["gcc", "-fno-canonical-system-headers", "-Wall", "-c", "a.cc"]}]
        self.assertEqual(
            compile_commands.to_commands(actions, "/root"),
            [{"directory": "/root", "file": "a.cc", "arguments": ["gcc", "-Wall", "-c", "a.cc"]}],
        )

    def test_the_first_action_of_a_source_wins_and_links_are_left_out(self):
        actions = [
            {"arguments": ["gcc", "-c", "b.cc", "-o", "b.pic.o"]},
            {"arguments": ["gcc", "-c", "a.cc"]},
            {"arguments": ["gcc", "-c", "b.cc", "-o", "b.o"]},
            {"arguments": ["gcc", "b.o"]},
        ]
        commands = compile_commands.to_commands(actions, "/root")
        self.assertEqual([command["file"] for command in commands], ["a.cc", "b.cc"])
        self.assertIn("b.pic.o", commands[1]["arguments"])


class CommandTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="compile_commands_test")
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.write("bazelw", _BAZELW)
        (self.root / "bazelw").chmod(0o755)
        self.write("query", "//a:x_cc_proto\n//a:y_cc_proto\n")
        self.write("aquery", json.dumps({"actions": [{"arguments": ["gcc", "-c", "a.cc"]}, {"arguments": ["gcc", "a.o"]}]}))

    def write(self, name, text):
        (self.root / name).write_text(text, encoding="utf-8")

    def run_command(self, *words):
        """The exit code, what was printed, and what was complained about."""
        out, err = io.StringIO(), io.StringIO()
        with mock.patch.dict(os.environ, BUILD_WORKSPACE_DIRECTORY=str(self.root)):
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                code = compile_commands.main(list(words))
        return code, out.getvalue(), err.getvalue()

    def calls(self):
        return (self.root / "calls").read_text(encoding="utf-8").splitlines()

    def commands(self):
        return json.loads((self.root / "compile_commands.json").read_text(encoding="utf-8"))

    def test_it_builds_the_protos_and_writes_the_file(self):
        path = self.root / "compile_commands.json"
        self.assertEqual(self.run_command(), (0, f"{path}: 1 sources\n", ""))
        self.assertEqual(
            self.commands(), [{"directory": str(self.root), "file": "a.cc", "arguments": ["gcc", "-c", "a.cc"]}]
        )
        self.assertEqual(
            self.calls(),
            [
                'query --noshow_progress kind("cc_proto_library", //...)',
                "build --noshow_progress //a:x_cc_proto //a:y_cc_proto",
                'aquery --noshow_progress --output=jsonproto mnemonic("CppCompile", //...)',
            ],
        )

    def test_targets_and_flags_are_bazels(self):
        self.write("query", "")
        self.assertEqual(self.run_command("//core/...", "//api", "--config=clang")[0], 0)
        self.assertEqual(
            self.calls(),
            [
                'query --noshow_progress kind("cc_proto_library", //core/... + //api)',
                'aquery --noshow_progress --output=jsonproto mnemonic("CppCompile", //core/... + //api) --config=clang',
            ],
        )

    def test_no_actions_are_no_sources(self):
        self.write("aquery", "{}")
        self.assertEqual(self.run_command()[0], 0)
        self.assertEqual(self.commands(), [])

    def test_what_bazel_refuses_is_told_and_the_old_file_stays(self):
        self.write("compile_commands.json", "[]")
        for command in ("aquery", "build", "query"):
            self.write("fails_" + command, "")
            code, out, err = self.run_command()
            self.assertEqual((code, out), (1, ""))
            self.assertEqual(err, f"compile_commands: bazel {command} failed, see above\n")
            self.assertEqual(self.commands(), [])

    def test_a_file_that_cannot_be_written_is_told(self):
        (self.root / "compile_commands.json").mkdir()
        code, out, err = self.run_command()
        self.assertEqual((code, out), (1, ""))
        self.assertIn("compile_commands.json cannot be written: Is a directory", err)

    def test_help_asks_bazel_nothing(self):
        code, out, _ = self.run_command("--help")
        self.assertEqual(code, 0)
        self.assertIn("./bazelw run //tools/compile_commands", out)
        self.assertFalse((self.root / "calls").exists())


if __name__ == "__main__":
    unittest.main()

# SPDX-License-Identifier: Apache-2.0
