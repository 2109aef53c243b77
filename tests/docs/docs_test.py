"""The reference lists every public header with its own words; headers' examples and the migration table are compiled;
indexes list what there is."""

import os
import re
import unittest

_ROW = re.compile(r"^\| \[(?P<name>[\w.]+)\]\(\.\./\.\./api/(?P<path>[\w.]+)\) \| (?P<purpose>.*) \|$")
# What stands in a header's comment: a line of its example, and what follows the examples.
_EXAMPLE = re.compile(r"^//   (?P<code> *\S.*)$")
_FIELD = re.compile(r"^// (Shapes|Units|Threads|Memory|Errors|Crashes|Cost|Source) ")
_COMMENT = re.compile(r"(?m)(^|\s+)//.*$")
_CODE = re.compile(r"`([^`]+)`")


def _read(path: str) -> str:
    """A file of the real tree."""
    with open(os.path.join(os.path.dirname(os.path.realpath("WORKSPACE")), path), encoding="utf-8") as file:
        return file.read()


def _headers():
    folder = os.path.join(os.path.dirname(os.path.realpath("WORKSPACE")), "api")
    return sorted(name for name in os.listdir(folder) if name.endswith(".h"))


def _squeezed(code: str) -> str:
    return re.sub(r"\s+", "", code)


class ApiPageTest(unittest.TestCase):
    """docs/reference/api.md against the headers."""

    def test_each_header_stands_there_once_with_its_first_line(self):
        rows = [_ROW.match(line) for line in _read("docs/reference/api.md").splitlines()]
        listed = {row["path"]: row["purpose"] for row in rows if row}
        self.assertEqual(len(listed), len([row for row in rows if row]), "a header stands there twice")
        self.assertEqual(sorted(listed), _headers())
        for name, purpose in listed.items():
            first = _read(f"api/{name}").splitlines()[0]
            self.assertEqual(first, f"// api/{name} -- {purpose}")


class HeaderExamplesTest(unittest.TestCase):
    """The examples at the top of api/'s headers against header_examples_test.cc."""

    def test_each_line_is_compiled(self):
        source = _read("tests/docs/header_examples_test.cc")
        compiled = _squeezed(_COMMENT.sub("", source))
        checked = 0
        for name in _headers():
            for line in _read(f"api/{name}").splitlines()[1:]:
                if _FIELD.match(line) or not line.startswith("//"):
                    break
                example = _EXAMPLE.match(line)
                code = _COMMENT.sub("", example["code"]).strip() if example else ""
                if not code or code.startswith("..."):
                    continue
                self.assertIn(_squeezed(code), compiled, f"header_examples_test.cc does not have {name}'s: {code}")
                checked += 1
        self.assertGreater(checked, 70)


class MigrationPageTest(unittest.TestCase):
    """docs/guide/migration.md against docs/examples/migration/migration.cc."""

    def test_each_line_of_the_last_column_is_compiled(self):
        compiled = _squeezed(_read("docs/examples/migration/migration.cc"))
        checked = 0
        columns = 0
        for line in _read("docs/guide/migration.md").splitlines():
            if not line.startswith("|"):
                columns = 0
                continue
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            columns = columns or len(cells)
            if columns != 5:  # The table of errors has names only.
                continue
            for code in _CODE.findall(cells[-1]):
                if "(" not in code and "{" not in code and ";" not in code:
                    continue  # A name.
                self.assertIn(_squeezed(code), compiled, f"migration.cc does not have: {code}")
                checked += 1
        self.assertGreater(checked, 30)


class IndexTest(unittest.TestCase):
    """Pages that list a folder list all of it."""

    def _check(self, folder: str, index: str):
        names = sorted(os.listdir(os.path.join(os.path.dirname(os.path.realpath("WORKSPACE")), folder)))
        self.assertGreater(len(names), 3)
        for name in names:
            if name.endswith(".md") and name != "README.md":
                self.assertIn(f"]({name})", _read(index), f"{index} has no link to {name}")

    def test_concepts(self):
        self._check("docs/concepts", "docs/concepts/README.md")

    def test_decisions(self):
        self._check("docs/adr", "docs/adr/README.md")

    def test_guide(self):
        self._check("docs/guide", "docs/guide/README.md")

    def test_each_interface_is_a_contract(self):
        folder = os.path.join(os.path.dirname(os.path.realpath("WORKSPACE")), "core/interface")
        contracts = next(line for line in _read("docs/README.md").splitlines() if line.startswith("| Contracts |"))
        wrapped = sorted(name for name in os.listdir(folder) if name.endswith("_wrapper.h"))
        self.assertGreater(len(wrapped), 10)
        for name in wrapped:
            header = name.replace("_wrapper.h", ".h")
            self.assertIn(f"(../core/interface/{header})", contracts, f"docs/README.md's contracts lack {header}")


if __name__ == "__main__":
    unittest.main()

# SPDX-License-Identifier: Apache-2.0
