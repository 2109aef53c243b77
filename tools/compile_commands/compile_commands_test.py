"""tools/compile_commands/compile_commands_test.py -- from Bazel's actions to the entries that clang's tools read."""

import unittest

from tools.compile_commands import compile_commands


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


if __name__ == "__main__":
    unittest.main()

# SPDX-License-Identifier: Apache-2.0
