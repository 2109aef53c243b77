"""docs/reference/faults.md and the tests agree: no number is missing, every test exists, every test is listed."""

import os
import re
import unittest
from typing import Dict, List, NamedTuple, Tuple

_LIST = "docs/reference/faults.md"
_NUMBERS = {"B": range(1, 27), "F": range(1, 39)}
_SOURCES = ("seed_calls_test.cc", "seed_objects_test.cc", "scenarios_test.cc")
_PLAYED = "core/ownership/simulation/faults_test.cc"
_MODES = ("node mode", "cluster mode")
# What the tests of Ray's reference counter name.
_COUNTER = """
    Basic UnreconstructableObjectOutOfScope ReferenceStats ReferenceStatsLimit HandleObjectSpilled GetLocalityData
    OwnerAddress OwnedObjectCounters Simple
    NoBorrow SimpleBorrower SimpleBorrowerFailure SimpleBorrowerReferenceRemoved BorrowerTree NestedObject
    NestedObjectNoBorrow NestedObjectDifferentOwners NestedObjectDifferentOwners2 BorrowerPingPong DuplicateBorrower
    ForeignOwner DuplicateNestedObject
    ReturnObjectIdNoBorrow ReturnObjectIdBorrow ReturnObjectIdBorrowChain ReturnBorrowedId ReturnBorrowedIdDeserialize
    ReturnIdChain ReturnBorrowedIdChain ReturnBorrowedIdChainOutOfOrder
    BasicLineage PinLineageRecursive EvictLineage ResubmittedTask PlasmaLocation
    Free GetObjectStatusReplyDelayed DelayedWaitForRefRemoved RepeatedDeserialization ForwardNestedRefs
    OwnDynamicStreamingTaskReturnRef AddNestedObjectIdsIdempotency
""".split()
_COUNTER_SOURCES = (
    "core/ownership/simulation/scenarios_test.cc",
    "core/ownership/simulation/lineage_scenarios_test.cc",
    "tests/errors/spilling_test.cc",
)
_ROW = re.compile(r"^\| (?P<letter>[BF])(?P<number>\d+) \|(?P<rest>.*)\|$")
_PROOF = re.compile(r"\[(?P<suite>\w+)\.(?P<test>\w+)\]\((?P<path>[^)]+)\)")
_SCENARIO = re.compile(r"\[(?P<scenario>F\d+[A-Z]\w+)\]\((?P<path>[^)]+)\)")  # Of the ownership protocol.
_PLAYS = re.compile(r"^ +(?:LONG_)?SCENARIO\((?P<scenario>\w+)", re.MULTILINE)
_TEST = re.compile(r"^TEST(?:_F|_P)?\((?P<suite>\w+),\s*(?P<test>\w+)\)", re.MULTILINE)


class Row(NamedTuple):
    """One number of the list, and the tests that it names."""

    letter: str
    number: int
    proofs: List[Tuple[str, str, str]]  # Suite, test, file.
    scenarios: List[Tuple[str, str]]  # Name, file.
    text: str


def _root() -> str:
    """The real tree: the list names tests all over it."""
    return os.path.dirname(os.path.realpath("WORKSPACE"))


def _read(path: str) -> str:
    with open(os.path.join(_root(), path), encoding="utf-8") as file:
        return file.read()


def _target(link: str) -> str:
    return os.path.normpath(os.path.join(os.path.dirname(_LIST), link))


def _rows() -> List[Row]:
    rows = []
    for line in _read(_LIST).splitlines():
        match = _ROW.match(line)
        if match is None:
            continue
        proofs = [(found["suite"], found["test"], _target(found["path"])) for found in _PROOF.finditer(line)]
        scenarios = [(found["scenario"], _target(found["path"])) for found in _SCENARIO.finditer(line)]
        rows.append(Row(match["letter"], int(match["number"]), proofs, scenarios, match["rest"]))
    return rows


class FaultsListTest(unittest.TestCase):
    """The list against the tree."""

    def test_no_number_is_missing_or_twice(self):
        for letter, numbers in _NUMBERS.items():
            listed = [row.number for row in _rows() if row.letter == letter]
            self.assertEqual(listed, list(numbers), f"{letter}: the list must have each number once, in order")

    def test_every_row_has_a_proof_or_a_mode(self):
        for row in _rows():
            away = "not in one process: " in row.text
            self.assertNotEqual(
                bool(row.proofs or row.scenarios),
                away,
                f"{row.letter}{row.number}: name tests, or say 'not in one process' and which mode",
            )
            if away:
                mode = row.text.split("not in one process: ")[1].strip()
                self.assertIn(mode, _MODES, f"{row.letter}{row.number}")

    def test_every_test_that_is_named_exists(self):
        tests: Dict[str, set] = {}
        for row in _rows():
            for suite, test, path in row.proofs:
                if path not in tests:
                    tests[path] = {(found["suite"], found["test"]) for found in _TEST.finditer(_read(path))}
                self.assertIn((suite, test), tests[path], f"{row.letter}{row.number}: {path} has no such test")

    def test_every_scenario_that_is_named_is_played(self):
        for row in _rows():
            for scenario, path in row.scenarios:
                self.assertIn(scenario, _PLAYS.findall(_read(path)), f"{row.letter}{row.number}: {path} lacks it")

    def test_every_fault_that_is_played_is_listed_at_its_number(self):
        listed = {(scenario, row.number) for row in _rows() if row.letter == "F" for scenario, _ in row.scenarios}
        played = [re.match(r"F(\d+)[A-Z]", scenario) for scenario in _PLAYS.findall(_read(_PLAYED))]
        self.assertTrue(any(played))
        for number in filter(None, played):
            entry = (number.string, int(number[1]))
            self.assertIn(entry, listed, f"{_LIST} does not name {number.string} at its number")

    def test_every_test_of_a_fault_is_listed_at_its_number(self):
        listed = {
            (test, row.letter, row.number) for row in _rows() for _, test, path in row.proofs if "tests/faults" in path
        }
        for source in _SOURCES:
            for found in _TEST.finditer(_read(f"tests/faults/{source}")):
                number = re.match(r"(?P<letter>[BF])(?P<number>\d\d)_", found["test"])
                self.assertIsNotNone(number, f"{found['test']}: begin with the number, as B07_")
                entry = (found["test"], number["letter"], int(number["number"]))
                self.assertIn(entry, listed, f"{_LIST} does not name {found['test']} at its number")

    def test_every_scenario_of_the_reference_counter_has_a_test_of_its_name(self):
        self.assertEqual(len(set(_COUNTER)), 42)
        names = set()
        for source in _COUNTER_SOURCES:
            text = _read(source)
            names.update(_PLAYS.findall(text), (found["test"] for found in _TEST.finditer(text)))
        for name in _COUNTER:
            self.assertIn(name, names, "a scenario of Ray's reference counter has no test")
        listed = {found["test"] for found in _PROOF.finditer(_read(_LIST))}
        for name in ("HandleObjectSpilled", "GetLocalityData", "PlasmaLocation"):
            self.assertIn(name, listed, f"{_LIST} does not say which test this is")


if __name__ == "__main__":
    unittest.main()

# SPDX-License-Identifier: Apache-2.0
