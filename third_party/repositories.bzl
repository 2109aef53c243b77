"""The third-party repositories, all from Debian 12 packages: manta_repositories() defines them, downloads nothing.

One <name>.BUILD file per dependency (Abseil: absl.bzl) says why it is here, which version and which licence; README.md
holds the table.
A library from /usr/lib is a cc_library with linkopts: headers in /usr/include need no declaration.
"""

load("//third_party:absl.bzl", "absl_repository")

def _system_repository_impl(ctx):
    for path, package in ctx.attr.needs.items():
        if not ctx.path(path).exists:
            fail("@%s: %s is missing: install the Debian package %s (./bazelw installs all that a build needs)" %
                 (ctx.name, path, package))
    ctx.file("WORKSPACE", "workspace(name = \"%s\")\n" % ctx.name)
    ctx.symlink(ctx.attr.build_file, "BUILD.bazel")
    for label, path in ctx.attr.files.items():
        if "/" in path:
            ctx.file(path.rpartition("/")[0] + "/BUILD.bazel", "")
        ctx.symlink(label, path)
    for path, target in ctx.attr.links.items():
        ctx.symlink(target, path)

system_repository = repository_rule(
    implementation = _system_repository_impl,
    doc = "A repository made of one BUILD file from this folder, over files that the system already has.",
    local = True,
    attrs = {
        "build_file": attr.label(mandatory = True, allow_single_file = True, doc = "Becomes the repository's BUILD.bazel."),
        "files": attr.label_keyed_string_dict(allow_files = True, doc = "File of this workspace -> its path there."),
        "links": attr.string_dict(doc = "Path there -> file or folder of the system."),
        "needs": attr.string_dict(doc = "File of the system that must exist -> the Debian package that brings it."),
    },
)

_INCLUDE = "/usr/include/"

def manta_repositories():
    """Defines each repository that Manta builds with, unless the calling workspace has already defined it."""

    # Shims for what Bazel 4's own tools would otherwise download.
    _maybe("rules_cc", files = {"@manta//third_party/bazel:rules_cc.bzl": "cc/defs.bzl"})
    _maybe("rules_java", files = {"@manta//third_party/bazel:rules_java.bzl": "java/defs.bzl"})
    _define("remote_coverage_tools", "coverage", files = {"@manta//third_party/bazel:coverage.py": "coverage.py"})

    # The libraries.
    if not native.existing_rule("com_google_absl"):
        absl_repository(name = "com_google_absl")
    _maybe(
        "com_google_protobuf",
        "protobuf",
        links = {"protoc": "/usr/bin/protoc", "src/google/protobuf": _INCLUDE + "google/protobuf"},
        needs = {
            "/usr/bin/protoc": "protobuf-compiler",
            _INCLUDE + "google/protobuf/message.h": "libprotobuf-dev",
        },
    )
    _maybe("com_github_google_glog", "glog", needs = {_INCLUDE + "glog/logging.h": "libgoogle-glog-dev"})
    _maybe("boost", needs = {_INCLUDE + "boost/dll.hpp": "libboost-dev"})
    _maybe("msgpack", needs = {_INCLUDE + "msgpack.hpp": "libmsgpack-cxx-dev"})
    _maybe("cli11", needs = {_INCLUDE + "CLI/CLI.hpp": "libcli11-dev"})
    _maybe("xxhash", needs = {_INCLUDE + "xxhash.h": "libxxhash-dev"})

    # Tests and benchmarks only.
    _maybe("com_google_googletest", "googletest", needs = {
        _INCLUDE + "gmock/gmock.h": "libgmock-dev",
        _INCLUDE + "gtest/gtest.h": "libgtest-dev",
    })
    _maybe("com_github_google_benchmark", "benchmark", needs = {_INCLUDE + "benchmark/benchmark.h": "libbenchmark-dev"})
    _maybe("rapidcheck", needs = {_INCLUDE + "rapidcheck.h": "librapidcheck-dev"})
    _maybe("relacy", needs = {_INCLUDE + "relacy/relacy.hpp": "relacy-dev"})
    _maybe("nlohmann_json", needs = {_INCLUDE + "nlohmann/json.hpp": "nlohmann-json3-dev"})

    # Measured against, by //tools/bench --peers: looked at only when that is built.
    _maybe("tbb", needs = {_INCLUDE + "oneapi/tbb.h": "libtbb-dev"})
    _maybe("caf", needs = {_INCLUDE + "caf/all.hpp": "libcaf-dev"})

    native.register_toolchains("@manta//tools/python:toolchain")

def _maybe(name, build = None, **kwargs):
    if not native.existing_rule(name):
        _define(name, build, **kwargs)

def _define(name, build = None, **kwargs):
    system_repository(name = name, build_file = "@manta//third_party:%s.BUILD" % (build or name), **kwargs)

# SPDX-License-Identifier: Apache-2.0
