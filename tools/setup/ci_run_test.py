"""tools/setup/ci_run_test.py -- .ci/run in a tree that has nothing but a bazelw, which writes the events it was given."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

_BAZELW = """#!/bin/bash
tree=${0%/*}
echo "$*" >>"$tree/calls"
[[ $1 == shutdown ]] && exit
echo "CI=$CI; $(cat)"
for word in "$@"; do
  [[ $word == --build_event_json_file=* && -e $tree/events ]] && cat "$tree/events" >"${word#*=}"
done
[[ -e $tree/ends ]] && kill -TERM $PPID
exit "$(cat "$tree/status")"
"""
_PASSED = [
    {"id": {"targetConfigured": {"label": "//a:t"}}, "configured": {"testSize": "SMALL"}},
    {"id": {"testSummary": {"label": "//a:t"}}, "testSummary": {"overallStatus": "PASSED"}},
]
_FAILED = [
    {"id": {"targetConfigured": {"label": "//a:u"}}, "configured": {"testSize": "SMALL"}},
    {"id": {"testSummary": {"label": "//a:u"}}, "testSummary": {"overallStatus": "FAILED"}},
]
_SKIPPED = [{"id": {"targetCompleted": {"label": "//a:s"}}, "aborted": {"reason": "SKIPPED"}}]


class CiRunTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="ci_run_test")
        self.addCleanup(folder.cleanup)
        self.top = pathlib.Path(folder.name)
        self.tree = self.top / "my tree"
        for inner in (self.tree / ".ci", self.tree / "tools/setup", self.top / "tmp", self.top / "bin"):
            inner.mkdir(parents=True)
        shutil.copy(".ci/run", self.tree / ".ci/run")
        shutil.copy("tools/setup/test_summary.py", self.tree / "tools/setup/test_summary.py")
        self.write("bazelw", _BAZELW)
        (self.tree / "bazelw").chmod(0o755)
        for tool in ("bash", "cat", "dirname", "env", "mktemp", "python3", "readlink", "rm"):
            (self.top / "bin" / tool).symlink_to(shutil.which(tool))

    def write(self, name, text):
        (self.tree / name).write_text(text, encoding="utf-8")

    def bazel(self, status, events):
        """What bazelw will do."""
        self.write("status", str(status))
        self.write("events", "".join(json.dumps(event) + "\n" for event in events))

    def run_ci(self, *words, path=None):
        done = subprocess.run(
            [path or self.tree / ".ci/run", *words],
            cwd=self.top,
            env={"PATH": str(self.top / "bin"), "TMPDIR": str(self.top / "tmp")},
            input="typed",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        # The server is stopped once, last, and nothing is left.
        calls = (self.tree / "calls").read_text(encoding="utf-8").splitlines()
        self.assertEqual([call.split()[0] for call in calls], ["test", "shutdown"], done.stdout)
        self.assertEqual(os.listdir(self.top / "tmp"), [])
        self.calls = calls
        return done.returncode, done.stdout.splitlines()

    def test_what_passes(self):
        self.bazel(0, _PASSED)
        code, lines = self.run_ci()
        self.assertEqual((code, lines[0], lines[-1]), (0, "CI=true; ", "1 passed, 0 failed"))
        self.assertRegex(lines[-2], r"\Awall time \d+ min \d+ s\Z")
        self.assertTrue(self.calls[0].startswith("test //... --keep_going "), self.calls)

    def test_what_fails_is_named(self):
        self.bazel(3, _PASSED + _FAILED)
        code, lines = self.run_ci()
        self.assertEqual((code, lines[-1]), (1, "1 passed, 1 failed"))
        self.assertIn("//a:u: failed", lines)

    def test_what_is_skipped_stands_on_a_line_before_the_last(self):
        self.bazel(0, _PASSED + _SKIPPED)
        code, lines = self.run_ci()
        self.assertEqual((code, lines[-2:]), (0, ["1 skipped", "1 passed, 0 failed"]))

    def test_more_arguments_go_to_bazel(self):
        self.bazel(0, _PASSED)
        self.assertEqual(self.run_ci("--config=asan", "--x=a b")[0], 0)
        self.assertTrue(self.calls[0].endswith(" --config=asan --x=a b"), self.calls)

    def test_it_runs_from_any_folder_by_any_name(self):
        self.bazel(0, _PASSED)
        link = self.top / "link"
        link.symlink_to(self.tree / ".ci/run")
        self.assertEqual(self.run_ci(path=link)[0], 0)

    def test_a_bazel_that_never_started_is_a_failure(self):
        self.bazel(1, [])
        (self.tree / "events").unlink()
        code, lines = self.run_ci()
        self.assertEqual((code, lines[-1]), (1, "0 passed, 1 failed"))

    def test_a_bazel_that_was_killed_is_a_failure(self):
        self.bazel(37, _PASSED)
        with open(self.tree / "events", "a", encoding="utf-8") as events:
            events.write('{"id": {"tar')
        code, lines = self.run_ci()
        self.assertEqual((code, lines[-1]), (1, "1 passed, 1 failed"))

    def test_a_machine_without_python_is_a_failure(self):
        self.bazel(0, _PASSED)
        (self.top / "bin/python3").unlink()
        code, lines = self.run_ci()
        self.assertEqual((code, lines[-1]), (1, "0 passed, 1 failed"))

    def test_a_run_that_is_interrupted_is_a_failure(self):
        self.bazel(8, _PASSED)
        self.write("ends", "")
        code, lines = self.run_ci()
        self.assertEqual((code, lines[-2:]), (130, ["interrupted", "0 passed, 1 failed"]))


if __name__ == "__main__":
    unittest.main()

# SPDX-License-Identifier: Apache-2.0
