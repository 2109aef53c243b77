"""Every config that a page shows is right: `manta config check` says so."""

import os
import re
import subprocess
import sys
import tempfile
import unittest
from typing import List, Tuple

MANTA = ""  # The command: set by main.

_BLOCK = re.compile(r"^```textproto\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def _shown_configs() -> List[Tuple[str, str]]:
    """Page and text of each block in the real tree."""
    root = os.path.dirname(os.path.realpath("WORKSPACE"))
    shown = []
    for top in ("README.md", "docs", "plugins", "tests/conformance", "tools"):
        for folder, _, names in os.walk(os.path.join(root, top)) if not top.endswith(".md") else [(root, [], [top])]:
            for name in sorted(names):
                if not name.endswith(".md"):
                    continue
                path = os.path.join(folder, name)
                with open(path, encoding="utf-8") as page:
                    shown += [(os.path.relpath(path, root), text) for text in _BLOCK.findall(page.read())]
    return shown


class ConfigBlocksTest(unittest.TestCase):
    """Blocks of textproto. Those with a plugin of the author's guide are checked where it is built: install_test."""

    def test_each_is_a_good_config(self):
        checked = 0
        for page, text in _shown_configs():
            if '"example.' in text:
                continue
            with tempfile.NamedTemporaryFile("w", suffix=".textproto") as file:
                file.write(text)
                file.flush()
                done = subprocess.run(
                    [MANTA, "config", "check", file.name],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    text=True,
                    check=False,
                )
            self.assertEqual(done.returncode, 0, f"{page} shows a config that is wrong: {done.stdout}\n{text}")
            checked += 1
        self.assertGreaterEqual(checked, 9)


if __name__ == "__main__":
    MANTA = os.path.abspath(sys.argv.pop(1))
    unittest.main()

# SPDX-License-Identifier: Apache-2.0
