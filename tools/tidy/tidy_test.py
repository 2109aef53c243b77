#!/usr/bin/env python3
"""tools/tidy/tidy_test.py -- plants faults into a small good tree; each check must find exactly these.

It needs clang-format and g++ in PATH. No file of the real tree is read.
"""

import os
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import docs  # pylint: disable=wrong-import-position
import headers  # pylint: disable=wrong-import-position
import tidy  # pylint: disable=wrong-import-position
from builds import Builds  # pylint: disable=wrong-import-position
from tree import Tree  # pylint: disable=wrong-import-position

LICENCE = "// SPDX-License-Identifier: Apache-2.0\n"
SHARP_LICENCE = "# SPDX-License-Identifier: Apache-2.0\n"

# A tree without faults: one file of each kind that the checks look at.
GOOD = {
    ".clang-format": "BasedOnStyle: Google\nColumnLimit: 120\nIncludeBlocks: Regroup\n",
    "WORKSPACE": SHARP_LICENCE,
    "BUILD.bazel": 'exports_files(["WORKSPACE"])\n\n' + SHARP_LICENCE,
    "README.md": (
        "# The tree\n\nSee [the guide](docs/guide.md#first-steps) and [this](#the-tree).\n\n"
        "```sh\n./bazelw run //core/base:ids -- //not:a_target\nVALUE=1 ./bazelw test //... # all of //x:y\n```\n"
    ),
    "docs/guide.md": (
        "# First steps\n\n<!-- include: core/base/ids.cc#value -->\n```cpp\nint Value() { return 1; }\n```\n"
    ),
    "docs/adr/0001-one.md": "# One\n",
    "core/base/BUILD.bazel": (
        'load("//tools:macros.bzl", "library")\n\nlibrary(\n    name = "ids",\n    srcs = ["ids.cc"],\n    hdrs ='
        ' ["ids.h"],\n)\n\n[cc_test(\n    name = "ids_test_" + size,\n    srcs = ["ids_test.cc"],\n) for size in'
        ' ["small", "large"]]\n\n'
        + SHARP_LICENCE
    ),
    "core/base/ids.h": "#pragma once\n\n#include <string>\n\nstd::string Name();\n\n" + LICENCE,
    "core/base/ids.cc": (
        '#include "core/base/ids.h"\n\n// (begin value)\nint Value() { return 1; }\n// (end value)\n\n' + LICENCE
    ),
    "core/base/ids_test.cc": (
        '#include "core/base/ids.h"\n\n#include <gtest/gtest.h>\n\n// sleep_for and std::mutex in comments are none.\n'
        + LICENCE
    ),
    "core/interface/BUILD.bazel": 'cc_library(\n    name = "store",\n    hdrs = ["store.h"],\n)\n\n' + SHARP_LICENCE,
    "core/interface/store.h": (
        '// After docs/adr/0001-one.md.\n#pragma once\n\n#include "core/base/ids.h"\n\nclass Store {\n public:\n'
        "  virtual ~Store() = default;\n  virtual void Put() = 0;\n};\n\n"
        + LICENCE
    ),
    "core/plugin/BUILD.bazel": 'cc_library(\n    name = "export",\n    hdrs = ["export.h"],\n)\n\n' + SHARP_LICENCE,
    "core/plugin/export.h": '#pragma once\n\n#include "core/interface/store.h"\n\n' + LICENCE,
    "plugins/store/heap/BUILD.bazel": (
        'cc_library(\n    name = "heap",\n    srcs = glob(["*.cc"]),\n    hdrs = ["heap.h"],\n)\n\n' + SHARP_LICENCE
    ),
    "plugins/store/heap/README.md": "# Heap\n",
    "plugins/store/heap/heap.h": '#pragma once\n\n#include "core/plugin/export.h"\n\n' + LICENCE,
    "plugins/store/heap/heap.cc": '#include "plugins/store/heap/heap.h"\n\n' + LICENCE,
    "plugins/store/heap/heap_test.cc": '#include "plugins/store/heap/heap.h"\n\n' + LICENCE,
    "plugins/store/heap/heap_benchmark.cc": "#include <benchmark/benchmark.h>\n\n" + LICENCE,
    "tools/BUILD.bazel": 'sh_binary(\n    name = "run",\n    srcs = ["run.sh"],\n)\n\n' + SHARP_LICENCE,
    "tools/run.sh": "#!/bin/sh\necho run\n\n" + SHARP_LICENCE,
    "tools/macros.bzl": (
        '"""Macros."""\n\ndef library(name, **kwargs):\n    """Two targets."""\n    native.cc_library(name = name,'
        ' **kwargs)\n    native.filegroup(name = "%s_headers" % name, srcs = kwargs["hdrs"])\n\nmy_rule = rule(attrs ='
        ' {"x": attr.label()})\n\n'
        + SHARP_LICENCE
    ),
}


