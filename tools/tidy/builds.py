"""Which targets the BUILD files make, without Bazel.

Starlark is a subset of Python, so a BUILD file is run as Python, with every unknown function replaced by one that
notes how it was called. Macros of this tree are loaded and run the same way.
"""

import ast
import builtins
import os
from typing import Any, Dict, List, NamedTuple, Optional

from tree import Tree


class Target(NamedTuple):
    kind: str
    name: str
    arguments: Dict[str, Any]
    line: int


class _Anything:
    """Stands for values that only Bazel knows (select(), rule(), attr.label() ...): all operations give it again."""

    def __call__(self, *args: Any, **kwargs: Any) -> "_Anything":
        return self

    def __getattr__(self, name: str) -> "_Anything":
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __add__(self, other: Any) -> Any:
        return other if isinstance(other, list) else self

    __radd__ = __mod__ = __rmod__ = __or__ = __ror__ = __add__

    def __getitem__(self, key: Any) -> "_Anything":
        return self

    def __iter__(self):
        return iter(())


_ANYTHING = _Anything()
_NOT_RULES = (
    "load",
    "package",
    "package_group",
    "exports_files",
    "licenses",
    "workspace",
    "glob",
    "select",
    "native",
    "depset",
    "struct",
    "rule",
    "provider",
    "attr",
    "fail",
    "Label",
)


class _Package:
    """Runs one BUILD file."""

    def __init__(self, tree: Tree, build_file: str):
        self.tree = tree
        self.folder = os.path.dirname(build_file)
        self.targets: Dict[str, Target] = {}
        self.exported: List[str] = []
        self.line = 0
        self._run(tree.text(build_file), build_file, top=True)

    def _run(self, text: str, path: str, top: bool) -> Dict[str, Any]:
        module = ast.parse(text, path)
        scope: Dict[str, Any] = {}
        for node in ast.walk(module):
            if isinstance(node, ast.Name) and not hasattr(builtins, node.id):
                scope.setdefault(node.id, self._rule(node.id))
        scope.update(
            load=self._load_into(scope, path),
            glob=self._glob,
            select=lambda *a, **k: _ANYTHING,
            native=_Native(self),
            fail=_fail,
        )
        for name in (
            "package",
            "package_group",
            "licenses",
            "workspace",
            "depset",
            "struct",
            "rule",
            "provider",
            "attr",
            "Label",
        ):
            scope[name] = _ANYTHING
        scope["exports_files"] = lambda names, **kwargs: self.exported.extend(names)
        for node in module.body:
            if top:
                self.line = node.lineno
            exec(compile(ast.Module([node], []), path, "exec"), scope)  # pylint: disable=exec-used
        return scope

    def _rule(self, kind: str):
        def note(*args: Any, **kwargs: Any) -> _Anything:
            name = kwargs.get("name")
            if isinstance(name, str):
                self.targets[name] = Target(kind, name, kwargs, self.line)
            return _ANYTHING

        return note

    def _load_into(self, scope: Dict[str, Any], path: str):
        def load(label: str, *names: str, **renamed: str) -> None:
            bzl = _file_of(label, os.path.dirname(path))
            loaded = (
                self._run(self.tree.text(bzl), bzl, top=False) if bzl is not None and self.tree.has_file(bzl) else {}
            )
            for name, original in [(name, name) for name in names] + list(renamed.items()):
                value = loaded.get(original)
                # What rule() made is not a macro: calls of it are targets.
                scope[name] = value if callable(value) and not isinstance(value, _Anything) else self._rule(original)

        return load

    def _glob(self, include: List[str], exclude: Optional[List[str]] = None, **_: Any) -> List[str]:
        import fnmatch  # Only here.

        start = self.folder + "/" if self.folder else ""
        inside = [path[len(start) :] for path in self.tree.files if path.startswith(start)]
        matches = lambda path, patterns: any(
            fnmatch.fnmatch(path, pattern.replace("**/", "*") if "**/" in pattern else pattern)
            and ("**" in pattern or path.count("/") == pattern.count("/"))
            for pattern in patterns
        )
        return [path for path in inside if matches(path, include) and not matches(path, exclude or [])]


class _Native:
    def __init__(self, package: _Package):
        self._package = package

    def __getattr__(self, name: str):
        if name == "package_name":
            return lambda: self._package.folder
        if name in ("glob",):
            return self._package._glob
        if name in _NOT_RULES or name in ("existing_rule", "repository_name"):
            return _ANYTHING
        return self._package._rule(name)


def _fail(*words: Any) -> None:
    raise ValueError(" ".join(str(word) for word in words))


def _file_of(label: str, folder: str) -> Optional[str]:
    if label.startswith("//"):
        return label[2:].replace(":", "/").lstrip("/")
    if label.startswith(":"):
        return f"{folder}/{label[1:]}" if folder else label[1:]
    return None


class Builds:
    """The packages of the tree; each is read once."""

    def __init__(self, tree: Tree):
        self._tree = tree
        self._packages: Dict[str, _Package] = {}

    def packages(self) -> List[str]:
        return [os.path.dirname(path) for path in self._tree.files if os.path.basename(path) == "BUILD.bazel"]

    def targets(self, folder: str) -> Optional[Dict[str, Target]]:
        """The targets of a package, None when there is no such package."""
        path = f"{folder}/BUILD.bazel" if folder else "BUILD.bazel"
        if not self._tree.has_file(path):
            return None
        if folder not in self._packages:
            self._packages[folder] = _Package(self._tree, path)
        return self._packages[folder].targets

    def exported(self, folder: str) -> List[str]:
        """The files that a package gives to others by exports_files()."""
        return self._packages[folder].exported if self.targets(folder) is not None else []

    def why_not(self, label: str) -> str:
        """ "" when a label such as //a/b:c, //a/b or //a/... names something; else what is wrong with it."""
        folder, _, name = label[2:].partition(":")
        if folder == "..." or folder.endswith("/..."):
            folder = folder[:-3].rstrip("/")
            return "" if not folder or self._tree.has(folder) else f"there is no folder {folder}"
        targets = self.targets(folder)
        if targets is None:
            return f"{folder or 'the root'} has no BUILD.bazel"
        name = name or os.path.basename(folder)
        if (
            name in ("all", "*", "all-targets")
            or name in targets
            or self._tree.has_file(f"{folder}/{name}".lstrip("/"))
        ):
            return ""
        near = ", ".join(sorted(targets)) or "nothing"
        return f"{folder or 'the root'}/BUILD.bazel makes no {name}, it makes {near}"


# SPDX-License-Identifier: Apache-2.0
