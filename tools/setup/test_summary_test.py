"""tools/setup/test_summary_test.py -- each way in which a target can end, and what is counted for it."""

import json
import pathlib
import tempfile
import unittest

from tools.setup import test_summary


def configured(label, is_test=True):
    return {"id": {"targetConfigured": {"label": label}}, "configured": {"testSize": "SMALL"} if is_test else {}}


def completed(label, success):
    return {"id": {"targetCompleted": {"label": label}}, "completed": {"success": True} if success else {}}


def summary(label, status):
    return {"id": {"testSummary": {"label": label}}, "testSummary": {"overallStatus": status}}


class TestSummaryTest(unittest.TestCase):
    def run_summary(self, events, bazel_status=0):
        return test_summary.summarize(test_summary.outcomes(events), bazel_status)

    def run_one(self, status):
        return self.run_summary([configured("//a:t"), completed("//a:t", True), summary("//a:t", status)], 3)

    def test_passed_and_flaky_tests_pass(self):
        events = [configured(label) for label in ("//a:1", "//a:2")]
        events += [summary("//a:1", "PASSED"), summary("//a:2", "FLAKY")]
        self.assertEqual(self.run_summary(events), (["2 passed, 0 failed"], 0))

    def test_each_bad_status_fails_and_names_the_target(self):
        for status in ("FAILED", "TIMEOUT", "INCOMPLETE", "NO_STATUS", "REMOTE_FAILURE", "FAILED_TO_BUILD"):
            lines, code = self.run_one(status)
            self.assertEqual((lines[-1], code), ("0 passed, 1 failed", 1))
            self.assertEqual(lines[0], "//a:t: " + status.replace("_", " ").lower())

    def test_a_test_that_does_not_build_fails(self):
        events = [configured("//a:t"), completed("//a:t", False)]
        self.assertEqual(self.run_summary(events, 1), (["//a:t: failed to build", "0 passed, 1 failed"], 1))

    def test_a_library_that_does_not_build_fails(self):
        events = [configured("//a:t"), summary("//a:t", "PASSED"), configured("//a:l", False), completed("//a:l", False)]
        self.assertEqual(self.run_summary(events, 1), (["//a:l: failed to build", "1 passed, 1 failed"], 1))

    def test_a_test_without_an_end_fails(self):
        self.assertEqual(self.run_summary([configured("//a:t")], 8), (["//a:t: did not run", "0 passed, 1 failed"], 1))

    def test_what_bazel_gave_up_on_is_a_failure_only_if_it_is_a_test_or_broken(self):
        def aborted(label, reason):
            return {"id": {"targetCompleted": {"label": label}}, "aborted": {"reason": reason}}

        events = [configured("//a:t"), aborted("//a:t", "INCOMPLETE"), aborted("//a:l", "INCOMPLETE")]
        events += [aborted("//a:b", "ANALYSIS_FAILURE")]
        expected = ["//a:b: failed to build", "//a:t: did not run", "0 passed, 2 failed"]
        self.assertEqual(self.run_summary(events, 1), (expected, 1))

    def test_libraries_that_build_are_not_counted(self):
        events = [configured("//a:l", False), completed("//a:l", True), configured("//a:t"), summary("//a:t", "PASSED")]
        self.assertEqual(self.run_summary(events), (["1 passed, 0 failed"], 0))

    def test_skipped_targets_are_said(self):
        skipped = {"id": {"targetCompleted": {"label": "//a:s"}}, "aborted": {"reason": "SKIPPED"}}
        events = [configured("//a:s"), skipped, configured("//a:t"), summary("//a:t", "PASSED")]
        self.assertEqual(self.run_summary(events), (["1 skipped", "1 passed, 0 failed"], 0))
        lines, _ = test_summary.summarize(test_summary.outcomes(events), 0, seconds=61)
        self.assertEqual(lines, ["wall time 1 min 1 s", "1 skipped", "1 passed, 0 failed"])

    def test_a_bazel_that_stops_early_is_a_failure(self):
        events = [configured("//a:t"), summary("//a:t", "PASSED")]
        lines, code = self.run_summary(events, 1)
        self.assertEqual((lines[-1], code), ("1 passed, 1 failed", 1))
        self.assertIn("exit code 1", lines[0])

    def test_a_run_without_tests_is_a_failure(self):
        for status in (0, 4):
            lines, code = self.run_summary([], status)
            self.assertEqual((lines[-1], code), ("0 passed, 1 failed", 1))

    def test_events_are_read_from_a_file_that_may_be_missing(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "events.json")
            self.assertEqual(list(test_summary.read_events(path)), [])
            path.write_text('{"id": 1}\n\n{"id": 2}\n', encoding="utf-8")
            self.assertEqual(list(test_summary.read_events(path)), [{"id": 1}, {"id": 2}])

    def test_events_that_are_cut_off_are_counted_and_a_failure(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "events.json")
            whole = [configured("//a:t"), summary("//a:t", "PASSED")]
            path.write_text("".join(json.dumps(event) + "\n" for event in whole) + '{"id": {"test', encoding="utf-8")
            self.assertEqual(
                self.run_summary(test_summary.read_events(path)),
                (["bazel's events: cut off", "1 passed, 1 failed"], 1),
            )


if __name__ == "__main__":
    unittest.main()

# SPDX-License-Identifier: Apache-2.0