class TidyTest(unittest.TestCase):
    def setUp(self):
        self._folder = tempfile.TemporaryDirectory(prefix="tidy_test")
        self.root = self._folder.name
        for path, text in GOOD.items():
            self.write(path, text)

    def tearDown(self):
        self._folder.cleanup()

    def write(self, path, text):
        full = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8", newline="") as file:
            file.write(text)

    def read(self, path):
        with open(os.path.join(self.root, path), encoding="utf-8", newline="") as file:
            return file.read()

    def replace(self, path, old, new):
        text = self.read(path)
        self.assertIn(old, text)
        self.write(path, text.replace(old, new))

    def faults(self, check, fix=False):
        tree = Tree(self.root)
        return sorted(tidy.CHECKS[check](tree, Builds(tree), fix))

    def expect(self, check, *wanted):
        """The check finds exactly these: "path:line" and words of the message."""
        faults = self.faults(check)
        order = lambda item: (item[0].partition(":")[0], int(item[0].rpartition(":")[2]))
        wanted = sorted(wanted, key=order)
        self.assertEqual(
            [f"{fault.path}:{fault.line}" for fault in faults],
            [where for where, _ in wanted],
            "\n".join(map(str, faults)),
        )
        for fault, (_, words) in zip(faults, wanted):
            for word in [words] if isinstance(words, str) else words:
                self.assertIn(word, fault.message)
            self.assertNotIn("\n", fault.message)

    def test_good_tree_has_no_faults(self):
        for check in tidy.CHECKS:
            with self.subTest(check):
                self.expect(check)

    def test_includes_point_inward(self):
        self.write("core/base/up.h", '#pragma once\n#include "core/interface/store.h"\n' + LICENCE)
        self.write(
            "core/interface/up.h",
            '#pragma once\n// #include "core/plugin/export.h"\n#include "core/plugin/export.h"\n' + LICENCE,
        )
        self.write(
            "core/runtime/up.cc", '#include "plugins/store/heap/heap.h"\n#include "core/plugin/export.h"\n' + LICENCE
        )
        self.write("plugins/store/other/other.h", '#include "plugins/store/heap/heap.h"\n' + LICENCE)
        self.write("core/plugin/registry.h", LICENCE)
        self.write("plugins/store/other/other.cc", '#include "core/plugin/registry.h"\n' + LICENCE)
        self.write(
            "docs/examples/a.cc", '#include "core/plugin/registry.h"\n#include "core/plugin/export.h"\n' + LICENCE
        )
        self.write("core/kernel/fine.cc", '#include "core/plugin/registry.h"\n' + LICENCE)
        self.expect(
            "includes",
            ("core/base/up.h:2", ["core/base may not include core/interface/store.h", "only core/base"]),
            ("core/interface/up.h:3", "core/interface may not include core/plugin/export.h"),
            ("core/runtime/up.cc:1", "core/runtime may not include plugins/store/heap/heap.h"),
            ("plugins/store/other/other.h:1", "plugins/store/other may not include plugins/store/heap/heap.h"),
            ("plugins/store/other/other.cc:1", "may not include core/plugin/registry.h"),
            ("docs/examples/a.cc:1", "docs/examples may not include core/plugin/registry.h"),
        )

    def test_tests_may_use_the_simulation_but_sources_not(self):
        self.write("core/simulation/clock.h", LICENCE)
        self.write("core/plugin/a_test.cc", '#include "core/simulation/clock.h"\n' + LICENCE)
        self.write("core/plugin/a_benchmark.cc", '#include "core/simulation/clock.h"\n' + LICENCE)
        self.write("core/plugin/test_a.h", '#include "core/simulation/clock.h"\n#include <gtest/gtest.h>\n' + LICENCE)
        self.write("core/plugin/a.cc", '#include "core/simulation/clock.h"\n' + LICENCE)
        self.expect("includes", ("core/plugin/a.cc:1", "core/simulation/clock.h"))

    def test_includes_name_files_of_the_tree(self):
        self.write(
            "core/base/a.cc",
            '#include "ids.h"\n#include "../base/ids.h"\n#include "core/base/gone.h"\n#include "core/base/made.pb.h"\n'
            + LICENCE,
        )
        self.expect("includes", *[(f"core/base/a.cc:{line}", "there is no file") for line in (1, 2, 3, 4)])
        self.write("core/base/made.proto", LICENCE)
        self.expect("includes", *[(f"core/base/a.cc:{line}", "there is no file") for line in (1, 2, 3)])

    def test_a_nested_workspace_has_its_own_root(self):
        self.write("tests/integration/second/WORKSPACE", SHARP_LICENCE)
        self.write("tests/integration/second/mine/store.h", LICENCE)
        self.write(
            "tests/integration/second/a.cc",
            '#include "mine/store.h"\n#include "core/plugin/export.h"\n#include "mine/gone.h"\n' + LICENCE,
        )
        self.expect("includes", ("tests/integration/second/a.cc:3", 'there is no file "mine/gone.h"'))

    def test_third_parties_stay_where_they_belong(self):
        self.write(
            "core/plugin/a.cc", "#include <CLI/CLI.hpp>\n#include <boost/dll.hpp>\n#include <gtest/gtest.h>\n" + LICENCE
        )
        self.write(
            "core/base/b.h", "#pragma once\n#include <glog/logging.h>\n#include <google/protobuf/any.pb.h>\n" + LICENCE
        )
        self.expect(
            "includes",
            ("core/base/b.h:2", "builds on Abseil alone"),
            ("core/base/b.h:3", "google/protobuf, which only"),
            ("core/plugin/a.cc:1", "CLI, which only tools, tests may use"),
            ("core/plugin/a.cc:3", "gtest, which only tests may use"),
        )

    def test_public_headers_show_no_glog_nor_strings_nor_protos(self):
        self.write("core/base/text.h", '#pragma once\n#include "absl/strings/str_cat.h"\n' + LICENCE)
        self.write("core/plugin/inner.h", '#pragma once\n#include "core/base/text.h"\n' + LICENCE)
        self.write(
            "api/a.h",
            '#pragma once\n#include <glog/logging.h>\n#include "core/plugin/inner.h"\n#include "core/base/ids.h"\n'
            + LICENCE,
        )
        self.write("api/b.h", '#pragma once\n#include "api/b.pb.h"\n' + LICENCE)
        self.expect(
            "public_headers",
            ("api/a.h:2", "shows glog/logging.h: "),
            ("api/a.h:3", "shows absl/strings/str_cat.h (through core/plugin/inner.h)"),
            ("api/b.h:2", "shows api/b.pb.h"),
        )

    def test_sizes(self):
        self.write("core/base/long.h", "// x\n" * 301)
        self.write("core/base/fits.h", "// x\n" * 300)
        self.write("core/base/long.cc", "// x\n" * 601)
        self.write("core/base/fits.cc", "// x\n" * 600)
        self.expect(
            "sizes",
            ("core/base/long.h:301", "301 lines, at most 300"),
            ("core/base/long.cc:601", "601 lines, at most 600"),
        )

    def test_generated_files_may_be_long_and_unformatted(self):
        body = "int   x;\n" * 700 + LICENCE
        self.write("core/base/make.py", "# Makes.\n\n" + SHARP_LICENCE)
        self.write("core/base/ids.cc", "// Generated by core/base/make.py: do not edit.\n" + body)
        self.assertEqual(self.faults("sizes"), [])
        self.assertEqual(self.faults("format"), [])
        self.write("core/base/ids.cc", "// Generated by core/base/gone.py: do not edit.\n" + body)
        self.assertEqual(len(self.faults("sizes")), 1)
        self.assertEqual(len(self.faults("format")), 1)

    def test_methods_of_an_interface(self):
        methods = "".join(f"  virtual void M{number}() = 0;\n" for number in range(15))
        inner = "  class Inner {\n    virtual void I() = 0;\n  };\n"
        self.write(
            "core/interface/fits.h",
            "// class Old {\nclass Fits {\n  virtual ~Fits();\n  // virtual void No();\n" + inner + methods + "};\n",
        )
        self.write(
            "core/interface/wide.h",
            "\nclass Wide final : public Base {\n"
            + methods
            + "  virtual void More() {\n    if (x) {\n    }\n  }\n};\n",
        )
        self.write("core/kernel/wide.h", "class Wide {\n" + methods * 2 + "};\n")
        self.expect("methods", ("core/interface/wide.h:2", "Wide has 16 virtual methods, at most 15"))

    def test_words_stand_where_they_belong(self):
        self.write(
            "core/base/a.cc",
            "void F() { std::this_thread::sleep_for(1ms); }\nint n = 1'000; std::mutex m;\nauto t ="
            " std::chrono::steady_clock::now();\nint r = rand() + x.rand();\nstd::ifstream in;\nABSL_FLAG(int, x, 1,"
            ' "");\n// std::mutex\nauto s = "std::mutex"; auto q = R"(std::mutex)";\n'
            + LICENCE,
        )
        self.write("core/base/mutex.h", "std::mutex m;\n" + LICENCE)
        self.write("core/kernel/system/clock.cc", "auto t = clock_gettime(0); std::random_device r;\n" + LICENCE)
        self.write("core/base/a_test.cc", "std::mutex m; auto t = time(nullptr);\nusleep(1);\n" + LICENCE)
        self.write("tools/a.cc", 'ABSL_FLAG(int, x, 1, "");\n' + LICENCE)
        self.expect(
            "words",
            ("core/base/a.cc:1", "sleep_for: "),
            ("core/base/a.cc:2", "std::mutex: locks are those of core/base/mutex.h"),
            ("core/base/a.cc:3", "take a manta::Clock"),
            ("core/base/a.cc:4", "rand: only core/kernel/system"),
            ("core/base/a.cc:5", "take a manta::Disk"),
            ("core/base/a.cc:6", "flags exist in tools/ only"),
            ("core/base/a_test.cc:2", "usleep: "),
        )

    def test_nothing_is_left_for_later(self):
        later, mend, marks = "TO" + "DO", "FIX" + "ME", "X" + "XX"
        self.write("core/base/a.cc", f"// {later}: all\n// {mend}\nint {later}S, {marks}X;\n" + LICENCE)
        self.write("docs/guide.md", f"# First steps\n\n{marks}\n")
        self.write(
            "tools/run.sh",
            "#!/bin/sh\nmktemp /tmp/x."
            + marks * 2
            + "\ncd /ho"
            + "me/me\ncp ~/ho"
            + "me/x $X/ho"
            + "me/y .\n"
            + SHARP_LICENCE,
        )
        self.expect(
            "finished",
            ("core/base/a.cc:1", later),
            ("core/base/a.cc:2", mend),
            ("docs/guide.md:3", marks),
            ("tools/run.sh:3", "a path of one machine"),
        )

    def test_builds_download_nothing(self):
        self.write(
            "WORKSPACE",
            'load("@bazel_tools//tools/build_defs/repo:http.bzl", "http_archive", "http_file")\n# http_archive\n'
            'http_archive(\n    name = "x",\n)\nlocal_repository(name = "y", path = "/y")  # no git_repository\n'
            + SHARP_LICENCE,
        )
        self.write("tests/outside/WORKSPACE.bazel", 'git_repository(name = "x")\nnew_git_repository(name = "y")\n')
        self.write(
            "tools/fetch.bzl",
            '"""Downloads nothing (they say)."""\n\ndef _impl(ctx):\n    ctx.download (url = "x")\n'
            "    ctx.download_and_extract([])\n    ctx.symlink(ctx.attr.download_folder, "
            '"x")\n',
        )
        self.write("third_party/x.BUILD", 'http_file(name = "x")\n')
        self.write("docs/guide.md", "# First steps\n\nhttp_archive(\n")
        self.expect(
            "downloads",
            ("WORKSPACE:1", "http_archive: builds download nothing"),
            ("WORKSPACE:3", "http_archive: "),
            ("tests/outside/WORKSPACE.bazel:1", "git_repository: "),
            ("tests/outside/WORKSPACE.bazel:2", "new_git_repository: "),
            ("third_party/x.BUILD:1", "http_file: "),
            ("tools/fetch.bzl:4", "download: "),
            ("tools/fetch.bzl:5", "download_and_extract: builds download nothing; add a Debian package"),
        )

    def test_format_is_clang_formats(self):
        self.write("core/base/a.cc", "int  Value( ) {return 1;}\n\n" + LICENCE)
        self.expect("format", ("core/base/a.cc:1", "--fix"))
        self.assertEqual(self.faults("format", fix=True), [])
        self.assertEqual(self.read("core/base/a.cc"), "int Value() { return 1; }\n\n" + LICENCE)
        self.expect("format")

    def test_spaces(self):
        self.write("docs/guide.md", "# First steps \n\tx\nno end")
        self.write("tools/run.sh", "#!/bin/sh\n\n")
        self.write("LICENSE", "x \n\n\n")
        self.expect(
            "spaces",
            ("docs/guide.md:1", "ends with a space"),
            ("docs/guide.md:2", "has a tab"),
            ("docs/guide.md:3", "does not end"),
            ("tools/run.sh:2", "ends with an empty line"),
        )
        self.assertEqual([fault.line for fault in self.faults("spaces", fix=True)], [2])
        self.assertEqual(self.read("docs/guide.md"), "# First steps\n\tx\nno end\n")
        self.assertEqual(self.read("tools/run.sh"), "#!/bin/sh\n")
        self.assertEqual(self.read("LICENSE"), "x \n\n\n")

    def test_licence_is_the_last_line(self):
        self.write("core/base/a.cc", LICENCE + "int x;\n")
        self.write("tools/b.bzl", "x = 1\n")
        self.write("tools/c", "#!/bin/sh\necho\n")
        self.write("tools/data", "echo\n")
        self.write("core/base/made.proto", 'syntax = "proto3";\n\n' + SHARP_LICENCE)
        self.expect(
            "licence",
            ("core/base/a.cc:2", LICENCE.strip()),
            ("tools/b.bzl:1", "# SPDX"),
            ("tools/c:2", "# SPDX"),
            ("core/base/made.proto:3", LICENCE.strip()),
        )

    def test_files_belong_to_targets(self):
        self.write("core/base/lost.cc", LICENCE)
        self.write("core/base/deep/lost_test.sh", SHARP_LICENCE)
        self.write("plugins/store/heap/found.cc", LICENCE)
        self.write("core/interface/BUILD.bazel", "cc_library()\n)\n")
        self.expect(
            "targets",
            ("core/base/deep/lost_test.sh:1", "no target of core/base/BUILD.bazel"),
            ("core/base/lost.cc:1", "delete it"),
            ("core/interface/BUILD.bazel:2", "cannot read this BUILD file"),
        )

    def test_exported_files_are_somebody_elses(self):
        self.write("core/base/lost.cc", LICENCE)
        self.replace("core/base/BUILD.bazel", 'load("//tools', 'exports_files(["lost.cc"])\n\nload("//tools')
        self.expect("targets")

    def test_plugins_are_shaped_alike(self):
        self.write("plugins/store/bare/bare.cc", LICENCE)
        self.expect(
            "plugins",
            *[
                ("plugins/store/bare:1", what)
                for what in (
                    "no BUILD.bazel",
                    "no README.md",
                    "no benchmark (*_benchmark.cc)",
                    "no header",
                    "no unit test (*_test.cc)",
                )
            ],
        )

    def test_documents_in_comments_exist(self):
        self.write("core/base/a.h", "// docs/adr/0001-one.md\n// docs/adr/0002-two.md\n" + LICENCE)
        self.expect("documents", ("core/base/a.h:2", "there is no docs/adr/0002-two.md"))

    def test_interface_changes_need_a_decision(self):
        git = lambda *words: subprocess.run(
            ["git", "-c", "user.name=a", "-c", "user.email=a@example.com"] + list(words),
            cwd=self.root,
            check=True,
            capture_output=True,
        )
        try:
            git("init", "-q")
        except OSError:
            self.skipTest(
                "there is no git"
            )  # Then nothing can be compared, and check_decisions finds nothing (test_good_tree).
        git("add", "-A")
        git("commit", "-q", "-m", "start")
        self.expect("decisions")
        git("update-ref", "refs/remotes/origin/main", "HEAD")
        self.replace("core/interface/store.h", "Put", "Keep")
        self.expect("decisions", ("core/interface/store.h:1", "no ADR says why"))
        git("commit", "-q", "-a", "-m", "change")
        self.expect("decisions", ("core/interface/store.h:1", "no ADR says why"))
        self.write("docs/adr/0002-keep.md", "# Keep\n")
        self.expect("decisions")

    def test_links_resolve(self):
        self.write(
            "docs/guide.md",
            (
                "# First steps\n\n## A `b` c: [d](guide.md)!\n## Twice\n## Twice\n[1](guide.md#a-b-c-d) [2](#twice-1)"
                " [3](../README.md) [4](https://x.y/z) [5](adr) [6](<../README.md>)\n[no](#a-b)"
                " [no](gone.md)\n`[code](gone.md)`\n```text\n# Not a"
                " heading\n[code](gone.md)\n```\n[no](#not-a-heading) ![no](a.png)\n[ref]:"
                " gone.md\n[7](../core/base/ids.h#L3)\n[no](/docs/guide.md)\n"
            ),
        )
        self.expect(
            "links",
            ("docs/guide.md:7", ["#a-b", "it has #a-b-c-d"]),
            ("docs/guide.md:7", "no docs/gone.md"),
            ("docs/guide.md:13", "#not-a-heading"),
            ("docs/guide.md:13", "docs/a.png"),
            ("docs/guide.md:14", "docs/gone.md"),
            ("docs/guide.md:16", "relative to this file"),
        )

    def test_blocks_declare_a_language(self):
        self.write(
            "docs/guide.md",
            "# First steps\n\n```\nx\n```\n\n- item\n\n  ```cpp\n  ```\n\n````text\n```\n````\n\n~~~\n~~~\n",
        )
        self.expect("languages", ("docs/guide.md:3", "no language"), ("docs/guide.md:16", "no language"))

    def test_commands_name_targets_that_exist(self):
        self.write(
            "docs/guide.md",
            (
                "# First steps\n\n```sh\n./bazelw test //core/base:ids_test_small //core/base:ids_headers"
                " //core/base:idz\n$ ./bazelw run //gone\n./bazelw test //core/... //nowhere/..."
                " --flag=//core/base:x\n./bazelw run //core/base -- //x\n./bazelw build --config=opt \\\n  --x"
                " //tools:run //tools:run.sh //tools:all\n```\n"
            ),
        )
        self.expect(
            "commands",
            ("docs/guide.md:4", ["//core/base:idz", "it makes ids, ids_headers, ids_test_large, ids_test_small"]),
            ("docs/guide.md:5", "gone has no BUILD.bazel"),
            ("docs/guide.md:6", "there is no folder nowhere"),
            ("docs/guide.md:7", "makes no base"),
        )

    def test_commands_name_files_that_exist(self):
        self.write(
            "docs/guide.md",
            (
                "# First steps\n\n```sh\ng++ core/base/ids.cc -o tools/x\ncat ./core/base core/ids.h x/core/ids.h"
                " //core/ids\n```\n"
            ),
        )
        self.expect("commands", ("docs/guide.md:4", "tools/x"), ("docs/guide.md:5", "core/ids.h"))

    def test_unknown_commands_must_be_run(self):
        self.write(
            "docs/guide.md",
            (
                "# First steps\n\n```sh\n# Comment\nfrobnicate --all\ncd x && \\\n  frobnicate\ncat >x"
                " <<'EOF'\nwords\nEOF\nX=1 git status\n```\n"
            ),
        )
        self.expect("commands", ("docs/guide.md:5", "nothing runs the command frobnicate"))

    def test_shown_code_is_the_compiled_code(self):
        self.replace("docs/guide.md", "return 1", "return 2")
        self.expect("shown_code", ("docs/guide.md:5", "is not what core/base/ids.cc#value holds"))
        self.assertEqual(self.faults("shown_code", fix=True), [])
        self.assertEqual(self.read("docs/guide.md"), GOOD["docs/guide.md"])

    def test_shown_code_needs_its_file_and_marks(self):
        self.write(
            "docs/guide.md",
            (
                "# First steps\n\n<!-- include: core/gone.cc -->\n```cpp\n```\n<!-- include: core/base/ids.cc#gone"
                " -->\n```cpp\n```\n<!-- include: tools/run.sh -->\n\n```sh\n#!/bin/sh\necho run\n```\n"
            ),
        )
        self.expect(
            "shown_code",
            ("docs/guide.md:4", "there is no file core/gone.cc"),
            ("docs/guide.md:7", "not exactly one //(begin gone)"),
        )

    def test_shown_code_loses_its_margin_and_inner_marks(self):
        self.write(
            "core/base/ids.cc",
            "namespace a {\n  //(begin outer)\n  int x() {\n    // (begin value)\n    return 1;\n    // (end value)\n "
            " }\n  //(end outer)\n}\n"
            + LICENCE,
        )
        self.write(
            "docs/guide.md",
            "# First steps\n\n- <!-- x -->\n<!-- include: core/base/ids.cc#outer -->\n  ```cpp\n  ```\n",
        )
        self.assertEqual(self.faults("shown_code", fix=True), [])
        self.assertEqual(self.read("docs/guide.md").split("```cpp\n")[1], "  int x() {\n    return 1;\n  }\n  ```\n")
        self.expect("shown_code")

    def test_marked_commands_are_run(self):
        self.write(
            "docs/guide.md",
            (
                "# First steps\n\n<!-- tidy: run -->\n```sh\ncat tools/run.sh | head -1; echo took 3 ms; touch"
                " new\n```\n\n```text\n#!/bin/sh\ntook ... ms\n```\n\n<!-- tidy: run -->\n```sh\necho a; echo b; echo"
                " c\n```\n```text\n...\nc\n```\n\n<!-- tidy: run -->\n```sh\necho"
                " other\n```\n```text\nthis\n```\n\n<!-- tidy: run -->\n```sh\nfalse | true\n```\n\n<!-- tidy: walk"
                " -->\n```sh\n```\n"
            ),
        )
        self.expect(
            "runs",
            ("docs/guide.md:23", "do not print the text below, but: other"),
            ("docs/guide.md:31", "end with 1"),
            ("docs/guide.md:36", 'not "walk"'),
        )
        self.assertFalse(os.path.exists(os.path.join(self.root, "new")))

    def test_headers_compile_alone(self):
        self.write("core/base/a.h", "#pragma once\n\ninline std::string Name() { return {}; }\n" + LICENCE)
        self.write("core/base/proven.h", "inline std::string Name() { return {}; }\n" + LICENCE)
        self.write("core/base/proven_test.cc", '#include "core/base/proven.h"\n' + LICENCE)
        self.write("core/base/elsewhere.h", "std::string Elsewhere();\n" + LICENCE)
        self.write("core/plugin/user.cc", '#include "core/base/elsewhere.h"\n' + LICENCE)
        self.write("core/base/second.h", '#include "core/base/made.pb.h"\n' + LICENCE)
        self.write("core/base/second.cc", '#include <string>\n#include "core/base/second.h"\n' + LICENCE)
        self.write("core/base/made.proto", LICENCE)
        self.expect(
            "headers",
            ("core/base/a.h:3", "does not compile alone"),
            ("core/base/second.h:1", "include it first in core/base/second.cc"),
        )

    def test_headers_are_compiled_again_only_when_something_changed(self):
        self.write("core/base/a.h", '#pragma once\n\n#include "core/base/b.h"\n\ninline B a;\n' + LICENCE)
        self.write("core/base/b.h", "#pragma once\n\nusing B = int;\n" + LICENCE)
        compiled = []
        compile_alone = headers._compile

        def note(tree, path, first):
            compiled.append(path)
            return compile_alone(tree, path, first)

        headers._compile = note
        self.addCleanup(setattr, headers, "_compile", compile_alone)
        self.expect("headers")
        self.assertTrue({"core/base/a.h", "core/base/b.h"} <= set(compiled))
        compiled.clear()
        self.expect("headers")
        self.assertEqual(compiled, [])
        self.write("core/base/b.h", "#pragma once\n\nusing C = int;\n" + LICENCE)
        for _ in range(2):  # A fault is never remembered.
            compiled.clear()
            self.expect("headers", ("core/base/a.h:5", "does not compile alone"))
            self.assertIn("core/base/a.h", compiled)
        self.write(".cache/tidy/headers_that_compile", "\0\u00e4 no hashes")
        self.expect("headers", ("core/base/a.h:5", "does not compile alone"))

    def test_build_files_are_read_like_bazel_does(self):
        self.write(
            "core/x/BUILD.bazel",
            (
                'load("//tools:macros.bzl", "library", "my_rule")\nload("@other//:x.bzl", other = "original")\nNAMES ='
                ' {"a": 1, "b": 2}\n[library(name = n, hdrs = [n + ".h"]) for n in sorted(NAMES)]\nmy_rule(name ='
                ' "mine")\nother(name = "theirs", x = ["y"] + select({}))\nfilegroup(name = "files", srcs ='
                ' glob(["*.h"], exclude = ["b*"]))\n'
            ),
        )
        for name in ("a.h", "b.h"):
            self.write(f"core/x/{name}", LICENCE)
        targets = Builds(Tree(self.root)).targets("core/x")
        self.assertEqual(sorted(targets), ["a", "a_headers", "b", "b_headers", "files", "mine", "theirs"])
        self.assertEqual(targets["files"].arguments["srcs"], ["a.h"])
        self.assertEqual(targets["theirs"].line, 6)

    def test_wildcards_of_printed_text(self):
        self.assertTrue(docs._matches(["a ... c", "...", "z"], ["a b c", "d", "e", "z"]))
        self.assertTrue(docs._matches(["...", "z"], ["z"]))
        self.assertFalse(docs._matches(["a ... c"], ["a b d"]))
        self.assertFalse(docs._matches(["a"], ["a", "b"]))
        self.assertFalse(docs._matches(["a.c"], ["abc"]))

    def test_links_and_outputs_of_bazel_are_not_walked(self):
        self.write("bazel-out/x.cc", "x")
        self.write("core/__pycache__/x.py", "x")
        self.write(".hidden/x.cc", "x")
        os.symlink(os.path.join(self.root, "core"), os.path.join(self.root, "linked"))
        self.assertEqual(sorted(set(Tree(self.root).files) - set(GOOD)), [])

    def test_command_line(self):
        program = os.path.join(os.path.dirname(os.path.abspath(__file__)), "tidy.py")
        run = lambda *words: subprocess.run(
            [sys.executable, program, f"--root={self.root}"] + list(words), capture_output=True, text=True, check=False
        )
        done = run("--only=links,spaces,sizes")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(done.stdout, f"tidy: {len(GOOD)} files, 3 checks, 0 faults\n")
        self.write("docs/guide.md", "# First steps \n")
        done = run("--only=spaces")
        self.assertEqual(done.returncode, 1)
        self.assertIn(
            "docs/guide.md:1: the line ends with a space: remove it, or run tidy with --fix [spaces]\n", done.stdout
        )
        self.assertIn("1 fault\n", done.stdout)
        self.assertEqual(run("--fix", "--only=spaces").returncode, 0)
        self.assertIn(f", {len(tidy.CHECKS) - 2} checks, ", run("--skip=headers,format").stdout)
        self.assertEqual(run("--skip=linx").returncode, 2)
        self.assertEqual(run("--only=linx").returncode, 2)
        self.assertIn("there is no check linx; the checks are includes", run("--only=linx").stderr)
        self.assertEqual(run("--root=/nowhere").returncode, 2)


if __name__ == "__main__":
    unittest.main()

# SPDX-License-Identifier: Apache-2.0
