"""bad_plugin(): a plugin library made without manta_plugin(), so that nothing keeps it from being wrong."""

def bad_plugin(name, src, defines = [], deps = [], linkopts = [], srcs = [], script = "//tools/bazel:plugin.lds"):
    """Makes lib<name>.so.

    Args:
      name: what is wrong with it.
      src: its source file.
      defines: macros that choose the fault.
      deps: further libraries.
      linkopts: further linker options.
      srcs: shared libraries that it needs.
      script: says what it exports.
    """
    native.cc_binary(
        name = "lib%s.so" % name,
        testonly = True,
        srcs = srcs + [
            src,
            "idle_store.h",
            "marker.h",
        ],
        additional_linker_inputs = [script] if script else [],
        copts = ["-fvisibility=hidden"],
        linkopts = linkopts + (["-Wl,--version-script=$(location %s)" % script] if script else []),
        linkshared = True,
        linkstatic = True,
        local_defines = defines,
        visibility = [
            "//tests:__subpackages__",
            "//tools/manta:__pkg__",
        ],
        deps = deps + [
            "//core/interface:object_store",
            "//core/plugin:abi",
            "//core/plugin:export",
        ],
    )

# SPDX-License-Identifier: Apache-2.0
