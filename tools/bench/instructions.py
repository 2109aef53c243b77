"""Counts the instructions of tasks and of sends, with the ref counter `owner` and with `none`.

./bazelw run -c opt //tools/bench:instructions

Instructions do not depend on what else the machine does, so they show what a wall clock cannot. Each work is counted
twice, by valgrind's callgrind, a little of it and a lot: the difference is the work's alone, without the start of the
program. Rounds still differ by what threads that look for work run meanwhile: the median of several is printed.
"""

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from typing import List

_WORKS = {"tasks async": "tasks", "sends 1:1": "sends"}
_FEW = 2_000
_MANY = 22_000
_MOST = 1.02


def instructions_in(text: str) -> int:
    """The sum in a file that callgrind wrote."""
    found = re.search(r"^(?:summary|totals): (\d+)$", text, re.MULTILINE)
    if found is None:
        raise ValueError("callgrind's file has no line with its sum: 'summary: NUMBER'")
    return int(found.group(1))


def line(work: str, none: List[float], owner: List[float]) -> str:
    """A row of the table, from the rounds' instructions for one task or send."""
    ratio = statistics.median(owner) / statistics.median(none)
    verdict = "ok" if ratio <= _MOST else "misses"
    return (
        f"{work:<12} {statistics.median(none):>10.0f} {min(none):>8.0f} to {max(none):<8.0f}"
        f" {statistics.median(owner):>10.0f} {min(owner):>8.0f} to {max(owner):<8.0f} {ratio:>6.3f}  {verdict}"
    )


def _count(program: str, measurement: str, count: int) -> int:
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "out")
        subprocess.run(
            ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", program, measurement, str(count)],
            check=True,
            env={**os.environ, "RUNFILES_DIR": os.path.abspath(os.path.join(os.path.dirname(program), "../../.."))},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        with open(out, encoding="utf-8") as file:
            return instructions_in(file.read())


def _instructions_each(program: str, measurement: str) -> float:
    return (_count(program, measurement, _MANY) - _count(program, measurement, _FEW)) / (_MANY - _FEW)


def main(arguments: List[str]) -> int:
    """Returns the exit code: 1 if a row misses, 3 if it could not be counted."""
    options = argparse.ArgumentParser(prog="instructions", description=(__doc__ or "").split("\n\n", maxsplit=1)[0])
    options.add_argument("--runs", type=int, default=5, metavar="COUNT", help="rounds; 5 unless told")
    runs = options.parse_args(arguments).runs
    if runs < 1:
        options.error(f"--runs is {runs}, and must be at least 1")
    if shutil.which("valgrind") is None:
        print("instructions: there is no valgrind: ./bazelw setup develop", file=sys.stderr)
        return 3
    program = os.path.join(os.path.dirname(os.path.abspath(__file__)), "alone_program")
    ok = True
    print(f"{'for one':<12} {'none':>10} {'least to most':>20} {'owner':>10} {'least to most':>20} {'ratio':>6}")
    for work, name in _WORKS.items():
        rounds: List[List[float]] = [[], []]
        for _ in range(runs):  # In turn.
            for figures, counter in zip(rounds, ("none", "owner")):
                try:
                    figures.append(_instructions_each(program, f"{name}_counter_{counter}"))
                except subprocess.CalledProcessError as error:
                    print(f"instructions: {' '.join(error.cmd)} failed:\n{error.stderr.decode()}", file=sys.stderr)
                    return 3
        shown = line(work, *rounds)
        print(shown, flush=True)
        ok = ok and shown.endswith("ok")
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

# SPDX-License-Identifier: Apache-2.0
