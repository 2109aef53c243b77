"""The page is the recorded run's, and says of each row what was recorded."""

import json
import unittest
from typing import Any, Dict

from tools.bench import page


def _row(**changes: Any) -> Dict[str, Any]:
    row: Dict[str, Any] = {
        "name": "a row",
        "mode": "embedded",
        "median": 1500.0,
        "min": 1000.0,
        "max": 2000000.0,
        "unit": "ns",
        "bound": "a limit: 1.00 us",
        "ratio": 1.5,
        "required": "at most 2.00",
        "ok": True,
        "gate": True,
    }
    row.update(changes)
    return row


def _run(*rows: Dict[str, Any]) -> Dict[str, Any]:
    machine = {
        "cpu": "A CPU",
        "cores": 2,
        "memory_bytes": 3 << 30,
        "system": "A system",
        "compiler": "g++ 12",
        "optimized": True,
        "date": "2026-01-02 03:04 UTC",
        "runs": 7,
        "peers": True,
    }
    return {"machine": machine, "rows": list(rows)}


class PageTest(unittest.TestCase):
    def test_the_committed_page_is_the_committed_runs(self) -> None:
        with open("docs/performance.json", encoding="utf-8") as file:
            run = json.load(file)
        with open("docs/performance.md", encoding="utf-8") as file:
            committed = file.read()
        self.assertEqual(page.render(run), committed, "run ./bazelw run //tools/bench:page")

    def test_a_row_has_all_that_was_recorded(self) -> None:
        text = page.render(_run(_row()))
        self.assertIn(
            "| a row | gate | 1.50 us | 1.00 us to 2.00 ms | a limit: 1.00 us | 1.50 | at most 2.00 | ok |", text
        )

    def test_what_falls_short_says_so(self) -> None:
        self.assertIn("| **fails** |", page.render(_run(_row(ok=False))))
        self.assertIn("| misses |", page.render(_run(_row(ok=False, gate=False))))
        self.assertIn("| not compared |", page.render(_run(_row(ok=None, ratio=None))))

    def test_limits_stand_apart(self) -> None:
        text = page.render(_run(_row(name="a limit", mode="limit", bound=None, ratio=None, required=None, ok=None)))
        self.assertLess(text.index("| a limit | 1.50 us |"), text.index("## What Manta does"))

    def test_the_machine_and_the_command_are_named(self) -> None:
        text = page.render(_run())
        for words in ("2026-01-02 03:04 UTC", "2 cores of A CPU", "3.00 GiB", "--peers --runs=7 --json"):
            self.assertIn(words, text)

    def test_figures_are_shown_in_the_unit_that_suits(self) -> None:
        for value, unit, wanted in (
            (8.7, "ns", "8.70 ns"),
            (4.2e6, "1/s", "4.20 M/s"),
            (192, "B", "192 B"),
            (1.049, "1", "1.05"),
            (0.5, "ns", "0.50 ns"),
        ):
            self.assertEqual(page.shown(value, unit), wanted)


if __name__ == "__main__":
    unittest.main()

# SPDX-License-Identifier: Apache-2.0
