"""The source tree as the checks see it: its files, their text, and what a fault looks like."""

import os
import re
from typing import Dict, Iterable, List, NamedTuple, Tuple

# C++ comments, raw strings, strings, numbers (for their ' separators) and characters.
_CPP_TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)"|"(?:\\.|[^"\\\n])*"'
    r"|(?<![A-Za-z0-9_])\d[\w'.]*|'(?:\\.|[^'\\\n])+'",
    re.DOTALL,
)
_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?P<open>["<])(?P<target>[^">\n]+)[">]', re.MULTILINE)


class Fault(NamedTuple):
    """One thing that is wrong: where, and one sentence that says what, and what to do."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


class Include(NamedTuple):
    line: int
    target: str
    quoted: bool


def _blank(match: "re.Match[str]") -> str:
    text = match.group(0)
    if text[0].isdigit():
        return text
    return re.sub(r"[^\n]", " ", text)


class Tree:
    """All files under `root` that are ours: no build outputs, no symbolic links, no hidden folders but .ci."""

    def __init__(self, root: str):
        self.root = os.path.abspath(root)
        self.files: List[str] = sorted(self._walk())
        self._known = set(self.files)
        self._texts: Dict[str, str] = {}
        self._code: Dict[str, str] = {}
        self._folders = {"."}
        for path in self.files:
            folder = os.path.dirname(path)
            while folder and folder not in self._folders:
                self._folders.add(folder)
                folder = os.path.dirname(folder)

    def _walk(self) -> Iterable[str]:
        for folder, folders, files in os.walk(self.root):
            folders[:] = [name for name in folders if self._is_ours(folder, name)]
            for name in files:
                full = os.path.join(folder, name)
                if not os.path.islink(full):
                    yield os.path.relpath(full, self.root).replace(os.sep, "/")

    @staticmethod
    def _is_ours(folder: str, name: str) -> bool:
        if name.startswith("bazel-") or name == "__pycache__" or os.path.islink(os.path.join(folder, name)):
            return False
        return not name.startswith(".") or name == ".ci"

    def full(self, path: str) -> str:
        return os.path.join(self.root, path)

    def has_file(self, path: str) -> bool:
        return path in self._known

    def has(self, path: str) -> bool:
        return path in self._known or path in self._folders

    def text(self, path: str) -> str:
        if path not in self._texts:
            with open(self.full(path), encoding="utf-8", errors="surrogateescape", newline="") as file:
                self._texts[path] = file.read()
        return self._texts[path]

    def write(self, path: str, text: str) -> None:
        with open(self.full(path), "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
            file.write(text)
        self._texts.pop(path, None)
        self._code.pop(path, None)

    def lines(self, path: str) -> List[str]:
        return self.text(path).split("\n")

    def code(self, path: str) -> str:
        """C++ text with comments, strings and characters blanked out; lines and columns stay."""
        if path not in self._code:
            self._code[path] = _CPP_TOKEN.sub(_blank, self.text(path))
        return self._code[path]

    def includes(self, path: str) -> List[Include]:
        text = self.text(path)
        # Commented-out includes are none: the blanked text lacks their #.
        code = self.code(path)
        return [
            Include(line_of(text, match.start("target")), match.group("target"), match.group("open") == '"')
            for match in _INCLUDE.finditer(text)
            if "#" in code[match.start() : match.start("target")]
        ]

    def with_suffix(self, *suffixes: str) -> List[str]:
        return [path for path in self.files if path.endswith(suffixes)]

    def cpp(self) -> List[str]:
        return self.with_suffix(".h", ".cc")

    def is_script(self, path: str) -> bool:
        """A program in a text language: by its suffix, or by its first line."""
        if path.endswith((".sh", ".py")):
            return True
        if "." in os.path.basename(path):
            return False
        with open(self.full(path), "rb") as file:
            return file.read(2) == b"#!"


def line_of(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def is_build_file(path: str) -> bool:
    return os.path.basename(path) in ("BUILD", "BUILD.bazel") or path.endswith(".BUILD")


def split_stem(path: str) -> Tuple[str, str]:
    """("core/base/ids", "_test.cc") for core/base/ids_test.cc: the concept, and what the file is to it."""
    for ending in ("_test.cc", "_benchmark.cc", ".cc", ".h"):
        if path.endswith(ending):
            return path[: -len(ending)], ending
    return path, ""


# SPDX-License-Identifier: Apache-2.0
