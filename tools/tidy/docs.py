"""Documents that do not lie: links resolve, blocks name their language, commands exist, shown code is compiled code."""

import os
import re
import shutil
import subprocess
import tempfile
from typing import Dict, List, NamedTuple, Optional, Set

from builds import Builds
from tree import Fault, Tree

_FENCE = re.compile(r"^(?P<indent> {0,8})(?P<fence>`{3,}|~{3,})(?P<info>[^`]*)$")
_LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\]]*\])*\]\((?P<target><[^>]*>|[^()\s]+(?:\([^()\s]*\))?)(?:\s+\"[^\"]*\")?\)")
_DEFINITION = re.compile(r"^ {0,3}\[[^\]]+\]:\s*(?P<target>\S+)")
_HEADING = re.compile(r"^ {0,3}(?P<marks>#{1,6})\s+(?P<title>.*?)\s*#*\s*$")
_ANCHOR = re.compile(r"<a\s+(?:name|id)=\"(?P<name>[^\"]+)\"")
_MARKER = re.compile(r"^\s*<!--\s*(?P<kind>include|tidy):\s*(?P<what>.*?)\s*-->\s*$")
# A word that begins like a folder of the tree.
_PATH_OF_TREE = re.compile(
    r"(?<![\w/.:@=$*-])(?:\./)?((?:api|core|docs|plugins|tests|third_party|tools)/[\w./-]+)(?![\w/.*{-])"
)
_SHELL = ("sh", "bash", "shell", "console")

# What a command in a document may start with. Any other must be run by tidy itself (<!-- tidy: run -->).
_KNOWN_COMMANDS = frozenset(
    "./bazelw manta cd git g++ clang++ cmake pkg-config export sudo apt-get tar curl wget unzip mkdir cp cat echo"
    " source eval rm ls make ctest bazel quickstart".split()
)


class Block(NamedTuple):
    """A fenced block: the line of its first fence, its language, its lines, and the marker right before it."""

    line: int
    language: str
    content: List[str]
    indent: int
    marker: str
    what: str


def blocks_of(lines: List[str]) -> List[Block]:
    """The fenced blocks of a document; one that never ends reaches to the end."""
    blocks: List[Block] = []
    index = 0
    marker, what = "", ""
    while index < len(lines):
        fence = _FENCE.match(lines[index])
        if fence is None:
            found = _MARKER.match(lines[index])
            if found:
                marker, what = found.group("kind"), found.group("what")
            elif lines[index].strip():
                marker, what = "", ""
            index += 1
            continue
        end = index + 1
        while end < len(lines) and not _closes(lines[end], fence.group("fence")):
            end += 1
        indent = len(fence.group("indent"))
        content = [line[min(indent, len(line) - len(line.lstrip())) :] for line in lines[index + 1 : end]]
        words = fence.group("info").split()
        blocks.append(Block(index + 1, words[0] if words else "", content, indent, marker, what))
        marker, what = "", ""
        index = end + 1
    return blocks


def _closes(line: str, fence: str) -> bool:
    stripped = line.strip()
    return len(stripped) >= len(fence) and set(stripped) == {fence[0]}


def _prose(lines: List[str]) -> List[str]:
    """The lines with fenced blocks, comments and inline code emptied."""
    prose = list(lines)
    for block in blocks_of(lines):
        for number in range(block.line - 1, min(len(lines), block.line + len(block.content) + 1)):
            prose[number] = ""
    return [re.sub(r"(`+)(?:(?!\1).)*?\1(?!`)", lambda match: " " * len(match.group(0)), line) for line in prose]


def _slug(title: str) -> str:
    title = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", title)
    title = title.replace("`", "").strip().lower()
    return re.sub(r"[^\w\- ]", "", title).replace(" ", "-")


def _anchors(tree: Tree, path: str) -> Set[str]:
    anchors: Set[str] = set()
    counts: Dict[str, int] = {}
    inside = {
        number
        for block in blocks_of(tree.lines(path))
        for number in range(block.line, block.line + len(block.content) + 2)
    }
    for number, line in enumerate(tree.lines(path), 1):
        if number in inside:
            continue
        heading = _HEADING.match(line)
        if heading:
            slug = _slug(heading.group("title"))
            count = counts.get(slug, 0)
            counts[slug] = count + 1
            anchors.add(f"{slug}-{count}" if count else slug)
        anchors.update(match.group("name") for match in _ANCHOR.finditer(line))
    return anchors


def check_links(tree: Tree) -> List[Fault]:
    """Relative links lead to a file, and to a heading in it."""
    faults: List[Fault] = []
    for path in tree.with_suffix(".md"):
        for number, line in enumerate(_prose(tree.lines(path)), 1):
            targets = [match.group("target") for match in _LINK.finditer(line)]
            definition = _DEFINITION.match(line)
            if definition:
                targets.append(definition.group("target"))
            for target in targets:
                wrong = _why_no_link(tree, path, target.strip("<>"))
                if wrong:
                    faults.append(Fault(path, number, f"the link {target} leads nowhere: {wrong}"))
    return faults


def _why_no_link(tree: Tree, path: str, target: str) -> str:
    if re.match(r"[a-z][a-z0-9+.-]*:", target):
        return ""
    name, _, anchor = target.partition("#")
    if name.startswith("/"):
        return "write it relative to this file"
    goal = os.path.normpath(os.path.join(os.path.dirname(path), name)) if name else path
    if not tree.has(goal) and not (
        goal.startswith(".") and os.path.exists(tree.full(goal)) and not goal.startswith("..")
    ):
        return f"there is no {goal}"
    if anchor and goal.endswith(".md") and anchor not in _anchors(tree, goal):
        return (
            f"{goal} has no heading #{anchor}; it has"
            f" {', '.join('#' + name for name in sorted(_anchors(tree, goal))) or 'none'}"
        )
    if anchor and not goal.endswith(".md") and not re.fullmatch(r"L\d+(-L\d+)?", anchor):
        return f"{goal} has no headings"
    return ""


def check_languages(tree: Tree) -> List[Fault]:
    """Every fenced block says what it is."""
    return [
        Fault(path, block.line, "the block declares no language: write ```cpp, ```sh, ```text or the like")
        for path in tree.with_suffix(".md")
        for block in blocks_of(tree.lines(path))
        if not block.language
    ]


def check_commands(tree: Tree, builds: Builds) -> List[Fault]:
    """Commands in documents are known ones, and the targets they name exist."""
    faults: List[Fault] = []
    for path in tree.with_suffix(".md"):
        for block in blocks_of(tree.lines(path)):
            # What is shown from a script is run where the script is.
            if (
                block.language not in _SHELL
                or block.marker == "include"
                or (block.marker, block.what) == ("tidy", "run")
            ):
                continue
            continued = False
            heredoc: Optional[str] = None
            for offset, line in enumerate(block.content, 1):
                number = block.line + offset
                for name in _PATH_OF_TREE.findall(line):
                    if not tree.has(name.rstrip("/")):
                        faults.append(
                            Fault(path, number, f"the command names {name}, which is not there: name what exists")
                        )
                for label in _labels(line):
                    wrong = builds.why_not(label)
                    if wrong:
                        faults.append(
                            Fault(path, number, f"the command names {label}, but {wrong}: name a target that exists")
                        )
                if heredoc is not None:
                    heredoc = None if line.strip() == heredoc else heredoc
                    continue
                command = _first_word(line)
                if (
                    command
                    and not continued
                    and command not in _KNOWN_COMMANDS
                    and not command.startswith("bazel-bin/")
                ):
                    faults.append(
                        Fault(
                            path,
                            number,
                            (
                                f"nothing runs the command {command}: put <!-- tidy: run --> before the block, and its"
                                " output after it"
                            ),
                        )
                    )
                continued = line.rstrip().endswith(("\\", "|", "&&"))
                opened = re.search(r"<<-?\s*['\"]?(\w+)['\"]?", line)
                heredoc = opened.group(1) if opened else None
    return faults


def _first_word(line: str) -> str:
    words = re.sub(r"^\s*\$ ", "", line).split()
    while words and re.match(r"^[A-Za-z_]\w*=", words[0]):
        words.pop(0)
    return "" if not words or words[0].startswith("#") else words[0]


def _labels(line: str) -> List[str]:
    command = re.search(r"(?:^|\s)(?:\./bazelw|bazel)\s+(?P<rest>.*)$", re.sub(r"\s#.*$", "", line))
    if not command:
        return []
    words = command.group("rest").split()
    if "--" in words:
        words = words[: words.index("--")]
    return [word for word in words if word.startswith("//")]


def check_shown_code(tree: Tree, fix: bool = False) -> List[Fault]:
    """A block after <!-- include: file#marker --> equals that part of the file."""
    faults: List[Fault] = []
    for path in tree.with_suffix(".md"):
        lines = tree.lines(path)
        mended = list(lines)
        for block in reversed(blocks_of(lines)):
            if block.marker != "include":
                continue
            shown = _part_of(tree, block.what)
            if isinstance(shown, str):
                faults.append(Fault(path, block.line, shown))
            elif shown != block.content and fix:
                mended[block.line : block.line + len(block.content)] = [
                    (" " * block.indent + line).rstrip() for line in shown
                ]
            elif shown != block.content:
                differing = next(
                    (offset for offset, pair in enumerate(zip(shown, block.content)) if pair[0] != pair[1]),
                    min(len(shown), len(block.content)),
                )
                faults.append(
                    Fault(
                        path,
                        block.line + 1 + differing,
                        f"the block is not what {block.what} holds: run ./bazelw run //tools/tidy -- --fix",
                    )
                )
        if mended != lines:
            tree.write(path, "\n".join(mended))
    return faults


def _part_of(tree: Tree, what: str):
    """The lines that `file` or `file#marker` stands for, or a sentence that says why there are none."""
    name, _, marker = what.partition("#")
    if not tree.has_file(name):
        return f"there is no file {name} to show: write the path from the root of the tree"
    lines = tree.lines(name)
    if not marker:
        while lines and (not lines[-1].strip() or "SPDX-License-Identifier" in lines[-1]):
            lines = lines[:-1]
        return lines
    begins = [
        index
        for index, line in enumerate(lines)
        if re.fullmatch(rf"\s*(?://|#)\s?\(begin {re.escape(marker)}\)\s*", line)
    ]
    ends = [
        index
        for index, line in enumerate(lines)
        if re.fullmatch(rf"\s*(?://|#)\s?\(end {re.escape(marker)}\)\s*", line)
    ]
    if len(begins) != 1 or len(ends) != 1 or begins[0] > ends[0]:
        return (
            f"{name} has not exactly one //(begin {marker}) before one //(end {marker}): put them around what is shown"
        )
    part = [
        line
        for line in lines[begins[0] + 1 : ends[0]]
        if not re.fullmatch(r"\s*(?://|#)\s?\((?:begin|end) [\w-]+\)\s*", line)
    ]
    margin = min((len(line) - len(line.lstrip()) for line in part if line.strip()), default=0)
    return [line[margin:] for line in part]


def check_runs(tree: Tree) -> List[Fault]:
    """Blocks marked <!-- tidy: run --> print what the ```text block after them says."""
    faults: List[Fault] = []
    for path in tree.with_suffix(".md"):
        blocks = blocks_of(tree.lines(path))
        for index, block in enumerate(blocks):
            if block.marker != "tidy":
                continue
            if block.what != "run" or block.language not in _SHELL:
                faults.append(
                    Fault(
                        path,
                        block.line,
                        (
                            f'tidy knows only "tidy: run" before a block of sh, not "{block.what}" before'
                            f' {block.language or "none"}'
                        ),
                    )
                )
                continue
            wanted = (
                blocks[index + 1].content if index + 1 < len(blocks) and blocks[index + 1].language == "text" else None
            )
            faults += _run(tree, path, block, wanted)
    return faults


def _run(tree: Tree, path: str, block: Block, wanted: Optional[List[str]]) -> List[Fault]:
    with tempfile.TemporaryDirectory(prefix="tidy") as scratch:
        for name in tree.files:
            os.makedirs(os.path.join(scratch, os.path.dirname(name)), exist_ok=True)
            shutil.copy2(tree.full(name), os.path.join(scratch, name))
        try:
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", "\n".join(block.content)],
                cwd=scratch,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=60,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return [Fault(path, block.line, "the commands did not end within 60 s: documents show short ones")]
    if done.returncode != 0:
        last = (done.stdout.strip().splitlines() or ["no words"])[-1]
        return [Fault(path, block.line, f"the commands end with {done.returncode} ({last}): mend them")]
    if wanted is not None and not _matches(wanted, done.stdout.rstrip("\n").split("\n")):
        return [
            Fault(
                path,
                block.line,
                f"the commands do not print the text below, but: {' / '.join(done.stdout.strip().splitlines()[:3])}",
            )
        ]
    return []


def _matches(wanted: List[str], printed: List[str]) -> bool:
    """`...` stands for any text inside a line, and alone on a line for any number of lines."""
    pattern = ""
    for line in wanted:
        if line.strip() == "...":
            pattern += r"(?:[^\n]*\n)*"
        else:
            pattern += (
                ".*".join(re.escape(part.rstrip() if last else part) for part, last in _with_last(line.split("...")))
                + r"[ \t]*\n"
            )
    return re.fullmatch(pattern, "\n".join(printed) + "\n") is not None


def _with_last(parts: List[str]):
    return [(part, index == len(parts) - 1) for index, part in enumerate(parts)]


# SPDX-License-Identifier: Apache-2.0
