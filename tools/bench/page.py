"""Writes docs/performance.md from a recorded run, docs/performance.json: none of its figures is typed by hand.

./bazelw run -c opt //tools/bench -- --peers --json=docs/performance.json
./bazelw run //tools/bench:page
"""

import json
import os
import sys
from typing import Any, Dict, List, Optional, Tuple

Row = Dict[str, Any]

_STEPS: Dict[str, List[Tuple[float, str]]] = {
    "ns": [(1e9, "s"), (1e6, "ms"), (1e3, "us"), (1, "ns")],
    "1/s": [(1e9, "G/s"), (1e6, "M/s"), (1e3, "k/s"), (1, "/s")],
    "B": [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB"), (1, "B")],
    "1": [(1, "")],
}

_HEAD = """\
# Performance

<!-- Written by //tools/bench:page from performance.json; the figures of both are one recorded run's. -->

What Manta costs, measured beside what the machine itself can do, and beside other libraries that do the same. How to run it, what each
row does, and why it is held against what it is: [tools/bench](../tools/bench/README.md).

A requirement is a **ratio inside one run**: in every round the figure and its bound are measured one after the other. So it says
the same on a fast machine and on a slow one. A **gate** fails the benchmark when it is missed; other rows are tracked.
"""


def digits(value: float) -> str:
    """Three digits that count."""
    size = abs(value)
    return f"{value:.{0 if size >= 99.95 else 1 if size >= 9.995 else 2}f}"


def shown(value: float, unit: str) -> str:
    """A figure in the unit that suits its size."""
    step, name = next((each for each in _STEPS[unit] if abs(value) >= each[0]), _STEPS[unit][-1])
    return f"{digits(value / step)} {name}".strip()


def _cells(cells: List[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _verdict(row: Row) -> str:
    if row["ok"] is None:
        return "not compared"
    if row["ok"]:
        return "ok"
    return "**fails**" if row["gate"] else "misses"


def _spread(row: Row) -> str:
    return f"{shown(row['min'], row['unit'])} to {shown(row['max'], row['unit'])}"


def _limits(rows: List[Row]) -> List[str]:
    lines = ["## What this machine can do", "", "Plain C++, without any framework.", ""]
    lines += ["| | median | from, to |", "|---|---|---|"]
    lines += [_cells([row["name"], shown(row["median"], row["unit"]), _spread(row)]) for row in rows]
    return lines


def _figures(rows: List[Row]) -> List[str]:
    lines = ["## What Manta does", ""]
    lines += ["| | gate | median | from, to | held against | ratio | required | |", "|---|---|---|---|---|---|---|---|"]
    for row in rows:
        ratio: Optional[float] = row["ratio"]
        lines.append(
            _cells(
                [
                    row["name"],
                    "gate" if row["gate"] else "",
                    shown(row["median"], row["unit"]),
                    _spread(row),
                    row["bound"] or "",
                    digits(ratio) if ratio is not None else "",
                    row["required"] or "",
                    _verdict(row),
                ]
            )
        )
    return lines


def _machine(machine: Dict[str, Any]) -> List[str]:
    memory = shown(machine["memory_bytes"], "B")
    command = "./bazelw run -c opt //tools/bench --" + (" --peers" if machine["peers"] else "")
    return [
        f"Recorded {machine['date']} on {machine['cores']} cores of {machine['cpu']}, {memory}, {machine['system']},"
        f" {machine['compiler']}{'' if machine['optimized'] else ', not optimised'};"
        f" medians of {machine['runs']} rounds of `{command} --runs={machine['runs']} --json=docs/performance.json`.",
    ]


def render(run: Dict[str, Any]) -> str:
    """The whole page."""
    limits = [row for row in run["rows"] if row["mode"] == "limit"]
    others = [row for row in run["rows"] if row["mode"] != "limit"]
    lines = [_HEAD, *_machine(run["machine"]), "", *_limits(limits), "", *_figures(others)]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Rewrites the page of the workspace that Bazel runs this in."""
    root = os.environ.get("BUILD_WORKSPACE_DIRECTORY")
    if root is None:
        print("page: start it with ./bazelw run //tools/bench:page", file=sys.stderr)
        return 2
    with open(os.path.join(root, "docs/performance.json"), encoding="utf-8") as file:
        run = json.load(file)
    with open(os.path.join(root, "docs/performance.md"), "w", encoding="utf-8") as file:
        file.write(render(run))
    return 0


if __name__ == "__main__":
    sys.exit(main())

# SPDX-License-Identifier: Apache-2.0
