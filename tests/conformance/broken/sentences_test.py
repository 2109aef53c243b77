"""Each sentence of a suite is failed by a broken plugin, but for those that are named here, and no other name is used."""

import subprocess
import sys
import unittest
from typing import List


def _sentences(suite: str, library: str) -> List[str]:
    """The suite's tests, as it lists them itself."""
    listed = subprocess.run(
        [suite, library, "--gtest_list_tests"], check=True, stdout=subprocess.PIPE, universal_newlines=True
    ).stdout
    sentences = []
    group = ""
    for line in listed.splitlines():
        if not line.startswith(" "):
            group = line.strip()
        else:
            sentences.append(group + line.strip())
    return sentences


def _names(option: str) -> List[str]:
    values = [argument[len(option) :] for argument in sys.argv if argument.startswith(option)]
    return [name for name in ",".join(values).split(",") if name]


class SentencesTest(unittest.TestCase):
    maxDiff = None
    sentences: List[str] = []
    failed: List[str] = []  # By a broken plugin; with a "?" in front: perhaps.
    unfailed: List[str] = []

    def test_the_suite_lists_its_sentences(self) -> None:
        self.assertGreater(len(self.sentences), 10)
        self.assertTrue(all(sentence.count(".") == 1 for sentence in self.sentences), self.sentences)

    def test_each_sentence_is_failed_by_a_broken_plugin(self) -> None:
        self.assertEqual(sorted(set(self.sentences) - set(self.failed) - set(self.unfailed)), [])

    def test_what_is_named_as_failed_by_none_is(self) -> None:
        self.assertEqual(sorted(set(self.unfailed) & set(self.failed)), [])

    def test_each_name_is_a_sentence(self) -> None:
        names = {name.lstrip("?") for name in self.failed + self.unfailed}
        self.assertEqual(sorted(names - set(self.sentences)), [])


if __name__ == "__main__":
    SentencesTest.sentences = _sentences(sys.argv[1], sys.argv[2])
    SentencesTest.failed = _names("--failed=")
    SentencesTest.unfailed = _names("--unfailed=")
    unittest.main(argv=sys.argv[:1])

# SPDX-License-Identifier: Apache-2.0
