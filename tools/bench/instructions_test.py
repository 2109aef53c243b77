"""What is read of callgrind's files, and when a row misses."""

import unittest

from tools.bench import instructions


class InstructionsTest(unittest.TestCase):
    def test_the_sum_of_a_file_is_found(self) -> None:
        file = "version: 1\nevents: Ir\nsummary: 123456\n\nfn=(1) main\n5 7\ntotals: 123456\n"
        self.assertEqual(instructions.instructions_in(file), 123456)
        self.assertEqual(instructions.instructions_in("events: Ir\n5 7\ntotals: 12\n"), 12)

    def test_a_file_without_a_sum_is_an_error(self) -> None:
        with self.assertRaisesRegex(ValueError, "summary: NUMBER"):
            instructions.instructions_in("events: Ir\n5 7\n")

    def test_a_row_misses_beyond_two_percent_in_the_median(self) -> None:
        self.assertTrue(instructions.line("sends", [1000, 900, 1100], [1020, 1500, 800]).endswith("ok"))
        self.assertTrue(instructions.line("sends", [1000, 900, 1100], [1021, 1500, 800]).endswith("misses"))

    def test_wrong_options_are_refused(self) -> None:
        for arguments in (["--runs=0"], ["--runs=many"], ["--what"]):
            with self.assertRaises(SystemExit) as refused:
                instructions.main(arguments)
            self.assertEqual(refused.exception.code, 2)


if __name__ == "__main__":
    unittest.main()

# SPDX-License-Identifier: Apache-2.0
