"""Abseil as @com_google_absl, made from the pkg-config files of the installed package.

Why       absl::Status and StatusOr are the kernel's error vocabulary; flat_hash_map, StrCat, Span, Time.
Version   20220623.1 (Debian 12: libabsl-dev). It has no absl/log: glog does that.
Licence   Apache-2.0.
Beware    Debian builds it with its own absl::string_view and absl::optional, which are not the standard ones: convert with
          core/base/text.h. TSan cannot see into absl::Mutex: use core/base/mutex.h.
Instead   The standard library as it grows (std::expected, std::print, flat maps of C++23).

Each absl_<module>.pc names its library and the modules it requires; the tables below give modules their usual labels.
Modules that are not installed get no target, so an unknown label is Bazel's own "no such target".
"""

# Package -> its targets. The module of //absl/P:T is absl_T, or what _MODULES says.
_PACKAGES = {
    "algorithm": ["algorithm", "container"],
    "base": ["base", "config", "core_headers", "dynamic_annotations", "endian", "errno_saver", "log_severity", "prefetch"],
    "cleanup": ["cleanup"],
    "container": [
        "btree",
        "fixed_array",
        "flat_hash_map",
        "flat_hash_set",
        "hash_function_defaults",
        "inlined_vector",
        "node_hash_map",
        "node_hash_set",
    ],
    "debugging": ["failure_signal_handler", "leak_check", "stacktrace", "symbolize"],
    "flags": ["flag", "commandlineflag", "config", "marshalling", "parse", "program_name", "reflection", "usage"],
    "functional": ["any_invocable", "bind_front", "function_ref"],
    "hash": ["hash"],
    "memory": ["memory"],
    "meta": ["type_traits"],
    "numeric": ["bits", "int128"],
    "random": ["random", "bit_gen_ref", "distributions", "seed_gen_exception", "seed_sequences"],
    "status": ["status", "statusor"],
    "strings": ["strings", "cord", "str_format"],
    "synchronization": ["synchronization"],
    "time": ["time", "civil_time", "time_zone"],
    "types": ["any", "compare", "optional", "span", "variant"],
    "utility": ["utility"],
}

_MODULES = {
    "algorithm:container": "absl_algorithm_container",
    "flags:commandlineflag": "absl_flags_commandlineflag",
    "flags:config": "absl_flags_config",
    "flags:flag": "absl_flags",
    "flags:marshalling": "absl_flags_marshalling",
    "flags:parse": "absl_flags_parse",
    "flags:program_name": "absl_flags_program_name",
    "flags:reflection": "absl_flags_reflection",
    "flags:usage": "absl_flags_usage",
    "random:bit_gen_ref": "absl_random_bit_gen_ref",
    "random:distributions": "absl_random_distributions",
    "random:random": "absl_random_random",
    "random:seed_gen_exception": "absl_random_seed_gen_exception",
    "random:seed_sequences": "absl_random_seed_sequences",
}

_HEAD = """package(default_visibility = ["//visibility:public"])
"""

_TARGET = """
cc_library(
    name = "%s",
    linkopts = %s,
    deps = %s,
)
"""

def _read_module(ctx, path):
    """Returns the libraries and the required modules that one .pc file names."""
    linkopts = []
    requires = []
    for line in ctx.read(path).splitlines():
        if line.startswith("Libs:"):
            linkopts = [word for word in line.split(" ") if word.startswith("-labsl_")]
        elif line.startswith("Requires:"):
            requires = [part.strip().split(" ")[0] for part in line[len("Requires:"):].split(",") if part.strip()]
    return linkopts, requires

def _absl_repository_impl(ctx):
    header = "/usr/include/absl/base/config.h"
    folders = [
        folder
        for folder in ctx.path("/usr/lib").readdir()
        if folder.get_child("pkgconfig").get_child("absl_base.pc").exists
    ]
    if not folders or not ctx.path(header).exists:
        fail("@%s: %s or its pkg-config files are missing: install the Debian package libabsl-dev " % (ctx.name, header) +
             "(./bazelw installs all that a build needs)")

    installed = {}
    modules = _HEAD
    for path in folders[0].get_child("pkgconfig").readdir():
        if path.basename.startswith("absl_") and path.basename.endswith(".pc"):
            name = path.basename[:-len(".pc")]
            linkopts, requires = _read_module(ctx, path)
            installed[name] = True
            modules += _TARGET % (name, repr(linkopts), repr([":" + module for module in requires]))
    ctx.file("WORKSPACE", "workspace(name = \"%s\")\n" % ctx.name)
    ctx.file("BUILD.bazel", modules)

    for package, targets in _PACKAGES.items():
        text = _HEAD
        for target in targets:
            module = _MODULES.get(package + ":" + target, "absl_" + target)
            if module in installed:
                text += _TARGET % (target, "[]", repr(["//:" + module]))
        ctx.file("absl/%s/BUILD.bazel" % package, text)

absl_repository = repository_rule(
    implementation = _absl_repository_impl,
    doc = "Abseil's usual labels over the installed libraries.",
    local = True,
)

# SPDX-License-Identifier: Apache-2.0
