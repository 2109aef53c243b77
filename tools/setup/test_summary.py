#!/usr/bin/env python3
"""Counts a `bazel test` run from its --build_event_json_file, one test target at a time.

Prints a line for each target that failed, how many were skipped if any were, and last, always, "N passed, N failed". A test
that did not build or never ran counts as failed; so does any other target that did not build. Exits with 0 only if nothing
failed and Bazel itself was content.
"""

import argparse
import json
import pathlib
import sys

_PASSED = {"PASSED", "FLAKY"}
_SKIPPED = "SKIPPED"
_BROKEN = {"ANALYSIS_FAILURE", "LOADING_FAILURE"}
_BAZEL_NO_TESTS_FOUND = 4
_CUT_OFF = {"id": {"cutOff": {}}}


def read_events(path):
    """Yields the events of one run; none when Bazel stopped before it wrote any.

    A Bazel that was killed leaves half a line: what it had done until then is counted, and _CUT_OFF ends the run.
    """
    file = pathlib.Path(path)
    if file.exists():
        for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                if line.strip():
                    yield json.loads(line)
            except json.JSONDecodeError:
                yield _CUT_OFF
                return


def outcomes(events):
    """Returns target -> "PASSED", "SKIPPED" or the reason of its failure; other targets only if they did not build."""
    tests, summaries, completed = set(), {}, {}
    for event in events:
        identity = event.get("id", {})
        if "targetConfigured" in identity:
            if event.get("configured", {}).get("testSize"):
                tests.add(identity["targetConfigured"]["label"])
        elif "targetCompleted" in identity:
            label = identity["targetCompleted"]["label"]
            reason = event.get("aborted", {}).get("reason")
            if reason == _SKIPPED:
                completed[label] = _SKIPPED
            elif reason in _BROKEN or (not reason and not event.get("completed", {}).get("success")):
                completed[label] = "FAILED TO BUILD"
        elif "cutOff" in identity:
            completed["bazel's events"] = "CUT OFF"
        elif "testSummary" in identity and "testSummary" in event:
            summaries[identity["testSummary"]["label"]] = event["testSummary"]["overallStatus"]

    result = dict(completed)
    for label in tests:
        if label not in completed:
            result[label] = summaries.get(label, "DID NOT RUN")
    return {label: "PASSED" if status in _PASSED else status for label, status in result.items()}


def summarize(results, bazel_status, seconds=None):
    """Returns the lines to print and the exit code."""
    failed = sorted((label, status) for label, status in results.items() if status not in ("PASSED", _SKIPPED))
    passed_count = sum(status == "PASSED" for status in results.values())
    skipped_count = sum(status == _SKIPPED for status in results.values())
    lines = [f"{label}: {status.replace('_', ' ').lower()}" for label, status in failed]
    failed_count = len(failed)
    if bazel_status not in (0, _BAZEL_NO_TESTS_FOUND) and not failed_count:
        lines.append(f"bazel ended with exit code {bazel_status} before it named a failing target: see its errors above")
        failed_count = 1
    if not passed_count and not failed_count:
        lines.append("no test ran: a checkout of this project has tests, so this is a failure")
        failed_count = 1
    if seconds is not None:
        lines.append(f"wall time {seconds // 60} min {seconds % 60} s")
    if skipped_count:
        lines.append(f"{skipped_count} skipped")
    return lines + [f"{passed_count} passed, {failed_count} failed"], 1 if failed_count else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", required=True, help="the file that bazel wrote")
    parser.add_argument("--status", required=True, type=int, help="bazel's exit code")
    parser.add_argument("--seconds", type=int, help="how long it took")
    options = parser.parse_args()
    lines, code = summarize(outcomes(read_events(options.events)), options.status, options.seconds)
    print("\n".join(lines))
    return code


if __name__ == "__main__":
    sys.exit(main())

# SPDX-License-Identifier: Apache-2.0
