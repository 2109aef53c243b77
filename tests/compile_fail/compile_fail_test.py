"""Code that must not compile does not, and says why in exactly the sentence that its header has for it.

Arguments: the compiler, and the headers to look for sentences in. A sentence without a row in refused.py is a failure.
"""

import concurrent.futures
import os
import re
import subprocess
import sys
import tempfile
import unittest
from typing import List, Set, Tuple

import refused

_ASSERTION = re.compile(r'static_assert\([^;]*?,\s*((?:"(?:[^"\\]|\\.)*"\s*)+)\);', re.DOTALL)
_LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"')
# As gcc ("static assertion failed: manta: ...") and clang ("static_assert failed due to requirement '...' "manta: ..."")
# print it.
_PRINTED = re.compile(r'error: static[_ ]assert(?:ion)? failed[^\n]*?(manta: [^\n"]*)')

_compiler = ""
_headers: List[str] = []


def _sentences(path: str) -> List[str]:
    """The sentences of the static_asserts of a header that speak to its users."""
    with open(path, encoding="utf-8") as file:
        assertions = [_LITERAL.findall(match) for match in _ASSERTION.findall(file.read())]
    sentences = ["".join(literals) for literals in assertions]
    return [sentence for sentence in sentences if sentence.startswith("manta: ")]


def _run_compiler(arguments: List[str]) -> "subprocess.CompletedProcess[str]":
    command = [_compiler, "-std=c++20", "-fdiagnostics-color=never", "-I."] + arguments
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


class CompileFailTest(unittest.TestCase):
    """Runs the table."""

    folder: "tempfile.TemporaryDirectory[str]"

    @classmethod
    def setUpClass(cls) -> None:
        """Compiles the headers once, for all snippets: gcc looks for prefix.h.gch. clang 14 crashes on some refused
        lambdas that come from such a file, and reads the headers each time."""
        cls.folder = tempfile.TemporaryDirectory(dir=os.environ.get("TEST_TMPDIR"))
        cls.prefix = os.path.join(cls.folder.name, "prefix.h")
        with open(cls.prefix, "w", encoding="utf-8") as file:
            file.writelines(f'#include "{header.path}"\n' for header in refused.HEADERS)
            file.writelines(f"#include <{name}>\n" for name in ("map", "memory", "string", "string_view"))
        if "clang" in _compiler:
            return
        done = _run_compiler(["-x", "c++-header", cls.prefix, "-o", cls.prefix + ".gch"])
        if done.returncode != 0:
            raise RuntimeError(done.stderr)

    @classmethod
    def tearDownClass(cls) -> None:
        cls.folder.cleanup()

    def compile(self, code: str) -> Tuple[bool, Set[str], str]:
        """Whether it compiles, the sentences printed, and all that was printed."""
        with tempfile.NamedTemporaryFile("w", suffix=".cc", dir=self.folder.name) as source:
            source.write(code + "\n")
            source.flush()
            done = _run_compiler(["-include", self.prefix, "-fsyntax-only", source.name])
        return done.returncode == 0, set(_PRINTED.findall(done.stderr)), done.stderr

    def test_every_sentence_has_a_row(self) -> None:
        found = {(path, sentence) for path in _headers for sentence in _sentences(path)}
        rows = {(header.path, row.sentence) for header in refused.HEADERS for row in header.refused}
        self.assertEqual(found - rows, set(), "these sentences have no row in tests/compile_fail/refused.py")
        self.assertEqual(rows - found, set(), "these rows are of no header, or not given to this test")

    def test_good_code_compiles(self) -> None:
        for header in refused.HEADERS:
            with self.subTest(header=header.path):
                compiles, _, printed = self.compile(header.accepted)
                self.assertTrue(compiles, printed)

    def test_each_row_is_refused_in_its_sentence_alone(self) -> None:
        rows = [(header.path, row) for header in refused.HEADERS for row in header.refused]
        with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
            results = list(pool.map(lambda item: self.compile(item[1].code), rows))
        for (path, row), (compiles, sentences, printed) in zip(rows, results):
            with self.subTest(header=path, sentence=row.sentence):
                self.assertFalse(compiles, "it compiles")
                self.assertEqual(sentences, {row.sentence}, printed)

    def test_the_search_finds_sentences_in_every_form(self) -> None:
        with tempfile.NamedTemporaryFile("w", suffix=".h", dir=os.environ.get("TEST_TMPDIR")) as file:
            file.write(
                'static_assert(A<T>, "manta: one");\nstatic_assert(sizeof(T) == 1);\nstatic_assert(\n    B,\n    "manta: two "\n'
                '    "parts \\"quoted\\"");\nstatic_assert(C<T, (D)>, "not ours");\n'
            )
            file.flush()
            self.assertEqual(_sentences(file.name), ["manta: one", 'manta: two parts \\"quoted\\"'])


if __name__ == "__main__":
    _compiler = sys.argv[1]
    _headers = sys.argv[2:]
    unittest.main(argv=sys.argv[:1])

# SPDX-License-Identifier: Apache-2.0
